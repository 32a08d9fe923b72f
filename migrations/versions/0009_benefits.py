"""Who benefits from a project, events that bring people together, visits after the handover, sites that cases use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casetracker.core.keeping import keep_tables

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _events_up()
    _figures_up()
    _shares_up()
    _visits_up()
    _cases_up()


def downgrade() -> None:
    tables = ("case_site", "site_visit", "benefit_overlap", "benefit_share", "benefit_figure", "cohesion_event")
    keep_tables(op.get_bind(), revision, *tables)
    for table in tables:
        op.drop_table(table)


def _events_up() -> None:
    """Events of a project."""
    op.create_table(
        "cohesion_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (reason IS NOT NULL)", name=op.f("ck_cohesion_event_cancelled_with_reason")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_cohesion_event_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_cohesion_event_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohesion_event")),
    )
    op.create_index("ix_cohesion_event_dossier_id", "cohesion_event", ["dossier_id", "day"], unique=False)
    op.create_index("ix_cohesion_event_site_id", "cohesion_event", ["site_id", "day"], unique=False)


def _figures_up() -> None:
    """Figures of people."""
    op.create_table(
        "benefit_figure",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("aim", sa.String(length=40), nullable=False),
        sa.Column("reach", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("exactness", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("are_others", sa.Boolean(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "event_id IS NULL OR (aim = 'reached' AND reach = 'direct')", name=op.f("ck_benefit_figure_participants")
        ),
        sa.CheckConstraint("from_on IS NULL OR from_on <= as_of", name=op.f("ck_benefit_figure_days")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_benefit_figure_number")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_benefit_figure_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_benefit_figure_dossier_id")),
        sa.ForeignKeyConstraint(["event_id"], ["cohesion_event.id"], name=op.f("fk_benefit_figure_event_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_benefit_figure_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_figure")),
        sa.UniqueConstraint("event_id", name=op.f("uq_benefit_figure_event_id")),
    )
    op.create_index("ix_benefit_figure_dossier_id", "benefit_figure", ["dossier_id", "as_of"], unique=False)
    op.create_index("ix_benefit_figure_site_id", "benefit_figure", ["site_id", "as_of"], unique=False)


def _shares_up() -> None:
    """What is known of the people of a figure, and where figures may overlap."""
    op.create_table(
        "benefit_share",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("figure_id", sa.Text(), nullable=False),
        sa.Column("people", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_benefit_share_number")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_benefit_share_dossier_id")),
        sa.ForeignKeyConstraint(["figure_id"], ["benefit_figure.id"], name=op.f("fk_benefit_share_figure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_share")),
        sa.UniqueConstraint("figure_id", "people", name=op.f("uq_benefit_share_figure_id_people")),
    )
    op.create_index("ix_benefit_share_dossier_id", "benefit_share", ["dossier_id"], unique=False)
    op.create_table(
        "benefit_overlap",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("figure_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("figure_id <> other_id", name=op.f("ck_benefit_overlap_two")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_benefit_overlap_dossier_id")),
        sa.ForeignKeyConstraint(["figure_id"], ["benefit_figure.id"], name=op.f("fk_benefit_overlap_figure_id")),
        sa.ForeignKeyConstraint(["other_id"], ["benefit_figure.id"], name=op.f("fk_benefit_overlap_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_overlap")),
        sa.UniqueConstraint("figure_id", "other_id", name=op.f("uq_benefit_overlap_figure_id_other_id")),
    )
    op.create_index("ix_benefit_overlap_dossier_id", "benefit_overlap", ["dossier_id"], unique=False)
    op.create_index("ix_benefit_overlap_other_id", "benefit_overlap", ["other_id"], unique=False)


def _visits_up() -> None:
    """Visits to sites in use."""
    op.create_table(
        "site_visit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("round", sa.String(length=40), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("visitors", sa.Text(), nullable=False),
        sa.Column("open_hours", sa.BigInteger(), nullable=True),
        sa.Column("users", sa.BigInteger(), nullable=True),
        sa.Column("users_per", sa.String(length=40), nullable=True),
        sa.Column("equipment", sa.Text(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=True),
        sa.Column("report_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(users IS NULL) = (users_per IS NULL) AND (users IS NULL OR users >= 0)", name=op.f("ck_site_visit_users")
        ),
        sa.CheckConstraint("open_hours IS NULL OR open_hours BETWEEN 0 AND 168", name=op.f("ck_site_visit_hours")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_site_visit_dossier_id")),
        sa.ForeignKeyConstraint(["report_id"], ["document.id"], name=op.f("fk_site_visit_report_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_visit_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_visit")),
    )
    op.create_index("ix_site_visit_dossier_id", "site_visit", ["dossier_id"], unique=False)
    op.create_index("ix_site_visit_site_id", "site_visit", ["site_id", "visited_on"], unique=False)


def _cases_up() -> None:
    """Sites that members of a case use."""
    op.create_table(
        "case_site",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=True),
        sa.Column("site_name", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(ended_on IS NULL) = (reason IS NULL)", name=op.f("ck_case_site_ended_with_reason")),
        sa.CheckConstraint("ended_on IS NULL OR since <= ended_on", name=op.f("ck_case_site_days")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_case_site_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_case_site_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_site")),
    )
    op.create_index("ix_case_site_dossier_id", "case_site", ["dossier_id"], unique=False)
    op.create_index("ix_case_site_site_id", "case_site", ["site_id"], unique=False)
