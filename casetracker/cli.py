"""Commands for operators: the demonstration, and those of the room of operations."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask import Flask, current_app


def init_app(app: Flask) -> None:
    """Add the commands; each feature brings its own by `SETUP` in its routes."""
    from casetracker.operations import deploy_operator, operator, worker

    app.cli.add_command(build_demonstration)
    operator.init_app(app)
    deploy_operator.init_app(app)
    worker.init_app(app)


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
            _print_password()
        return
    click.echo("Building the demonstration, about half a minute ...")
    built = demo.build(current_app.config["DEMO_PASSWORD"])
    click.echo("Demonstration data is built. Everything in it is fictional. Sign in as one of:")
    _print_people(built.emails)
    _keep_password(built.password)
    _print_password()


def _print_people(emails: tuple[str, ...]) -> None:
    for email in emails:
        click.echo(f"  {email}")


def _password_file() -> Path:
    return Path(current_app.config["DATA_FOLDER"]) / "demonstration_password"


def _keep_password(password: str) -> None:
    """Beside the database, for its owner alone: it opens nothing but fiction, on this machine only."""
    descriptor = os.open(_password_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password)


def _print_password() -> None:
    if _password_file().exists():
        click.echo(f"Password of all: {_password_file().read_text()}")
    else:
        click.echo("The password was printed when the data was made (or given in DEMO_PASSWORD).")
