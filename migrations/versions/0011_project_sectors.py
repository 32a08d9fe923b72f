"""The sector of a project, by the code that donors report with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casetracker.core.keeping import keep_columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("project") as batch:
        batch.add_column(sa.Column("sector", sa.Text(), nullable=True))
        batch.create_check_constraint(op.f("ck_project_sector"), "sector IS NULL OR length(sector) = 5")


def downgrade() -> None:
    keep_columns(op.get_bind(), revision, "project", "sector")
    with op.batch_alter_table("project") as batch:
        batch.drop_constraint(op.f("ck_project_sector"), type_="check")
        batch.drop_column("sector")
