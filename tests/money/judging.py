"""Whether what the processes were answered is what the model predicts, in the order in which the database took it."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from casetracker.audit.checkpoints import CheckpointFolder
from casetracker.audit.states import Window
from casetracker.audit.verification import verify
from casetracker.core.db import db
from casetracker.disbursements.models import Disbursement, DisbursementShare
from casetracker.events.models import EventRow
from casetracker.grants.models import Grant
from casetracker.ledger.models import LedgerBalance, LedgerEntry, LedgerPosting
from casetracker.plans.models import PlanLine
from casetracker.programmes.models import BudgetLine, Programme
from tests.money.accounts import Overspent
from tests.money.model import Books
from tests.money.world import CHILD_AMOUNT, World, books_of

KINDS = {
    "disbursement.drafted": "draft", "disbursement.submitted": "submit", "disbursement.cancelled": "cancel",
    "disbursement.approved": "approve", "approval.given": "approve", "disbursement.returned": "return",
    "disbursement.refused": "refuse", "grant.made": "award",
}  # fmt: skip
MOVES = {
    "award": (None, "awarded"), "reserve": ("awarded", "reserved"), "commit": ("reserved", "committed"),
    "spend": ("committed", "spent"), "release_reserved": ("reserved", "awarded"),
    "release_committed": ("committed", "awarded"), "reverse": ("spent", "awarded"), "relinquish": ("awarded", None),
}  # fmt: skip

Key = tuple[str, str, str]
"""(kind, what it was done to, who did it): nothing can be done twice under the same key."""


@dataclass(frozen=True)
class Answered:
    """An act and what the process was answered."""

    kind: str
    actor: str
    subject: str
    token: str
    args: dict[str, Any]
    start: datetime
    end: datetime
    outcome: str
    result: str

    @property
    def key(self) -> Key:
        """Under which the database holds it, if it does."""
        return (self.kind, self.result if self.kind in ("draft", "submit") else self.subject, self.actor)


@dataclass(frozen=True)
class Taken:
    """An act as the database holds it."""

    at: datetime
    key: Key
    case: str
    data: dict[str, Any]


@dataclass
class Verdict:
    """Figures, and what is wrong (nothing, if all holds)."""

    figures: dict[str, int] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def blame(self, what: str, *, most: int = 12) -> None:
        """Something is wrong; of very much only the beginning is kept."""
        if len(self.wrong) < most:
            self.wrong.append(what)
        self.figures["wrong"] = self.figures.get("wrong", 0) + 1


def read_logs(folder: Path) -> tuple[list[Answered], list[dict[str, Any]]]:
    """What was answered, and what was begun and never answered."""
    answered, open_acts = [], []
    for path in sorted(folder.glob("*.log")):
        begun: dict[str, Any] | None = None
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                values = json.loads(line)
            except ValueError:
                continue  # the process was killed while it wrote this line
            if "begins" in values:
                if begun is not None:
                    open_acts.append(begun)
                begun = values
                continue
            begun = None
            values.pop("by")
            start, end = (datetime.fromisoformat(values.pop(name)) for name in ("start", "end"))
            answered.append(Answered(start=start, end=end, **values))
        if begun is not None:
            open_acts.append(begun)
    return answered, open_acts


def read_record(world: World) -> list[Taken]:
    """What the database holds of the processes' acts, in the order in which it took them."""
    adults = {person for _amounts, person in world.awards}
    query = (
        select(EventRow.at, EventRow.kind, EventRow.actor_id, EventRow.person_id, EventRow.body)
        .where(EventRow.kind.in_(KINDS))
        .order_by(EventRow.at, EventRow.chain_id, EventRow.seq)
    )
    taken: list[Taken] = []
    for at, kind, actor, person, body in db.session.execute(query):
        content = json.loads(body)
        data, act = content["data"], KINDS[kind]
        if act == "award":
            if person is None or person in adults:
                continue
            subject = person
        else:
            subject = data["disbursement_id"] if act in ("draft", "cancel") else data["submission_id"]
        taken.append(Taken(at, (act, subject, actor), content["owner"], data))
    db.session.rollback()
    return _award_once(taken)


def _award_once(taken: list[Taken]) -> list[Taken]:
    """The grants of one person are made in one act, with an event for each."""
    found: dict[Key, Taken] = {}
    rest = []
    for each in taken:
        if each.key[0] == "award":
            before = found.get(each.key)
            if before is not None and each.at == before.at:
                before.data["also"] = each.data
                continue
            found[each.key] = each
        rest.append(each)
    return rest


def judge(
    world: World, folder: Path, engine: Engine, *, ran: Iterable[Answered] = (), outside: CheckpointFolder | None = None
) -> Verdict:
    """Compare what was answered, what the database holds and what the model says; `ran` was answered later, `outside`
    holds the signed heads, if there are any."""
    verdict = Verdict()
    answered, open_acts = read_logs(folder)
    answered += ran
    record = read_record(world)
    _count(verdict, answered, record, open_acts)
    projects = {place.dossier_id for place in world.places if place.providers}
    verdict.figures["taken in projects"] = sum(taken.case in projects for taken in record)
    books = books_of(world)
    asked = _whys(answered, record)
    parts = {each.result: each.args["parts"] for each in answered if each.kind == "draft" and each.outcome == "done"}
    parts |= {} if not open_acts else _parts_of_unanswered(set(parts))
    payees = _payees()
    versions = {each.key: each.args.get("version") for each in answered if each.outcome == "done"}
    for number, taken in enumerate(record):
        for question in asked.get(number, ()):
            question(books)
        try:
            why_not = _apply(books, taken, parts, payees, versions)
        except Overspent as over:
            verdict.blame(f"overspent at {taken.key}: {over}")
            break
        if why_not is not None:
            verdict.blame(f"taken, though the model refuses it ({why_not}): {taken.key}")
            break
    else:
        for question in asked.get(len(record), ()):
            question(books)
        _judge_refusals(verdict, answered)
        _compare(verdict, books, world)
    _compare_entries(verdict)
    window = Window()
    for finding in verify(engine, outside, window):
        verdict.blame(f"verification: {finding}")
    verdict.figures["signed heads"] = window.heads
    return verdict


def _count(verdict: Verdict, answered: list[Answered], record: list[Taken], open_acts: list[dict[str, Any]]) -> None:
    held = Counter(taken.key for taken in record)
    done = {each.key for each in answered if each.outcome == "done"}
    for key, times in held.items():
        if times > 1:
            verdict.blame(f"twice: {key} {times} times in the record")
    for key in done - set(held):
        verdict.blame(f"lost: {key} was answered and is not in the record")
    begun = {(act["kind"], act["subject"], act["actor"]) for act in open_acts}
    loose = {("draft", act["actor"]) for act in open_acts if act["kind"] == "draft"}
    loose |= {("submit", act["actor"]) for act in open_acts if act["kind"] == "submit"}
    for key in set(held) - done:
        if key not in begun and (key[0], key[2]) not in loose:
            verdict.blame(f"nobody's: {key} is in the record and nobody was answered so")
    tokens: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in answered:
        if each.outcome == "done" and each.token:
            tokens[each.token, each.actor].add(each.result)
        if each.outcome.startswith("error"):
            verdict.blame(f"{each.kind}: {each.outcome}")
    verdict.figures.update(
        tried=len(answered),
        submissions=sum(each.kind == "submit" for each in answered),
        approvals=sum(each.kind == "approve" for each in answered),
        taken=len(record),
        repeats=sum(each.outcome == "done" for each in answered) - len(done),
        refused=sum(each.outcome.startswith("refused") for each in answered),
        errors=sum(each.outcome.startswith("error") for each in answered),
        unanswered=len(open_acts),
    )
    verdict.refusals.update(each.outcome for each in answered if each.outcome.startswith("refused"))
    for (token, _actor), results in tokens.items():
        if len(results) > 1:
            verdict.blame(f"twice: the form {token} was answered {sorted(results)}")


_justified: dict[int, bool] = {}


def _whys(answered: list[Answered], record: list[Taken]) -> dict[int, list[Callable[[Books], None]]]:
    """number of acts taken before -> what to ask the model then: each refusal at every moment between its start and
    its end at which it may have been judged, as its own case (the budget line for an award) stood."""
    _justified.clear()
    by_case: dict[str, list[int]] = defaultdict(list)
    awards = []
    for number, taken in enumerate(record):
        by_case[taken.case].append(number)
        if taken.key[0] == "award":
            awards.append(number)
    ended: dict[Key, datetime] = {}
    for each in answered:
        if each.outcome == "done":
            ended[each.key] = min(each.end, ended.get(each.key, each.end))
    asked: dict[int, list[Callable[[Books], None]]] = defaultdict(list)
    for each in answered:
        if not each.outcome.startswith("refused"):
            continue
        line = sorted(set(awards) | set(by_case[each.args["case"]])) if each.kind == "award" else by_case[
            each.args["case"]
        ]  # fmt: skip
        last = bisect_left(line, each.end, key=lambda n: record[n].at)
        first = last
        while first and ended.get(record[line[first - 1]].key, each.end) >= each.start:
            first -= 1
        _justified[id(each)] = False
        for place in range(first, last + 1):
            number = line[place] if place < len(line) else len(record)
            asked[number].append(_question(each))
    return asked


def _question(each: Answered) -> Callable[[Books], None]:
    wanted = each.outcome.removeprefix("refused: ")

    def ask(books: Books) -> None:
        if not _justified[id(each)]:
            _justified[id(each)] = _why_not(books, each) == wanted

    return ask


def _why_not(books: Books, each: Answered) -> str | None:
    """What the model would answer now, without doing it."""
    if each.kind == "award":
        if any(person == each.subject for person in books.person_of.values()):
            return "awarded before"
        return "ceiling" if books.budget.ceiling - books.budget.total() < CHILD_AMOUNT else None
    if each.kind in ("submit", "cancel"):
        if each.subject not in books.requests:
            return None
        return books.why_not(each.kind, each.subject, each.actor, version=each.args["version"])
    if each.subject not in books.request_of:
        return None
    return books.why_not(each.kind, each.subject, each.actor, is_other_content=each.args["hash"] == "0" * 64)


def _judge_refusals(verdict: Verdict, answered: list[Answered]) -> None:
    for each in answered:
        if _justified.get(id(each)) is False:
            verdict.blame(f"refused without reason at any moment of it: {each.kind} {each.subject}: {each.outcome}")


def _apply(
    books: Books, taken: Taken, parts: dict[str, Any], payees: dict[str, str], versions: dict[Key, Any]
) -> str | None:
    kind, subject, actor = taken.key
    data = taken.data
    if kind == "award":
        made = [data, *([data["also"]] if "also" in data else [])]
        return books.award({each["grant_id"]: each["amount"] for each in made}, subject)
    if kind == "draft":
        books.draft(subject, taken.case, tuple((key, amount) for key, amount in parts[subject]), actor, payees[subject])
        return None
    if kind == "submit":
        request = data["disbursement_id"]
        return books.submit(request, actor, subject, versions.get(taken.key) or books.requests[request].version)
    if kind == "cancel":
        return books.cancel(subject, versions.get(taken.key) or books.requests[subject].version)
    if kind == "approve":
        return books.approve(subject, actor)
    return books.decline(subject, actor, {"return": "returned", "refuse": "refused"}[kind])


def _payees() -> dict[str, str]:
    """Request -> who is to be paid: nobody changes it in the storm."""
    return {id: payee or "" for id, payee in db.session.execute(select(Disbursement.id, Disbursement.provider_id))}


def _parts_of_unanswered(known: set[str]) -> dict[str, Any]:
    """What requests ask for whose drafting nobody was answered, as the database holds it."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for share in db.session.scalars(select(DisbursementShare).order_by(DisbursementShare.position)):
        if share.disbursement_id not in known:
            key = f"line:{share.line_id}" if share.line_id else f"grant:{share.grant_id}"
            found[share.disbursement_id][key] = found[share.disbursement_id].get(key, 0) + share.amount
    return {id: list(parts.items()) for id, parts in found.items()}


def account_ids(world: World) -> dict[str, str]:
    """which account, as the model names it -> its id."""
    found = {f"grant {grant.id}": grant.account_id for grant in db.session.scalars(select(Grant))}
    for line in db.session.scalars(select(PlanLine)):
        if line.account_id:
            found[f"line {line.id}"] = line.account_id
    budget = db.session.scalars(select(BudgetLine).where(BudgetLine.programme_id == world.programme_id)).one()
    programme = db.session.get_one(Programme, world.programme_id)
    return {**found, "the budget line": budget.account_id, "the programme": programme.account_id}


def _compare(verdict: Verdict, books: Books, world: World) -> None:
    """Every account and every request stands as in the model, at all four levels."""
    balances = {row.account_id: row for row in db.session.scalars(select(LedgerBalance))}
    for which, id in account_ids(world).items():
        row, model = balances[id], books.account(which)
        stands = (row.ceiling, row.awarded, row.reserved, row.committed, row.spent)
        if stands != (model.ceiling, model.awarded, model.reserved, model.committed, model.spent):
            verdict.blame(f"{which}: the database holds {stands}, the model {model}")
    for fault in books.faults():
        verdict.blame(f"the model's own sums: {fault}")
    for request in db.session.scalars(select(Disbursement)):
        known = books.requests.get(request.id)
        if known is None or (known.state, known.version) != (str(request.state), request.version):
            verdict.blame(f"request {request.id} is {request.state} {request.version}, in the model {known}")
    verdict.figures.update(
        ceiling=books.budget.ceiling, awarded=books.budget.awarded, reserved=books.budget.reserved,
        committed=books.budget.committed,
    )  # fmt: skip
    db.session.rollback()


def _compare_entries(verdict: Verdict) -> None:
    """No account was ever above its ceiling or below nothing, entry by entry; its balance is the sum."""
    ceilings = {row.account_id: row for row in db.session.scalars(select(LedgerBalance))}
    sums: dict[str, dict[str, int]] = {id: dict.fromkeys(("awarded", "reserved", "committed", "spent"), 0)
                                       for id in ceilings}  # fmt: skip
    query = select(LedgerEntry.account_id, LedgerPosting.move, LedgerEntry.amount).join(
        LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id
    )
    most = 0
    for account, move, amount in db.session.execute(query.order_by(LedgerPosting.at, LedgerPosting.id)):
        source, target = MOVES[str(move)]
        held = sums[account]
        if source:
            held[source] -= amount
            most = max(most, -held[source])
        if target:
            held[target] += amount
    over = max((sum(held.values()) - ceilings[id].ceiling for id, held in sums.items()), default=0)
    verdict.figures["cents over"] = max(most, over, 0)
    if max(most, over) > 0:
        verdict.blame(f"{max(most, over)} cents over on some account")
    for id, held in sums.items():
        row = ceilings[id]
        if held != {"awarded": row.awarded, "reserved": row.reserved, "committed": row.committed, "spent": row.spent}:
            verdict.blame(f"the balance of {id} is not the sum of its entries {held}")
    db.session.rollback()


__all__ = ["Answered", "Verdict", "account_ids", "judge", "read_logs", "read_record"]
