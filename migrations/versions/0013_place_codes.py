"""Codes of a site's oblast, raion and hromada, beside that of its settlement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casetracker.core.keeping import keep_columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("site") as batch:
        batch.add_column(sa.Column("oblast_code", sa.Text(), nullable=True))
        batch.add_column(sa.Column("raion_code", sa.Text(), nullable=True))
        batch.add_column(sa.Column("hromada_code", sa.Text(), nullable=True))
        batch.create_check_constraint(op.f("ck_site_raion_code"), "raion_code IS NULL OR raion IS NOT NULL")
        batch.create_check_constraint(op.f("ck_site_hromada_code"), "hromada_code IS NULL OR hromada IS NOT NULL")


def downgrade() -> None:
    keep_columns(op.get_bind(), revision, "site", "oblast_code", "raion_code", "hromada_code")
    with op.batch_alter_table("site") as batch:
        batch.drop_constraint(op.f("ck_site_hromada_code"), type_="check")
        batch.drop_constraint(op.f("ck_site_raion_code"), type_="check")
        for name in ("hromada_code", "raion_code", "oblast_code"):
            batch.drop_column(name)
