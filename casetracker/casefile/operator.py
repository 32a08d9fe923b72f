"""The daily `tick`: records what the clocks bring, one command per case; running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click
from flask import Flask, current_app

from casetracker.accounts import devices, kept, limits
from casetracker.casefile import tick_commands
from casetracker.checks import commands as checks
from casetracker.core.errors import Unavailable
from casetracker.documents import queries as documents
from casetracker.documents import storage
from casetracker.events import recording

DAILY = "daily"


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(tick)


@click.command("tick")
def tick() -> None:
    """Record lapses of grants whose clocks have run out, and tasks for children who turned 18; forget what was kept
    for signing in longer than it should be; take away stored files that no document names any more."""
    try:
        for sentence in tick_all():
            click.echo(sentence)
    except storage.ManyOrphans as why:
        raise click.ClickException(f"{why}.") from None
    except Unavailable as why:
        raise click.ClickException(str(why)) from None


def add_daily(app: Flask, work: Callable[[], Iterator[str]]) -> None:
    """What a room above does every day, too: it bears to be done twice, and says in sentences what it did."""
    app.extensions.setdefault(DAILY, []).append(work)


def tick_all() -> Iterator[str]:
    """Do the day's tick; a sentence for each part that did something. The store of documents comes last: Unavailable
    where it is away, ManyOrphans where the settings are wrong, and all else is done."""
    yield f"{tick_commands.run()} cases changed."
    for work in current_app.extensions.get(DAILY, ()):
        yield from work()
    yield f"{checks.check_all()} cases were looked at as an auditor would."
    kept.forget_old_forms()
    devices.forget_unseen()
    limits.forget_old_tries()
    recording.ask_for_head()
    if left := tick_commands.remove_left_over_files():
        yield f"{left} files that an erasure had left behind were taken away."
    if gone := storage.remove_orphans(documents.list_named()):
        yield f"{gone} stored files that no document names were taken away."
