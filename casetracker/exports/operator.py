"""The operator's commands `export`, `export-iati`, `export-hxl`: a history, or a project's figures, into a file."""

from __future__ import annotations

import getpass
from pathlib import Path

import click
from flask import Flask

from casetracker.core.actor import operator
from casetracker.core.errors import N_, Message, NotFound, Refused
from casetracker.core.row_security import EVERYTHING, reading
from casetracker.exports import commands, publication_commands
from casetracker.exports.publication_states import PublicationFormat
from casetracker.exports.states import Export, ExportFormat


def init_app(app: Flask) -> None:
    """Register the commands."""
    for each in (export_history, export_iati, export_hxl):
        app.cli.add_command(each)


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
        with reading(EVERYTHING):  # the command line belongs to who runs the program
            export = commands.export_case(command, actor=operator(getpass.getuser()))
    except NotFound:
        raise click.ClickException(f"There is no case or project {reference}.") from None
    _write(export, output)
    words = Message(N_("%(num)d entry"), {"num": export.entries}, plural=N_("%(num)d entries"))
    click.echo(f"{output}: {words}")


@click.command("export-iati")
@click.argument("reference")
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
def export_iati(reference: str, output: Path) -> None:
    """Write a project as IATI 2.03 (XML) to a file; recorded as the operator's act, under the system's user name."""
    _publish(reference, PublicationFormat.IATI, output)


@click.command("export-hxl")
@click.argument("reference")
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
def export_hxl(reference: str, output: Path) -> None:
    """Write a project's sites as a table with HXL tags (CSV) to a file; recorded as `export-iati` is."""
    _publish(reference, PublicationFormat.HXL, output)


def _publish(reference: str, wanted: PublicationFormat, output: Path) -> None:
    command = publication_commands.PublishProject(reference=reference, format=wanted)
    try:
        with reading(EVERYTHING):  # as above
            export = publication_commands.publish_project(command, actor=operator(getpass.getuser()))
    except NotFound:
        raise click.ClickException(f"There is no project {reference}.") from None
    except Refused as refused:
        raise click.ClickException(str(refused.message)) from None
    _write(export, output)
    click.echo(f"{output}: {export.size} bytes, SHA-256 {export.sha256}")


def _write(export: Export, output: Path) -> None:
    try:
        with export.file:
            output.touch(mode=0o600)
            with output.open("wb") as file:
                file.writelines(export.pieces())
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from None
