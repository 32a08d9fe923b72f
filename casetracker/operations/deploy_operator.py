"""The operator's `check-deploy`: one sentence for each weak setting before anybody relies on the installation."""

from __future__ import annotations

import click
from flask import Flask

from casetracker.core.db import db, lost_columns
from casetracker.operations import deploy_queries, deploy_rules


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(check_deploy)


@click.command("check-deploy")
def check_deploy() -> None:
    """Say what is weak about this installation; exits 1 where anything is, and changes nothing."""
    if lost_columns(db.session.connection()):
        raise click.ClickException("The database's structure is not the program's: run db upgrade first.")
    found = [str(message) for message in deploy_rules.weaknesses(deploy_queries.load_deployment())]
    for sentence in found:
        click.echo(f"- {sentence}")
    if found:
        click.echo(f"Not ready for real cases: {len(found)} of {len(deploy_rules.CHECKS)} checks found something.")
        raise SystemExit(1)
    click.echo(f"All {len(deploy_rules.CHECKS)} checks found nothing weak.")
