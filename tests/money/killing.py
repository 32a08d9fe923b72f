"""Kills processes in the midst of a storm, and looks for what each was doing: done whole, or not at all."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from casetracker.core import clock
from casetracker.core.commands import FormToken
from casetracker.core.db import db
from tests.money.judging import Answered, Verdict, read_logs
from tests.money.running import Storm
from tests.money.storm import Act, perform

LONGEST = 0.4
"""Seconds that pass at most between two kills."""


@dataclass
class Killed:
    """What was in flight when its process was killed, and what the same form was answered afterwards."""

    verdict: Verdict
    kills: int
    in_flight: int = 0
    was_done: int = 0
    """Of those: committed before the kill; the answer never reached anybody."""
    found_again: Counter[str] = field(default_factory=Counter)
    """What sending the form once more was answered."""


def kill_and_judge(storm: Storm, *, writers: int, kills: int, seed: int) -> Killed:
    """So many kills at random moments, each process replaced by a new one; then everything is judged."""
    storm.keep_on_disk()
    chance = random.Random(f"{seed}/kill")
    running = [storm.start(counted=0, seed=seed, to_disk=True) for _n in range(writers)]
    for _kill in range(kills):
        time.sleep(chance.uniform(0.02, LONGEST))
        victim = running.pop(chance.randrange(len(running)))
        victim.kill()
        victim.join()
        running.append(storm.start(counted=0, seed=seed, to_disk=True))
    storm.stop()
    return _look(storm, kills)


def _look(storm: Storm, kills: int) -> Killed:
    """Send once more what nobody was answered: the same token acts once."""
    _answered, open_acts = read_logs(storm.logs)
    killed = Killed(Verdict(), kills, in_flight=len(open_acts))
    with storm.app.app_context():
        done = _tokens({act["token"] for act in open_acts if act["token"]})
        for said in open_acts:
            act = Act(said["kind"], said["actor"], said["token"], said["subject"], said["args"])
            start = clock.now()
            outcome, result = perform(storm.world, act)
            killed.found_again[outcome] += 1
            if said["token"] in done:
                killed.was_done += 1
                if (outcome, result) != ("done", done[said["token"]]):
                    killed.verdict.blame(f"{act.kind} {act.token} was done, its repeat answers {outcome} {result}")
            storm.answered_later.append(Answered(
                kind=act.kind, actor=act.actor, subject=act.subject, token=act.token, args=act.args, start=start,
                end=clock.now(), outcome=outcome, result=result,
            ))  # fmt: skip
        db.session.remove()
    wrong = killed.verdict.wrong
    killed.verdict = storm.judge()
    for each in wrong:
        killed.verdict.blame(each)
    return killed


def _tokens(tokens: set[str]) -> dict[str, Any]:
    query = select(FormToken.token, FormToken.result).where(FormToken.token.in_(tokens))
    try:
        return {row.token: row.result for row in db.session.execute(query)}
    finally:
        db.session.rollback()
