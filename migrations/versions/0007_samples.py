"""Samples: what auditors drew from the record, what they saw of it, and findings that offices answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.append_only import append_only_as_migrated
from casetracker.core.keeping import keep_tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

GROWING = {"sample_item": (), "audit_finding_reply": ("text",)}
"""Tables that only grow, each with the columns that may be erased."""


def upgrade() -> None:
    _samples_up()
    _marks_up()
    _findings_up()
    connection = op.get_bind()
    for table, columns in GROWING.items():
        for statement in append_only_as_migrated(connection, table, columns):
            op.execute(statement)


def downgrade() -> None:
    tables = ("audit_finding_reply", "audit_finding", "spot_check", "sample_mark", "sample_item", "sample")
    keep_tables(op.get_bind(), revision, *tables)
    for table in tables:
        op.drop_table(table)


def _samples_up() -> None:
    """What was drawn, from which entries of the record and how."""
    moment = casetracker.core.db.UTCDateTime(timezone=True)
    op.create_table(
        "sample",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("drawn_at", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("head_size", sa.BigInteger(), nullable=True),
        sa.Column("head_root", sa.Text(), nullable=True),
        sa.Column("population", sa.String(length=40), nullable=False),
        sa.Column("filters", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("scope", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("parameters", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("population_count", sa.BigInteger(), nullable=False),
        sa.Column("population_amount", sa.BigInteger(), nullable=False),
        sa.Column("population_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_sample_closed")),
        sa.ForeignKeyConstraint(["drawn_by"], ["user_account.id"], name=op.f("fk_sample_drawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
    )
    op.create_index("ix_sample_drawn_by", "sample", ["drawn_by", "drawn_at"])
    op.create_table(
        "sample_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sample_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("stratum", sa.Text(), nullable=True),
        sa.Column("hits", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_id", "seq"], ["event.chain_id", "event.seq"], name=op.f("fk_sample_item_chain_id_seq")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_sample_item_dossier_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sample_item_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_item")),
        sa.UniqueConstraint("sample_id", "chain_id", "seq", name=op.f("uq_sample_item_sample_id_chain_id_seq")),
        sa.UniqueConstraint("sample_id", "number", name=op.f("uq_sample_item_sample_id_number")),
    )
    op.create_index("ix_sample_item_dossier_id", "sample_item", ["dossier_id"])


def _marks_up() -> None:
    """What auditors saw of it, at the desk and on the spot."""
    moment = casetracker.core.db.UTCDateTime(timezone=True)
    op.create_table(
        "sample_mark",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("document_seen", sa.String(length=40), nullable=False),
        sa.Column("agrees", sa.String(length=40), nullable=False),
        sa.Column("is_exception", sa.Boolean(), nullable=False),
        sa.Column("wrong_amount", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("marked_by", sa.Text(), nullable=False),
        sa.Column("marked_at", moment, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_sample_mark_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["sample_item.id"], name=op.f("fk_sample_mark_item_id")),
        sa.ForeignKeyConstraint(["marked_by"], ["user_account.id"], name=op.f("fk_sample_mark_marked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_mark")),
        sa.UniqueConstraint("item_id", name=op.f("uq_sample_mark_item_id")),
    )
    op.create_index("ix_sample_mark_dossier_id", "sample_mark", ["dossier_id"])
    op.create_table(
        "spot_check",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("found", sa.String(length=40), nullable=False),
        sa.Column("is_used", sa.String(length=40), nullable=False),
        sa.Column("signature_agrees", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", moment, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_spot_check_dossier_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["user_account.id"], name=op.f("fk_spot_check_entered_by")),
        sa.ForeignKeyConstraint(["item_id"], ["sample_item.id"], name=op.f("fk_spot_check_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
        sa.UniqueConstraint("item_id", name=op.f("uq_spot_check_item_id")),
    )
    op.create_index("ix_spot_check_dossier_id", "spot_check", ["dossier_id"])


def _findings_up() -> None:
    """What they hold against a case, and what was said on it."""
    moment = casetracker.core.db.UTCDateTime(timezone=True)
    op.create_table(
        "audit_finding",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("sending_office_id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("questioned_amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("raised_at", moment, nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_audit_finding_closed")),
        sa.CheckConstraint(
            "part = 'shared' OR office_id = sending_office_id", name=op.f("ck_audit_finding_asked_side")
        ),
        sa.CheckConstraint("part IN ('shared', 'sending')", name=op.f("ck_audit_finding_part")),
        sa.CheckConstraint(
            "(questioned_amount IS NULL) = (currency IS NULL)", name=op.f("ck_audit_finding_questioned")
        ),
        sa.CheckConstraint(
            "questioned_amount IS NULL OR questioned_amount > 0", name=op.f("ck_audit_finding_positive")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_audit_finding_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["sample_item.id"], name=op.f("fk_audit_finding_item_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_audit_finding_office_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["user_account.id"], name=op.f("fk_audit_finding_raised_by")),
        sa.ForeignKeyConstraint(["sending_office_id"], ["office.id"], name=op.f("fk_audit_finding_sending_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
    )
    op.create_index("ix_audit_finding_dossier_id", "audit_finding", ["dossier_id"])
    op.create_index("ix_audit_finding_item_id", "audit_finding", ["item_id"])
    op.create_index("ix_audit_finding_office", "audit_finding", ["office_id", "state", "due_on"])
    op.create_index("ix_audit_finding_raised_by", "audit_finding", ["raised_by", "due_on"])
    op.create_table(
        "audit_finding_reply",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", moment, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("part IN ('shared', 'sending')", name=op.f("ck_audit_finding_reply_part")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_audit_finding_reply_dossier_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["audit_finding.id"], name=op.f("fk_audit_finding_reply_finding_id")),
        sa.ForeignKeyConstraint(["said_by"], ["user_account.id"], name=op.f("fk_audit_finding_reply_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding_reply")),
    )
    op.create_index("ix_audit_finding_reply_dossier_id", "audit_finding_reply", ["dossier_id"])
    op.create_index("ix_audit_finding_reply_finding", "audit_finding_reply", ["finding_id", "said_at"])
