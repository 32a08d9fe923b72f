"""Operators' commands on the whole installation: `seal-documents`."""

from __future__ import annotations

import click
from flask import Flask

from casetracker.documents import storage


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(seal_documents)


@click.command("seal-documents")
def seal_documents() -> None:
    """Encrypt the stored files that were added before files were encrypted at rest; harmless to run again."""
    click.echo(f"{storage.seal_plain_files()} files sealed; all others were.")
