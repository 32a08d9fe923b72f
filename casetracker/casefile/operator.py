"""The daily `tick`: records what the clocks bring, one command per case; running it twice changes nothing."""

from __future__ import annotations

import click
from flask import Flask

from casetracker.accounts import devices, kept, limits
from casetracker.casefile import tick_commands
from casetracker.documents import queries as documents
from casetracker.documents import storage
from casetracker.events import recording


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(tick)


@click.command("tick")
def tick() -> None:
    """Record lapses of grants whose clocks have run out, and tasks for children who turned 18; forget what was kept
    for signing in longer than it should be."""
    done = tick_commands.run()
    kept.forget_old_forms()
    devices.forget_unseen()
    limits.forget_old_tries()
    recording.ask_for_head()
    click.echo(f"{done} cases changed.")
    try:
        gone = storage.remove_orphans(documents.list_named())
    except storage.ManyOrphans as why:
        raise click.ClickException(f"{why}.") from None
    if gone:
        click.echo(f"{gone} stored files that no document names were taken away.")
