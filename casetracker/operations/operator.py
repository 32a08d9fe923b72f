"""Operators' commands on the whole installation: `backup`, `restore`, `encrypt-documents`."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from casetracker.core.actor import operator
from casetracker.core.encryption import CannotDecrypt
from casetracker.core.errors import Refused, Unavailable
from casetracker.documents import storage
from casetracker.operations import backup, restore
from casetracker.operations.states import Restored, Summary


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(make_backup)
    app.cli.add_command(restore_backup)
    app.cli.add_command(encrypt_documents)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def make_backup(file: Path) -> None:
    """Write database, stored files and signed heads into one encrypted FILE; people can work meanwhile."""
    with _sentences(file):
        summary = backup.make_backup(file, actor=operator(getpass.getuser()))
    click.echo(f"{file}: {_numbers(summary)}.")
    click.echo("The keys are not in it: keep the encryption key and the signing key elsewhere, or it opens for nobody.")
    _say_missing(summary)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only read the whole file, and write nothing.")
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The newest list of erasures (erasures.jsonl of the folder of signed heads): they are done again.",
)
def restore_backup(file: Path, check: bool, erasures: Path | None) -> None:
    """Put a backup into an empty database and verify it: all of it, or nothing; erase again what was erased since."""
    if check:
        with _sentences(file):
            head, summary = restore.check_backup(file)
        click.echo(f"The backup of {head.made_at} is whole: {_numbers(summary)}.")
        _say_missing(summary)
        return
    with _sentences(file):
        done = restore.restore_backup(file, actor=operator(getpass.getuser()), erasures=erasures)
    words = "is restored, the record is whole, and every table and file is what it says"
    click.echo(f"The backup of {done.head.made_at} {words}: {_numbers(done.summary)}.")
    _say_missing(done.summary)
    _say_erased(done)
    if key := restore.missing_signing_key():
        click.echo(f"No head is signed until SIGNING_KEY_FILE holds the signing key {key}: bring it along.", err=True)


@click.command("encrypt-documents")
def encrypt_documents() -> None:
    """Encrypt the stored files that were added before files were encrypted at rest; harmless to run again."""
    with _sentences(Path()):
        click.echo(f"{storage.encrypt_plain_files()} files encrypted; all others were.")


@contextmanager
def _sentences(file: Path) -> Iterator[None]:
    """Whatever stops the command is said in one sentence."""
    try:
        yield
    except (Refused, CannotDecrypt, Unavailable) as fault:
        raise click.ClickException(str(fault)) from None
    except OSError as fault:
        raise click.ClickException(f"{fault.filename or file}: {fault.strerror}.") from None


def _numbers(summary: Summary) -> str:
    return (
        f"{summary.total} rows of {len(summary.rows)} tables, {summary.files} stored files, "
        f"{summary.checkpoints} files of signed heads"
    )


def _say_erased(done: Restored) -> None:
    if done.erased:
        click.echo(f"Cases erased again, for they had been erased after the backup was made: {done.erased}.")
    if not done.has_list:
        words = "No newer list of erasures came along (--erasures): what was erased after the backup was made is back."
        click.echo(words, err=True)
    if done.lacking:
        words = "The list of erasures lacks entries that the backup itself has, so it is older than the backup or of"
        click.echo(f"{words} another installation: {done.lacking}. What was erased since may be back.", err=True)
    if done.unknown:
        words = "Cases on the list of erasures that the backup does not hold (opened later, or of another installation)"
        click.echo(f"{words}: {done.unknown}.", err=True)
    if done.called_off:
        words = "Cases on the list of erasures that stay, for their erasure was declined, taken back, or overtaken by a"
        click.echo(f"{words} reopening: {done.called_off}.", err=True)


def _say_missing(summary: Summary) -> None:
    if summary.missing:
        keys = ", ".join(summary.missing)
        click.echo(f"Files that documents name and that were gone when the backup was made: {keys}", err=True)
