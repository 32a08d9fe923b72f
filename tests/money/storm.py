"""Many processes that ask for, approve and give back money at the same time, each writing down what it was answered."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from casetracker.approvals import commands as approvals
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Conflict, Refused
from casetracker.disbursements import commands as requests
from casetracker.disbursements.models import Disbursement, Submission
from casetracker.disbursements.states import DisbursementKind
from tests.money.world import Place, World, award_child

WEIGHTS = {"draft": 12, "submit": 30, "approve": 40, "return": 5, "refuse": 3, "cancel": 7, "award": 3}
COUNTED = ("submit", "approve")
WORDS = {
    "This disbursement cannot be": "state",
    "This disbursement does not wait for approval": "not waiting",
    "This does not wait": "not waiting",
    "This disbursement was changed and submitted anew": "stale",
    "You asked for this yourself": "own request",
    "You wrote in this disbursement": "wrote in it",
    "You wrote in the plan": "wrote the plan",
    "You gave your approval already; the next one": "approved before",
    "You gave your approval already; the next word": "word given",
    "You wrote this disbursement": "wrote it",
    "You are the caseworker": "caseworker",
    "The sending office's part is done": "office done",
    "The receiving office's part is done": "office done",
    "%(asked)s is more than the %(left)s left on the plan line": "over the line",
    "%(asked)s is more than the %(left)s left of the grant": "over the grant",
    "%(amount)s is more than the %(left)s that the ceiling": "ceiling",
    "The child has its grant": "awarded before",
    "The grant of %(person)s (%(package)s) is no longer open": "closed",
    "The grant of %(person)s (%(package)s) was given back": "given back",
    "Part of this was ordered or paid already": "begun",
    "This disbursement has not been approved": "not approved",
    "Only the check of this instalment is left": "paid before",
    "%(paid)s is worth": "above the cap",
    "%(amount)s is more than the %(left)s of the payment": "more than was paid",
    "%(used)s of this line is already reserved": "used",
}
"""How a sentence of the program begins, and the model's word for it."""


def word_of(refused: Refused) -> str:
    """The model's word for a refusal; the sentence itself where the model has none."""
    text = refused.message.id
    return next((word for start, word in WORDS.items() if text.startswith(start)), text)


@dataclass(frozen=True)
class Act:
    """One act as a process is about to do it."""

    kind: str
    actor: str
    token: str
    subject: str
    args: dict[str, Any] = field(default_factory=dict)


class Log:
    """What one process did, line by line: first that it begins, then what it was answered."""

    def __init__(self, path: Path, *, to_disk: bool) -> None:
        self._file, self._to_disk = open(path, "a", encoding="utf-8"), to_disk  # noqa: SIM115  # closed with the process

    def write(self, **values: Any) -> None:
        """One line; on disk when this returns, if asked for."""
        self._file.write(json.dumps(values) + "\n")
        self._file.flush()
        if self._to_disk:
            os.fsync(self._file.fileno())


def weather(app: Flask, world: World, path: Path, *, number: int, seed: int, counted: int, to_disk: bool) -> None:
    """One process: acts until `counted` submissions and approvals were tried (0: until it is killed)."""
    chance, log = random.Random(f"{seed}/{number}"), Log(path, to_disk=to_disk)
    with app.app_context():
        tried = 0
        while not counted or tried < counted:
            act = _choose(world, chance)
            if act is None:
                continue
            times = 2 if act.token and chance.random() < 0.1 else 1
            for _again in range(times):
                _do(world, act, log, number)
            tried += act.kind in COUNTED


def _do(world: World, act: Act, log: Log, number: int) -> None:
    said = {"kind": act.kind, "actor": act.actor, "token": act.token, "subject": act.subject, "args": act.args}
    start = clock.now().isoformat()
    log.write(begins=start, by=number, **said)
    outcome, result = perform(world, act)
    log.write(start=start, end=clock.now().isoformat(), outcome=outcome, result=result, by=number, **said)


def perform(world: World, act: Act) -> tuple[str, str]:
    """Do it by its command: ("done", result), or why not in one word."""
    try:
        return "done", str(_command(world, act)())
    except Refused as refused:
        return f"refused: {word_of(refused)}", ""
    except Conflict:
        return "refused: conflict", ""
    except DBAPIError as error:
        return f"error: {type(error.orig).__name__}: {str(error.orig).splitlines()[0][:120]}", ""
    except Exception as error:  # whatever it is, it is what the act was answered
        return f"error: {type(error).__name__}: {str(error)[:120]}", ""
    finally:
        db.session.remove()


def _command(world: World, act: Act) -> Callable[[], Any]:
    args, token = act.args, act.token or None
    if act.kind == "award":
        return lambda: award_child(args["case"], act.subject, world.programme_id, actor=world.awarding)
    actor = world.actors[act.actor]
    if act.kind == "draft":
        cmd = requests.DraftDisbursement(
            token=token, dossier_id=args["case"], purpose="Paint", provider_id=args["payee"] or None,
            kind=DisbursementKind.PROVIDER if args["payee"] else DisbursementKind.CASH,
            local_currency=None, local_amount=None, parts=tuple((key, amount) for key, amount in args["parts"]),
            instalments=(),
        )  # fmt: skip
        return lambda: requests.draft_disbursement(cmd, actor=actor)
    if act.kind == "submit":
        asked = requests.SubmitDisbursement(
            token=token, dossier_id=args["case"], disbursement_id=act.subject, version=args["version"]
        )
        return lambda: requests.submit_disbursement(asked, actor=actor)
    if act.kind == "cancel":
        given_up = requests.CancelDisbursement(
            token=token, dossier_id=args["case"], disbursement_id=act.subject, reason="Not needed",
            version=args["version"],
        )  # fmt: skip
        return lambda: requests.cancel_disbursement(given_up, actor=actor)
    decide = {"approve": approvals.approve_disbursement, "return": approvals.return_disbursement,
              "refuse": approvals.refuse_disbursement}[act.kind]  # fmt: skip
    decision = approvals.DecideDisbursement(
        token=token, submission_id=act.subject, content_hash=args["hash"],
        reason=None if act.kind == "approve" else "Not like this",
    )  # fmt: skip
    return lambda: decide(decision, actor=actor)


def _choose(world: World, chance: random.Random) -> Act | None:
    """What to do next, of what stands now; None where there is nothing of that kind."""
    kind = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    if kind == "award":
        place = chance.choice([place for place in world.places if place.children])
        return Act(kind, world.awarding.id, "", chance.choice(place.children), {"case": place.dossier_id})
    with _reading():
        found = _choose_of(kind, world, chance)
    if found is None and kind != "draft":
        return _choose_of("draft", world, chance)
    return found


def _choose_of(kind: str, world: World, chance: random.Random) -> Act | None:
    if kind == "draft":
        place = chance.choice(world.places)
        loose = [key for key in place.keys if key.startswith("grant:")]
        keys = chance.sample(loose, 2) if loose and chance.random() < 0.3 else [chance.choice(place.keys)]
        most = chance.choice((3, 99, 40_00, 200_00, 400_00))
        parts = [(key, chance.randint(1, most)) for key in keys]
        actor, payee = chance.choice(place.requesters), chance.choice(place.providers or ("",))
        return Act(kind, actor.id, _token(chance), "", {"case": place.dossier_id, "parts": parts, "payee": payee})
    if kind in ("submit", "cancel"):
        states = ("draft", "returned") if kind == "submit" else ("draft", "submitted", "approved")
        rows = _sample(select(Disbursement.id, Disbursement.dossier_id, Disbursement.version), states, chance)
        if rows is None:
            return None
        id, case, version = rows
        actor = chance.choice(_place(world, case).requesters)
        version -= chance.random() < 0.02
        token = _token_of(kind, id, actor, version)
        return Act(kind, actor.id, token, id, {"case": case, "version": version})
    query = select(Submission.id, Submission.content_hash, Submission.dossier_id, Submission.disbursement_id)
    of = ("submitted", "approved", "returned") if chance.random() < 0.05 else ("submitted",)
    waiting = _sample(query.join(Disbursement, Disbursement.id == Submission.disbursement_id), of, chance)
    if waiting is None:
        return None
    id, digest, case, request = waiting
    actor = chance.choice(_place(world, case).supervisors)
    if chance.random() < 0.02:
        digest = "0" * 64
    token = _token_of(kind, id, actor, digest) if chance.random() < 0.7 else _token(chance)
    return Act(kind, actor.id, token, id, {"case": case, "hash": digest, "request": request})


def _place(world: World, dossier_id: str) -> Place:
    return next(place for place in world.places if place.dossier_id == dossier_id)


def _sample(query: Any, states: tuple[str, ...], chance: random.Random) -> tuple[Any, ...] | None:
    rows = db.session.execute(query.where(Disbursement.state.in_(states)).order_by(Disbursement.id)).all()
    return tuple(chance.choice(rows)) if rows else None


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    finally:
        db.session.rollback()


def _token(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


def _token_of(kind: str, subject: str, actor: Actor, seen: object) -> str:
    """The token of a form that several processes hold: whoever sends it, it acts once."""
    return hashlib.sha256(f"{kind} {subject} {actor.id} {seen}".encode()).hexdigest()[:32]
