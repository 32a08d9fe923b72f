"""The operator's command `export`: a case's history into a file."""

from __future__ import annotations

import getpass
from pathlib import Path

import click
from flask import Flask

from casetracker.core.actor import operator
from casetracker.core.errors import N_, Message, NotFound
from casetracker.exports import commands
from casetracker.exports.states import ExportFormat


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(export_history)


@click.command("export")
@click.argument("reference")
@click.option(
    "--format", "wanted", type=click.Choice([str(f) for f in ExportFormat]), default="json", show_default=True
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export_history(reference: str, wanted: str, output: Path) -> None:
    """Write a case's history to a file; recorded as the operator's act, under the system's user name."""
    command = commands.ExportCase(reference=reference, format=ExportFormat(wanted))
    try:
        export = commands.export_case(command, actor=operator(getpass.getuser()))
    except NotFound:
        raise click.ClickException(f"There is no case {reference}.") from None
    try:
        with export.file:
            output.touch(mode=0o600)
            with output.open("wb") as file:
                file.writelines(export.pieces())
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from None
    words = Message(N_("%(num)d entry"), {"num": export.entries}, plural=N_("%(num)d entries"))
    click.echo(f"{output}: {words}")
