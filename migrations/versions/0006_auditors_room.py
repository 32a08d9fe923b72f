"""The auditor's room: what is searched in the record, and searches that are kept.

Each part of the room has its own pair of functions here; `upgrade` and `downgrade` call them in order.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _search_up()


def downgrade() -> None:
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
