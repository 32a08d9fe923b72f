"""Commands for operators that belong to no feature: the demonstration."""

from __future__ import annotations

import os

import click
from flask import Flask


def init_app(app: Flask) -> None:
    """Add the commands; each feature brings its own by `SETUP` in its routes."""
    app.cli.add_command(build_demonstration)


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing, and say so, where the database is not empty.")
def build_demonstration(if_empty: bool) -> None:
    """Fill an empty database with fictional cases; the password is DEMO_PASSWORD, or generated and printed."""
    from casetracker import demo
    from casetracker.accounts.queries import is_demonstration

    if not demo.is_empty():
        if not if_empty:
            raise click.ClickException("The database is not empty: the demonstration goes into an empty one only.")
        if is_demonstration():
            click.echo("The demonstration's data stands. Sign in as one of:")
            _print_people(demo.emails())
            click.echo("The password was printed when the data was made (or given in DEMO_PASSWORD).")
        return
    built = demo.build(os.environ.get("DEMO_PASSWORD") or None)
    click.echo("Demonstration data is built. Everything in it is fictional. Sign in as one of:")
    _print_people(built.emails)
    click.echo(f"Password of all: {built.password}")


def _print_people(emails: tuple[str, ...]) -> None:
    for email in emails:
        click.echo(f"  {email}")
