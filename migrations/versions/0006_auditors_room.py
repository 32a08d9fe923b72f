"""The auditor's room: what is searched in the record, and searches that are kept.

Each part of the room has its own pair of functions here; `upgrade` and `downgrade` call them in order.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.keeping import keep_tables

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _search_up()
    _bundles_up()
    _checks_up()
    _payees_up()


def downgrade() -> None:
    """Accounts as they are compared are not kept: the upgrade fills them from the numbers as they are then."""
    keep_tables(
        op.get_bind(), revision, "saved_search", "bundle_case", "bundle", "staff_declaration", "finding_answer", "case_check",
        "finding",
    )  # fmt: skip
    _payees_down()
    _checks_down()
    _bundles_down()
    _search_down()


def _search_up() -> None:
    """The record in its order, newest first, and the searches that somebody named."""
    op.create_index("ix_event_at", "event", ["at", "chain_id", "seq"])
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_saved_search_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_search_user_id_name")),
    )


def _search_down() -> None:
    op.drop_table("saved_search")
    op.drop_index("ix_event_at", "event")


def _bundles_up() -> None:
    """How far each bundle is, and which cases it holds."""
    moment = casetracker.core.db.UTCDateTime(timezone=True)
    op.create_table(
        "bundle",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("wanted", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'done') = (sha256 IS NOT NULL)", name=op.f("ck_bundle_done_with_file")),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_bundle_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index("ix_bundle_asked_by", "bundle", ["asked_by", "asked_at"])
    op.create_index("ix_bundle_state", "bundle", ["state", "asked_at"])
    op.create_table(
        "bundle_case",
        sa.Column("bundle_id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_case_bundle_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_bundle_case_dossier_id")),
        sa.PrimaryKeyConstraint("bundle_id", "dossier_id", name=op.f("pk_bundle_case")),
    )
    op.create_index("ix_bundle_case_dossier_id", "bundle_case", ["dossier_id"])


def _bundles_down() -> None:
    op.drop_table("bundle_case")
    op.drop_table("bundle")


def _checks_up() -> None:
    """What the rules found last, answers to it, and what staff declared as their own."""
    moment = casetracker.core.db.UTCDateTime(timezone=True)
    op.create_table(
        "finding",
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("facts_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_finding_dossier_id")),
        sa.PrimaryKeyConstraint("dossier_id", "rule", "subject_id", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_list", "finding", ["severity", "since", "dossier_id", "rule", "subject_id"])
    op.create_table(
        "case_check",
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("checked_at", moment, nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_case_check_dossier_id")),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_case_check")),
    )
    op.create_index("ix_case_check_checked_at", "case_check", ["checked_at"])
    op.create_table(
        "finding_answer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("facts_hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", moment, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("part IN ('shared', 'sending')", name=op.f("ck_finding_answer_part")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_finding_answer_dossier_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["user_account.id"], name=op.f("fk_finding_answer_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_answer")),
        sa.UniqueConstraint(
            "dossier_id", "rule", "subject_id", "facts_hash",
            name=op.f("uq_finding_answer_dossier_id_rule_subject_id_facts_hash"),
        ),
    )  # fmt: skip
    op.create_table(
        "staff_declaration",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number_hash", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("declared_at", moment, nullable=False),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR declared_at <= withdrawn_at", name=op.f("ck_staff_declaration_moments")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_staff_declaration_office_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_staff_declaration_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_declaration")),
    )
    op.create_index("ix_staff_declaration_user_id", "staff_declaration", ["user_id"])
    op.create_index("ix_staff_declaration_number_hash", "staff_declaration", ["number_hash"])


def _checks_down() -> None:
    for table in ("staff_declaration", "finding_answer", "case_check", "finding"):
        op.drop_table(table)


def _payees_up() -> None:
    """Accounts as they are compared. The column is outside the history, so it is filled here: it says nothing that
    the number beside it does not."""
    with op.batch_alter_table("provider_account") as batch:
        batch.add_column(sa.Column("number_key", sa.Text(), nullable=True))
    account = sa.table("provider_account", sa.column("id"), sa.column("number"), sa.column("number_key"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(account.c.id, account.c.number)).all():
        key = "".join(sign for sign in row.number.upper() if sign.isalnum()) or None
        connection.execute(account.update().where(account.c.id == row.id).values(number_key=key))
    op.create_index("ix_provider_account_number_key", "provider_account", ["number_key", "provider_id"])
    op.create_index("ix_provider_registration_key", "provider", ["registration_key", "id"])


def _payees_down() -> None:
    op.drop_index("ix_provider_registration_key", "provider")
    op.drop_index("ix_provider_account_number_key", "provider_account")
    with op.batch_alter_table("provider_account") as batch:
        batch.drop_column("number_key")
