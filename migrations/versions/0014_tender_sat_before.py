"""Who sat on a tender's panel at any submission is kept with the tender file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.keeping import keep_columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tender_file") as batch:
        batch.add_column(sa.Column("sat_before", casetracker.core.db.JsonText(), nullable=True))
    op.execute(sa.text("UPDATE tender_file SET sat_before = '[]'"))
    with op.batch_alter_table("tender_file") as batch:
        batch.alter_column("sat_before", existing_type=casetracker.core.db.JsonText(), nullable=False)


def downgrade() -> None:
    keep_columns(op.get_bind(), revision, "tender_file", "sat_before")
    with op.batch_alter_table("tender_file") as batch:
        batch.drop_column("sat_before")
