"""Erasing what is personal of closed cases: the programme's period, who asked and who confirmed, what may be emptied.

In tables that only grow a personal text or JSON may become the word for it, with the row's version, and nothing else.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.append_only import append_only_as_migrated
from casetracker.core.keeping import keep_columns, keep_tables

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ERASABLE = {
    "clock_extension": ("reason",),
    "disbursement_decision": ("reason",),
    "note": ("text",),
    "plan_decision": ("reason",),
    "plan_version": ("content",),
    "submission": ("content",),
}
"""Tables that only grow, each with the columns that may be erased."""
ERASABLE_BEFORE = {"note": ("text",), "plan_version": ("content",)}


def upgrade() -> None:
    with op.batch_alter_table("dossier") as batch:
        batch.add_column(sa.Column("erased_on", sa.Date(), nullable=True))
        batch.create_check_constraint(op.f("ck_dossier_erased_is_closed"), "erased_on IS NULL OR closed_on IS NOT NULL")
    with op.batch_alter_table("programme") as batch:
        batch.add_column(sa.Column("retention_months", sa.BigInteger(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_programme_retention"), "retention_months IS NULL OR retention_months > 0"
        )
    with op.batch_alter_table("provider") as batch:
        batch.add_column(sa.Column("registration_key", sa.Text(), nullable=True))
        batch.create_unique_constraint(
            op.f("uq_provider_office_id_registration_key"), ["office_id", "registration_key"]
        )
    op.create_table(
        "erasure",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("file_count", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_erasure_four_eyes")),
        sa.CheckConstraint(
            "(state IN ('declined', 'done')) = (decided_by IS NOT NULL)", name=op.f("ck_erasure_decided")
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (decline_reason IS NOT NULL)", name=op.f("ck_erasure_declined_with_reason")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_erasure_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_erasure_decided_by")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_erasure_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_dossier_id", "erasure", ["dossier_id"])
    op.create_index(
        "uq_erasure_waiting", "erasure", ["dossier_id"], unique=True,
        sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"),
    )  # fmt: skip
    _guard(ERASABLE)


def downgrade() -> None:
    keep_tables(op.get_bind(), revision, "erasure")
    keep_columns(op.get_bind(), revision, "provider", "registration_key")
    keep_columns(op.get_bind(), revision, "programme", "retention_months")
    keep_columns(op.get_bind(), revision, "dossier", "erased_on")
    _guard({table: ERASABLE_BEFORE.get(table, ()) for table in ERASABLE})
    op.drop_table("erasure")
    with op.batch_alter_table("provider") as batch:
        batch.drop_constraint(op.f("uq_provider_office_id_registration_key"), type_="unique")
        batch.drop_column("registration_key")
    with op.batch_alter_table("programme") as batch:
        batch.drop_constraint(op.f("ck_programme_retention"), type_="check")
        batch.drop_column("retention_months")
    with op.batch_alter_table("dossier") as batch:
        batch.drop_constraint(op.f("ck_dossier_erased_is_closed"), type_="check")
        batch.drop_column("erased_on")


def _guard(erasable: dict[str, tuple[str, ...]]) -> None:
    """The triggers of these tables anew."""
    connection = op.get_bind()
    for table, columns in erasable.items():
        where = f' ON "{table}"' if connection.dialect.name == "postgresql" else ""
        for trigger in ("no_change", "no_loss", "no_replace"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{trigger}{where}")
        for statement in append_only_as_migrated(connection, table, columns):
            op.execute(statement)
