"""Runs the migrations on the application's own database, in one writing transaction; the walls are down meanwhile."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from casetracker.core import keeping, row_security, tracking
from casetracker.core.db import Base
from casetracker.core.migrating import migrating

target = current_app.extensions["migrate"].db


def put_back(ctx: Any, step: Any, **_rest: Any) -> None:
    """After each step up: what the step down kept has its place again."""
    if step.is_upgrade:
        keeping.put_back(ctx.connection, step.up_revision_id)


def run() -> None:
    """Everything that is missing, at once: half a migration is none."""
    with tracking.walls_down(), migrating(target.engine) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=False,
            user_module_prefix="casetracker.core.db.",
            transactional_ddl=True,
            on_version_apply=put_back,
        )
        row_security.take_down(connection)
        context.run_migrations()
        row_security.build(connection)


run()
