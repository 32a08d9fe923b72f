"""How many people are expected at an event that is planned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casetracker.core.keeping import keep_columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cohesion_event") as batch:
        batch.add_column(sa.Column("expected", sa.BigInteger(), nullable=True))
        batch.create_check_constraint(op.f("ck_cohesion_event_expected"), "expected IS NULL OR expected > 0")


def downgrade() -> None:
    keep_columns(op.get_bind(), revision, "cohesion_event", "expected")
    with op.batch_alter_table("cohesion_event") as batch:
        batch.drop_constraint(op.f("ck_cohesion_event_expected"), type_="check")
        batch.drop_column("expected")
