"""The operator's command `sample-again`: a sample drawn again from the record, for whoever no longer signs in."""

from __future__ import annotations

import click
from flask import Flask

from casetracker.core.commands import end_reading
from casetracker.core.db import db
from casetracker.core.row_security import EVERYTHING, reading
from casetracker.sampling.again_queries import Again, draw_again
from casetracker.sampling.models import Sample


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(sample_again)


@click.command("sample-again")
@click.argument("sample")
def sample_again(sample: str) -> None:
    """Draw a sample again and say whether population and items are the same; exit 1 where they are not."""
    with reading(EVERYTHING):  # the command line belongs to who runs the program
        kept = db.session.get(Sample, sample)
        if kept is None:
            raise click.ClickException(f"There is no sample {sample}.")
        again, before = draw_again(kept), (kept.population_count, kept.population_amount, kept.population_hash)
        end_reading()
    click.echo(f"Then: {before[0]} entries, {before[1]} minor units, {before[2]}")
    click.echo(f"Now:  {again.count} entries, {again.amount} minor units, {again.population_hash}")
    if not again.is_same:
        click.echo(_difference(again), err=True)
        raise SystemExit(1)
    click.echo("The same population and the same items.")


def _difference(again: Again) -> str:
    changed = ", ".join(str(each) for each in again.changed) or "none"
    return f"They differ. Items that would not be drawn so now: {changed}. Others that would: {again.added}."
