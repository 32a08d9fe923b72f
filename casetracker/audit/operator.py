"""Operators' commands on the record: `verify`, `seal`, `prove`, `check-proof` and `rotate-key`."""

from __future__ import annotations

import getpass
import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask

from casetracker.audit import commands, proofs, sealing, tree_queries
from casetracker.audit.checkpoints import CheckpointFolder, read_line
from casetracker.audit.keys import SealingFault
from casetracker.audit.states import NOT_COVERED, NOT_TRACKED, Window
from casetracker.audit.verification import verify
from casetracker.core.actor import operator
from casetracker.core.db import db
from casetracker.core.errors import N_, Message


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(verify_record)
    app.cli.add_command(seal_record)
    app.cli.add_command(rotate_signing_key)
    app.cli.add_command(prove_entry)
    app.cli.add_command(check_proof)


@click.command("verify")
def verify_record() -> None:
    """Compare the record with the tables; exit 1 naming the first table, row and column that disagree."""
    window, folder = Window(), sealing.folder()
    try:
        with closing(verify(db.engine, folder, window)) as findings:
            finding = next(findings, None)
    except SealingFault as fault:
        raise click.ClickException(str(fault)) from None
    if finding is not None:
        click.echo(f"The record and the tables disagree: {finding}", err=True)
        raise SystemExit(1)
    click.echo("The record is whole, and every tracked table is what it says.")
    if window.covered:
        click.echo(f"Signed heads outside cover {_events(window.covered)}; the folder is {folder.path}")
        click.echo(f"{_events(window.uncovered)} after the last head: not covered by a signature.")
    else:
        click.echo(f"No signed head lies in {folder.path}: {_events(window.uncovered)}, not covered by a signature.")
    click.echo("Not covered:")
    for table, reason in sorted(NOT_TRACKED.items()):
        click.echo(f"- table {table}: {reason}")
    for sentence in NOT_COVERED:
        click.echo(f"- {sentence}")


@click.command("seal")
def seal_record() -> None:
    """Cover everything committed with a signed head, and put outside what does not lie there yet."""
    try:
        sealed = sealing.seal_now()
    except SealingFault as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"{_events(sealed)} sealed; the newest head covers {tree_queries.newest_size()}.")
    click.echo(f"Signed heads lie in {sealing.folder().path}")


@click.command("rotate-key")
def rotate_signing_key() -> None:
    """Let a new key sign the heads; recorded as the operator's act, signed with the old key and the new one."""
    try:
        sealing.seal_now()
        key_id = commands.rotate_key(sealing.key_file(), actor=operator(getpass.getuser()))
        sealing.seal_now()
    except SealingFault as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"The key {key_id} signs from here on; it lies in {sealing.key_file()}, with the old one above it.")


@click.command("prove")
@click.argument("chain")
@click.argument("seq", type=int)
@click.option("--since", type=int, help="The size of an older head, from which the newest is to go on.")
def prove_entry(chain: str, seq: int, since: int | None) -> None:
    """Print, as JSON, the proof that the newest signed head covers an entry (chain and number as in an export)."""
    try:
        proof = tree_queries.prove(chain, seq, since)
    except (ValueError, SealingFault) as fault:
        raise click.ClickException(str(fault)) from None
    if proof is None:
        raise click.ClickException(f"No signed head covers entry {seq} of {chain}.")
    click.echo(json.dumps(asdict(proof), indent=1))


@click.command("check-proof")
@click.argument("proof", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keys", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with keys.jsonl; without it CHECKPOINT_DIR.",
)  # fmt: skip
@click.option(
    "--head", "kept", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A head that was kept, as newest.json holds it, from which the proof goes on.",
)  # fmt: skip
def check_proof(proof: Path, keys: Path | None, kept: Path | None) -> None:
    """Check what `prove` printed into a file, away from the database; exit 1 where it does not hold."""
    try:
        told = proofs.read_proof(proof.read_bytes())
        folder = CheckpointFolder(keys) if keys else sealing.folder()
        head = read_line(kept.read_bytes(), kept.name).head if kept else None
        fault = proofs.find_fault(told, folder.keys(), head)
    except SealingFault as error:
        raise click.ClickException(str(error)) from None
    if fault is not None:
        raise click.ClickException(f"The proof does not hold: {fault}.")
    click.echo(f"The entry is number {told.position + 1} under the head of {told.head.size}, signed {told.head.at}.")
    if head is not None:
        click.echo(f"That head goes on from the one of {head.size} that was kept, signed {head.at}.")
    else:
        click.echo("No head that was kept was given: nothing is said of what stood before.")


def _events(number: int) -> Message:
    return Message(N_("%(num)d event"), {"num": number}, plural=N_("%(num)d events"))
