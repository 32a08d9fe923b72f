"""Money of community projects: a share without a person, whom a plan's activities are for, the partner's agreement with its
tranches, tender files; who signed for a place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.keeping import keep_columns, keep_rows, keep_tables

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WITHOUT_PERSON = (
    ("person_grant", "person_id"),
    ("person_grant", "package_id"),
    ("disbursement_share", "person_id"),
    ("delivery", "signed_by_id"),
)
"""(table, column) that only a case fills."""
TABLES = (
    "tender_panelist", "tender_file", "partner_tranche", "partner_agreement", "activity_site", "share_request",
)  # fmt: skip


def upgrade() -> None:
    _shares_up()
    _partners_up()
    _tenders_up()
    for table, column in WITHOUT_PERSON:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.Text(), nullable=True)
    with op.batch_alter_table("person_grant") as batch:
        batch.create_check_constraint(
            op.f("ck_person_grant_person_with_package"), "(person_id IS NULL) = (package_id IS NULL)"
        )
    op.create_index(
        "uq_person_grant_share", "person_grant", ["dossier_id", "budget_account_id"], unique=True,
        sqlite_where=sa.text("person_id IS NULL"), postgresql_where=sa.text("person_id IS NULL"),
    )  # fmt: skip
    with op.batch_alter_table("delivery") as batch:
        batch.add_column(sa.Column("signed_by", sa.Text(), nullable=True))
        batch.create_check_constraint(op.f("ck_delivery_signed"), "signed_by_id IS NULL OR signed_by IS NULL")


def downgrade() -> None:
    """A grant without a person cannot stand before this: the money of projects is kept with all that rests on it."""
    connection = op.get_bind()
    keep_columns(connection, revision, "delivery", "signed_by")
    for table, column in WITHOUT_PERSON:
        keep_rows(connection, revision, table, f"{column} IS NULL")
    keep_tables(connection, revision, *TABLES)
    with op.batch_alter_table("delivery") as batch:
        batch.drop_constraint(op.f("ck_delivery_signed"), type_="check")
        batch.drop_column("signed_by")
    op.drop_index("uq_person_grant_share", table_name="person_grant")
    with op.batch_alter_table("person_grant") as batch:
        batch.drop_constraint(op.f("ck_person_grant_person_with_package"), type_="check")
    for table, column in WITHOUT_PERSON:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.Text(), nullable=False)
    for table in TABLES:
        op.drop_table(table)


def _shares_up() -> None:
    """The donor's share that two people award, and the sites that the plan's activities are for."""
    op.create_table(
        "share_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("budget_line_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_share_request_decided")),
        sa.CheckConstraint("(decided_by IS NULL) = (is_granted IS NULL)", name=op.f("ck_share_request_decision")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_share_request_positive")),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_share_request_four_eyes")),
        sa.CheckConstraint(
            "is_granted IS NULL OR is_granted OR refusal_reason IS NOT NULL",
            name=op.f("ck_share_request_refusal_has_reason"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_share_request_asked_by")),
        sa.ForeignKeyConstraint(["budget_line_id"], ["budget_line.id"], name=op.f("fk_share_request_budget_line_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_share_request_decided_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_share_request_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_share_request_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_request")),
    )
    op.create_index("ix_share_request_dossier_id", "share_request", ["dossier_id"], unique=False)
    op.create_index(
        "uq_share_request_waiting",
        "share_request",
        ["dossier_id", "budget_line_id"],
        unique=True,
        sqlite_where=sa.text("decided_by IS NULL"),
        postgresql_where=sa.text("decided_by IS NULL"),
    )
    op.create_table(
        "activity_site",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["plan_activity.id"], name=op.f("fk_activity_site_activity_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_activity_site_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_activity_site_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_site")),
        sa.UniqueConstraint("activity_id", "site_id", name=op.f("uq_activity_site_activity_id_site_id")),
    )
    op.create_index("ix_activity_site_dossier_id", "activity_site", ["dossier_id"], unique=False)
    op.create_index("ix_activity_site_site_id", "activity_site", ["site_id"], unique=False)


def _partners_up() -> None:
    """Agreements with partners, and their tranches with reports."""
    op.create_table(
        "partner_agreement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_partner_agreement_positive")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_partner_agreement_days")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_partner_agreement_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_partner_agreement_dossier_id")),
        sa.ForeignKeyConstraint(["logged_by"], ["user_account.id"], name=op.f("fk_partner_agreement_logged_by")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_partner_agreement_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_agreement")),
        sa.UniqueConstraint("dossier_id", "provider_id", name=op.f("uq_partner_agreement_dossier_id_provider_id")),
    )
    op.create_index(op.f("ix_partner_agreement_provider_id"), "partner_agreement", ["provider_id"], unique=False)
    op.create_table(
        "partner_tranche",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("report_due_on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("report_id", sa.Text(), nullable=True),
        sa.Column("report_by", sa.Text(), nullable=True),
        sa.Column("report_note", sa.Text(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(accepted_on IS NULL) = (accepted_by IS NULL)", name=op.f("ck_partner_tranche_accepted")),
        sa.CheckConstraint("(reported_on IS NULL) = (report_by IS NULL)", name=op.f("ck_partner_tranche_reporter")),
        sa.CheckConstraint("(reported_on IS NULL) = (report_id IS NULL)", name=op.f("ck_partner_tranche_report")),
        sa.CheckConstraint("accepted_by <> report_by", name=op.f("ck_partner_tranche_four_eyes")),
        sa.CheckConstraint(
            "accepted_on IS NULL OR reported_on IS NOT NULL", name=op.f("ck_partner_tranche_accepted_report")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_partner_tranche_positive")),
        sa.ForeignKeyConstraint(["accepted_by"], ["user_account.id"], name=op.f("fk_partner_tranche_accepted_by")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["partner_agreement.id"], name=op.f("fk_partner_tranche_agreement_id")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_partner_tranche_dossier_id")),
        sa.ForeignKeyConstraint(["report_by"], ["user_account.id"], name=op.f("fk_partner_tranche_report_by")),
        sa.ForeignKeyConstraint(["report_id"], ["document.id"], name=op.f("fk_partner_tranche_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_tranche")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_partner_tranche_agreement_id_number")),
    )
    op.create_index("ix_partner_tranche_dossier_id", "partner_tranche", ["dossier_id"], unique=False)


def _tenders_up() -> None:
    """Tender files, and who sat on their panels."""
    op.create_table(
        "tender_file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("disbursement_id", sa.Text(), nullable=False),
        sa.Column(
            "procedure",
            sa.Enum("open", "restricted", "negotiated", name="tenderprocedure", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("minutes_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("published_on <= opened_on", name=op.f("ck_tender_file_days")),
        sa.ForeignKeyConstraint(["disbursement_id"], ["disbursement.id"], name=op.f("fk_tender_file_disbursement_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_tender_file_dossier_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["document.id"], name=op.f("fk_tender_file_minutes_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["document.id"], name=op.f("fk_tender_file_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_file")),
        sa.UniqueConstraint("disbursement_id", name=op.f("uq_tender_file_disbursement_id")),
    )
    op.create_index(op.f("ix_tender_file_dossier_id"), "tender_file", ["dossier_id"], unique=False)
    op.create_table(
        "tender_panelist",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("tender_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("user_id IS NULL OR name IS NULL", name=op.f("ck_tender_panelist_one")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_tender_panelist_dossier_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender_file.id"], name=op.f("fk_tender_panelist_tender_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_tender_panelist_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_panelist")),
        sa.UniqueConstraint("tender_id", "position", name=op.f("uq_tender_panelist_tender_id_position")),
        sa.UniqueConstraint("tender_id", "user_id", name=op.f("uq_tender_panelist_tender_id_user_id")),
    )
    op.create_index(op.f("ix_tender_panelist_dossier_id"), "tender_panelist", ["dossier_id"], unique=False)
