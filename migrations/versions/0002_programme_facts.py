"""Whom a programme takes in, use counted in working days, the limit of the own procedure of buying; corrections; queues.

Orders, deliveries, invoices, checks and proofs of contribution are corrected from here on, with a reason and the
earlier values in the history, so their tables no longer only grow.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casetracker.core.append_only import append_only_as_migrated
from casetracker.core.keeping import keep_columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CORRECTED = ("contribution_proof", "delivery", "invoice", "purchase_order", "verification")


def upgrade() -> None:
    connection = op.get_bind()
    for table in CORRECTED:
        where = f' ON "{table}"' if connection.dialect.name == "postgresql" else ""
        for trigger in ("no_change", "no_loss", "no_replace"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{trigger}{where}")
    for column in ("excludes_eea", "excludes_expulsion"):
        op.add_column("programme", sa.Column(column, sa.Boolean(), nullable=True))
        op.execute(sa.text(f"UPDATE programme SET {column} = false"))  # noqa: S608  # a name of ours
    with op.batch_alter_table("programme") as batch:
        batch.alter_column("excludes_eea", existing_type=sa.Boolean(), nullable=False)
        batch.alter_column("excludes_expulsion", existing_type=sa.Boolean(), nullable=False)
    with op.batch_alter_table("package") as batch:
        batch.add_column(sa.Column("within_working_days", sa.BigInteger(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_package_within_working_days"), "within_working_days IS NULL OR within_working_days > 0"
        )
        batch.create_check_constraint(
            op.f("ck_package_one_use_clock"), "use_within_months IS NULL OR within_working_days IS NULL"
        )
    with op.batch_alter_table("approval_policy") as batch:
        batch.add_column(sa.Column("own_procedure_limit", sa.BigInteger(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_approval_policy_own_procedure_limit"), "own_procedure_limit IS NULL OR own_procedure_limit > 0"
        )
    op.create_index("ix_plan_state", "plan", ["state", "dossier_id"])
    op.create_index("ix_reversal_state", "reversal", ["state", "dossier_id"])
    op.add_column("application_person", sa.Column("has_expulsion_order", sa.Boolean(), nullable=True))
    op.add_column("person", sa.Column("return_address", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_index("ix_reversal_state", table_name="reversal")
    op.drop_index("ix_plan_state", table_name="plan")
    for table, columns, checks in (
        ("person", ("return_address",), ()),
        ("application_person", ("has_expulsion_order",), ()),
        ("approval_policy", ("own_procedure_limit",), ("own_procedure_limit",)),
        ("package", ("within_working_days",), ("within_working_days", "one_use_clock")),
        ("programme", ("excludes_expulsion", "excludes_eea"), ()),
    ):
        keep_columns(op.get_bind(), revision, table, *columns)
        with op.batch_alter_table(table) as batch:
            for check in checks:
                batch.drop_constraint(op.f(f"ck_{table}_{check}"), type_="check")
            for column in columns:
                batch.drop_column(column)
    connection = op.get_bind()
    for table in CORRECTED:
        for statement in append_only_as_migrated(connection, table, ()):
            op.execute(statement)
