"""Community projects: their sites from the call on, initiative groups, scores and votes, co-contributions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.keeping import keep_tables

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _projects_up()
    _sites_up()
    _groups_up()
    _selection_up()
    _contributions_up()


def downgrade() -> None:
    tables = (
        "contribution_delivery", "co_contribution", "site_vote", "site_score", "selection_criterion", "group_gathering", "group_member", "site_paper", "site",
        "project_indicator", "project_donor", "project",
    )  # fmt: skip
    keep_tables(op.get_bind(), revision, *tables)
    for table in tables:
        op.drop_table(table)


def _projects_up() -> None:
    """Projects, their donors and what they are measured by."""
    op.create_table(
        "project",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("regions", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("target_sites", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("coordinator_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_project_days")),
        sa.CheckConstraint("target_sites IS NULL OR target_sites > 0", name=op.f("ck_project_target_positive")),
        sa.ForeignKeyConstraint(["coordinator_id"], ["user_account.id"], name=op.f("fk_project_coordinator_id")),
        sa.ForeignKeyConstraint(["id"], ["dossier.id"], name=op.f("fk_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    op.create_index(op.f("ix_project_coordinator_id"), "project", ["coordinator_id"], unique=False)
    op.create_table(
        "project_donor",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("share IS NULL OR share BETWEEN 1 AND 100", name=op.f("ck_project_donor_share")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_project_donor_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_donor")),
        sa.UniqueConstraint("dossier_id", "position", name=op.f("uq_project_donor_dossier_id_position")),
    )
    op.create_table(
        "project_indicator",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("target >= 0", name=op.f("ck_project_indicator_target")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_project_indicator_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_indicator")),
        sa.UniqueConstraint("dossier_id", "position", name=op.f("uq_project_indicator_dossier_id_position")),
    )


def _sites_up() -> None:
    """Institutions and their papers."""
    op.create_table(
        "site",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("local_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("settlement", sa.Text(), nullable=False),
        sa.Column("oblast", sa.Text(), nullable=False),
        sa.Column("raion", sa.Text(), nullable=True),
        sa.Column("hromada", sa.Text(), nullable=True),
        sa.Column("place_code", sa.Text(), nullable=True),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("users_before", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("stage_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_site_place")),
        sa.CheckConstraint("(outcome IS NULL) = (outcome_reason IS NULL)", name=op.f("ck_site_outcome_with_reason")),
        sa.CheckConstraint(
            "latitude IS NULL OR latitude BETWEEN -90000000 AND 90000000", name=op.f("ck_site_latitude")
        ),
        sa.CheckConstraint(
            "longitude IS NULL OR longitude BETWEEN -180000000 AND 180000000", name=op.f("ck_site_longitude")
        ),
        sa.CheckConstraint("users_before IS NULL OR users_before >= 0", name=op.f("ck_site_users")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_site_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("dossier_id", "position", name=op.f("uq_site_dossier_id_position")),
    )
    op.create_table(
        "site_paper",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_site_paper_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_site_paper_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_paper_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_paper")),
        sa.UniqueConstraint("document_id", name=op.f("uq_site_paper_document_id")),
    )
    op.create_index("ix_site_paper_dossier_id", "site_paper", ["dossier_id"], unique=False)
    op.create_index("ix_site_paper_site_id", "site_paper", ["site_id"], unique=False)


def _groups_up() -> None:
    """Initiative groups, without names."""
    op.create_table(
        "group_member",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=False),
        sa.Column("age_band", sa.String(length=40), nullable=False),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "is_contact OR (contact_name IS NULL AND contact_phone IS NULL)", name=op.f("ck_group_member_nameless")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_group_member_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_group_member_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
    )
    op.create_index("ix_group_member_dossier_id", "group_member", ["dossier_id"], unique=False)
    op.create_index("ix_group_member_site_id", "group_member", ["site_id"], unique=False)
    op.create_table(
        "group_gathering",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("attended", sa.BigInteger(), nullable=False),
        sa.Column("minutes_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("attended > 0", name=op.f("ck_group_gathering_attended")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_group_gathering_dossier_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["document.id"], name=op.f("fk_group_gathering_minutes_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_group_gathering_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_gathering")),
    )
    op.create_index("ix_group_gathering_dossier_id", "group_gathering", ["dossier_id"], unique=False)
    op.create_index("ix_group_gathering_site_id", "group_gathering", ["site_id", "held_on"], unique=False)


def _selection_up() -> None:
    """Criteria, scores and votes."""
    op.create_table(
        "selection_criterion",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("ck_selection_criterion_weight")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_selection_criterion_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_criterion")),
        sa.UniqueConstraint("dossier_id", "position", name=op.f("uq_selection_criterion_dossier_id_position")),
    )
    op.create_table(
        "site_score",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("criterion_id", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_site_score_score")),
        sa.ForeignKeyConstraint(["criterion_id"], ["selection_criterion.id"], name=op.f("fk_site_score_criterion_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_site_score_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_score_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_score")),
        sa.UniqueConstraint("site_id", "criterion_id", name=op.f("uq_site_score_site_id_criterion_id")),
    )
    op.create_index("ix_site_score_dossier_id", "site_score", ["dossier_id"], unique=False)
    op.create_table(
        "site_vote",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("votes_for", sa.BigInteger(), nullable=False),
        sa.Column("votes_against", sa.BigInteger(), nullable=False),
        sa.Column("abstained", sa.BigInteger(), nullable=False),
        sa.Column("minutes_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "votes_for >= 0 AND votes_against >= 0 AND abstained >= 0", name=op.f("ck_site_vote_counts")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_site_vote_dossier_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["document.id"], name=op.f("fk_site_vote_minutes_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_vote_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_vote")),
        sa.UniqueConstraint("site_id", name=op.f("uq_site_vote_site_id")),
    )
    op.create_index("ix_site_vote_dossier_id", "site_vote", ["dossier_id"], unique=False)


def _contributions_up() -> None:
    """What others than the donor pledged, and what came of it."""
    op.create_table(
        "co_contribution",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("pledged_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_co_contribution_positive")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_co_contribution_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_co_contribution_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_contribution")),
    )
    op.create_index("ix_co_contribution_dossier_id", "co_contribution", ["dossier_id"])
    op.create_index("ix_co_contribution_site_id", "co_contribution", ["site_id"])
    op.create_table(
        "contribution_delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("contribution_id", sa.Text(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_contribution_delivery_positive")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["co_contribution.id"], name=op.f("fk_contribution_delivery_contribution_id")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_contribution_delivery_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_contribution_delivery_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_delivery")),
    )
    op.create_index("ix_contribution_delivery_contribution_id", "contribution_delivery", ["contribution_id"])
    op.create_index("ix_contribution_delivery_dossier_id", "contribution_delivery", ["dossier_id"])
