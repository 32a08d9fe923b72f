"""The tree of signed heads; every event that stands already waits for the next head."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.append_only import append_only_as_migrated
from casetracker.core.keeping import keep_tables, put_back

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ONLY_GROW = ("signed_head", "tree_leaf")


def upgrade() -> None:
    op.create_table(
        "signed_head",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_signed_head")),
    )
    op.create_table(
        "tree_leaf",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("nodes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_id", "seq"], ["event.chain_id", "event.seq"], name=op.f("fk_tree_leaf_chain_id_seq")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_tree_leaf")),
        sa.UniqueConstraint("chain_id", "seq", name=op.f("uq_tree_leaf_chain_id_seq")),
    )
    op.create_table(
        "unsealed_event",
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain_id", "seq"], ["event.chain_id", "event.seq"], name=op.f("fk_unsealed_event_chain_id_seq")
        ),
        sa.PrimaryKeyConstraint("chain_id", "seq", name=op.f("pk_unsealed_event")),
    )
    with op.batch_alter_table("unsealed_event", schema=None) as batch_op:
        batch_op.create_index("ix_unsealed_event_at", ["at"], unique=False)
    connection = op.get_bind()
    for table in ONLY_GROW:
        for statement in append_only_as_migrated(connection, table, ()):
            op.execute(statement)
    put_back(connection, revision)  # the tree as it was before a downgrade: what it covers waits for no head
    op.execute(
        "INSERT INTO unsealed_event (chain_id, seq, at, at_once) SELECT chain_id, seq, at, false FROM event"
        " WHERE NOT EXISTS (SELECT 1 FROM tree_leaf WHERE tree_leaf.chain_id = event.chain_id AND"
        " tree_leaf.seq = event.seq)"
    )


def downgrade() -> None:
    keep_tables(op.get_bind(), revision, "tree_leaf", "signed_head")
    with op.batch_alter_table("unsealed_event", schema=None) as batch_op:
        batch_op.drop_index("ix_unsealed_event_at")

    op.drop_table("unsealed_event")
    op.drop_table("tree_leaf")
    op.drop_table("signed_head")
