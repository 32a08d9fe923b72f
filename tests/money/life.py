"""The whole life of money, act by act in any order, against the small ledger: both say the same after every step."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from casetracker.approvals import commands as approvals
from casetracker.approvals import reversal_commands
from casetracker.audit.balances import check_balances
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.errors import Conflict, Refused
from casetracker.disbursements import commands as requests
from casetracker.disbursements import queries
from casetracker.disbursements.models import Submission
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import DisbursementKind, PaymentTerms
from casetracker.grants.commands import write_relinquish
from casetracker.ledger.models import LedgerBalance
from casetracker.payments.payment_commands import PayInstalment, pay_instalment
from casetracker.payments.reversal_commands import RequestReversal, request_reversal
from casetracker.plans.states import FundingSource
from tests.conftest import rolled_back
from tests.factories import plans
from tests.factories.documents import pdf
from tests.money.accounts import Line
from tests.money.judging import account_ids
from tests.money.model import Books
from tests.money.storm import word_of
from tests.money.world import CHILD_AMOUNT, POOLED, World, award_child, books_of

PICK = st.integers(0, 10**6)
"""One of what there is, whatever there is."""
SELDOM = st.integers(0, 4)
"""Done only when it is nothing: acts that would crowd out others."""
AMOUNT = st.one_of(st.integers(1, 5), st.integers(1, 150_00), st.integers(1, 620_00))


@command
def give_back_grant(grant_id: str, *, actor: Actor) -> None:
    """What is left of a grant returns to the programme."""
    write_relinquish(grant_id, "Not needed any more", actor=actor)


class Life(RuleBasedStateMachine):
    """One example: the world as it was built, everything on it undone at the end. Subclasses say which world."""

    app: Flask
    world: World
    steps = 0
    said: Counter[tuple[str, str]] = Counter()
    """(act, what was expected) -> how often, over all examples."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(rolled_back(self.app))

    @initialize()
    def begin(self) -> None:
        """The model as the world stands."""
        self.books: Books = books_of(self.world)
        self.asked_back: dict[str, tuple[str, int]] = {}
        self.payments: dict[str, str] = {}
        self.accounts = account_ids(self.world)
        self.loose = [key.partition(":")[2] for place in self.world.places for key in place.keys[2:]]

    def teardown(self) -> None:
        """Undo everything."""
        self.stack.close()

    # Driving both

    def both(self, act: Callable[[], Any], expected: str | None) -> Any:
        """Do it by the command; what the model expected is what comes of it."""
        type(self).steps += 1
        self.said[sys._getframe(1).f_code.co_name.strip("_"), expected or "done"] += 1
        try:
            result = act()
        except Refused as refused:
            assert word_of(refused) == expected, (str(refused.message), expected)
            return None
        except Conflict:
            assert expected == "conflict", expected
            return None
        assert expected is None, f"taken, though the model says {expected}"
        return result

    def request(self, pick: int) -> Any:
        """One of the requests."""
        return list(self.books.requests.values())[pick % len(self.books.requests)]

    def submission(self, pick: int) -> str:
        """One of the submissions."""
        return list(self.books.request_of)[-1 - pick % len(self.books.request_of)]

    def someone(self, pick: int, people: tuple[Actor, ...]) -> Actor:
        """One of these people."""
        return people[pick % len(people)]

    def parts(self, pick: int, amount: int) -> tuple[tuple[str, int], ...]:
        """What is asked for: of one line or grant, or of two grants together."""
        place = self.world.places[0]
        if pick % 3 == 0 and amount > 1:
            return ((place.keys[2], amount // 2), (place.keys[3], amount - amount // 2))
        return ((place.keys[pick % 4], amount),)

    # The acts

    @rule(pick=PICK, who=PICK, amount=AMOUNT)
    def draft(self, pick: int, who: int, amount: int, key: str | None = None) -> None:
        """A request is begun."""
        parts = ((key, amount),) if key else self.parts(pick, amount)
        actor = self.someone(who, self.world.places[0].requesters)
        if any(key.partition(":")[2] in self.books.closed for key, _amount in parts):
            return
        place = self.world.places[0]
        cmd = requests.DraftDisbursement(
            dossier_id=place.dossier_id, kind=DisbursementKind.CASH, purpose="Paint", provider_id=None,
            local_currency=None, local_amount=None, parts=parts, instalments=(),
        )  # fmt: skip
        id = self.both(lambda: requests.draft_disbursement(cmd, actor=actor), None)
        self.books.draft(id, place.dossier_id, parts, actor.id)

    @rule(pick=PICK, who=PICK, amount=AMOUNT, over=st.sampled_from((None, 0, 1)))
    def ask(self, pick: int, who: int, amount: int, over: int | None) -> None:
        """A request is begun and submitted at once: of any amount, of all that is left, or of a cent more."""
        key = self.world.places[0].keys[pick % 4]
        level, _colon, id = key.partition(":")
        account = self.books.account(f"{level} {id}")
        if over is not None and account.awarded + over:
            amount = account.awarded + over
        before = len(self.books.requests)
        self.draft(pick, who, amount, key=key)
        if len(self.books.requests) > before:
            self.submit(before, who, is_stale=False)

    @precondition(lambda self: self.books.requests)
    @rule(pick=PICK, other=PICK, who=PICK, amount=AMOUNT)
    def edit(self, pick: int, other: int, who: int, amount: int) -> None:
        """What is asked for changes."""
        request, parts, actor = (
            self.request(pick),
            self.parts(other, amount),
            self.someone(who, self.world.places[0].requesters),
        )
        if any(key.partition(":")[2] in self.books.closed for key, _amount in parts):
            return
        cmd = requests.EditDisbursement(
            dossier_id=request.case, kind=DisbursementKind.CASH, purpose="Paint", provider_id=None,
            local_currency=None, local_amount=None, parts=parts, disbursement_id=request.id, version=request.version,
            instalments=(InstalmentInput(amount=amount, due_on=None, terms=PaymentTerms.CASH),),
        )  # fmt: skip
        expected = self.books.edit(request.id, parts, actor.id, request.version)
        self.both(lambda: requests.edit_disbursement(cmd, actor=actor), expected)

    @precondition(lambda self: self.books.requests)
    @rule(pick=PICK, who=PICK, is_stale=st.sampled_from((False,) * 9 + (True,)))
    def submit(self, pick: int, who: int, is_stale: bool) -> None:
        """Approval is asked for."""
        request, actor = self.request(pick), self.someone(who, self.world.places[0].requesters)
        version = request.version - is_stale
        expected = self.books.why_not("submit", request.id, actor.id, version=version)
        cmd = requests.SubmitDisbursement(dossier_id=request.case, disbursement_id=request.id, version=version)
        id = self.both(lambda: requests.submit_disbursement(cmd, actor=actor), expected)
        if id is not None:
            assert self.books.submit(request.id, actor.id, id, version) is None

    @precondition(lambda self: self.books.requests)
    @rule(pick=PICK, who=PICK)
    def cancel(self, pick: int, who: int) -> None:
        """A request is given up."""
        request, actor = self.request(pick), self.someone(who, self.world.places[0].requesters)
        cmd = requests.CancelDisbursement(
            dossier_id=request.case, disbursement_id=request.id, reason="No", version=request.version
        )
        expected = self.books.cancel(request.id, request.version)
        self.both(lambda: requests.cancel_disbursement(cmd, actor=actor), expected)

    @precondition(lambda self: self.books.request_of)
    @rule(pick=PICK, who=PICK, is_other=st.sampled_from((False,) * 9 + (True,)))
    def approve(self, pick: int, who: int, is_other: bool) -> None:
        """A supervisor approves."""
        self._approve(self.submission(pick), self.someone(who, self.world.supervisors), is_other=is_other)

    @precondition(lambda self: self.books.request_of)
    @rule(pick=PICK)
    def approve_by_all(self, pick: int) -> None:
        """Every supervisor tries, one after the other."""
        id = self.submission(pick)
        for actor in self.world.supervisors[1:]:
            self._approve(id, actor)

    def _approve(self, id: str, actor: Actor, *, is_other: bool = False) -> None:
        expected = self.books.approve(id, actor.id, is_other_content=is_other)
        cmd = self._decision(id, is_other=is_other)
        self.both(lambda: approvals.approve_disbursement(cmd, actor=actor), expected)

    @precondition(lambda self: self.books.request_of)
    @rule(pick=PICK, who=PICK, is_final=st.booleans())
    def decline(self, pick: int, who: int, is_final: bool) -> None:
        """A supervisor returns or refuses."""
        id, actor = self.submission(pick), self.someone(who, self.world.supervisors)
        expected = self.books.decline(id, actor.id, "refused" if is_final else "returned")
        verb = approvals.refuse_disbursement if is_final else approvals.return_disbursement
        cmd = self._decision(id, reason="Not like this")
        self.both(lambda: verb(cmd, actor=actor), expected)

    def _decision(self, id: str, *, is_other: bool = False, reason: str | None = None) -> Any:
        digest = db.session.scalars(select(Submission.content_hash).where(Submission.id == id)).one()
        return approvals.DecideDisbursement(
            submission_id=id, content_hash="0" * 64 if is_other else digest, reason=reason
        )

    @precondition(lambda self: any(r.state == "approved" for r in self.books.requests.values()))
    @rule(pick=PICK, is_any=st.booleans(), amount=AMOUNT)
    def pay(self, pick: int, is_any: bool, amount: int) -> None:
        """An approved request is paid, wholly or in part (or one that is not approved)."""
        waiting = [r for r in self.books.requests.values() if is_any or (r.state == "approved" and not r.is_paid)]
        if not waiting:
            return
        request = waiting[pick % len(waiting)]
        self._pay(request, min(amount, request.amount + 1) if pick % 2 else request.amount)

    def _pay(self, request: Any, paid: int) -> None:
        part = queries.list_instalments(request.id)[0]
        cmd = PayInstalment(
            dossier_id=request.case, instalment_id=part.id, version=part.version, day=clock.today("Europe/Kyiv"),
            amount=paid, proof=pdf(mark=part.id),
        )  # fmt: skip
        expected = self.books.pay(request.id, paid, self.world.finance.id)
        payment = self.both(lambda: pay_instalment(cmd, actor=self.world.finance), expected)
        if payment is not None:
            self.payments[request.id] = payment

    @rule(pick=PICK, amount=st.integers(1, 200_00), less=st.integers(0, 200), back=AMOUNT)
    def whole_way(self, pick: int, amount: int, less: int, back: int) -> None:
        """A request goes all the way: asked for, approved, paid (perhaps less), and some of it asked back."""
        before = len(self.books.request_of)
        self.ask(pick, 0, amount, None)
        if len(self.books.request_of) == before:
            return
        self.approve_by_all(0)
        request = self.books.requests[self.books.request_of[self.submission(0)]]
        if request.state != "approved":
            return
        self._pay(request, max(1, request.amount - less))
        self.ask_back(len(self.payments) - 1, min(back, request.paid), is_all=False)

    @precondition(lambda self: self.payments)
    @rule(pick=PICK, amount=AMOUNT, is_all=st.booleans())
    def ask_back(self, pick: int, amount: int, is_all: bool) -> None:
        """Some of a payment came back."""
        id = list(self.payments)[pick % len(self.payments)]
        waiting = sum(asked for request, asked in self.asked_back.values() if request == id)
        left = self.books.requests[id].paid - waiting
        asked = max(1, left) if is_all else amount
        cmd = RequestReversal(
            dossier_id=self.books.requests[id].case, payment_id=self.payments[id], amount=asked,
            day=clock.today("Europe/Kyiv"), reason="Too dear", proof=pdf(mark=f"{id} {asked}"),
        )  # fmt: skip
        expected = "more than was paid" if asked > left else None
        reversal = self.both(lambda: request_reversal(cmd, actor=self.world.finance), expected)
        if reversal is not None:
            self.asked_back[reversal] = (id, asked)

    @precondition(lambda self: self.asked_back)
    @rule(pick=PICK, who=PICK, is_refused=st.booleans())
    def decide_back(self, pick: int, who: int, is_refused: bool) -> None:
        """A supervisor decides on it."""
        reversal = list(self.asked_back)[pick % len(self.asked_back)]
        id, amount = self.asked_back.pop(reversal)
        actor = self.someone(who, self.world.supervisors)
        cmd = reversal_commands.DecideReversal(reversal_id=reversal, reason="No" if is_refused else None)
        verb = reversal_commands.refuse_reversal if is_refused else reversal_commands.approve_reversal
        expected = None if is_refused else self.books.give_back(id, amount)
        self.both(lambda: verb(cmd, actor=actor), expected)

    @rule(pick=PICK, seldom=st.integers(0, 9))
    def award(self, pick: int, seldom: int) -> None:
        """A child's grant is made, if the budget line has room."""
        place = self.world.places[0]
        child = place.children[pick % len(place.children)]
        if seldom and f"of {child}" in self.books.grants:
            return
        expected = self.books.award({f"of {child}": CHILD_AMOUNT}, child)
        self.both(
            lambda: award_child(place.dossier_id, child, self.world.programme_id, actor=self.world.awarding), expected
        )

    @rule(pick=PICK, seldom=SELDOM)
    def relinquish(self, pick: int, seldom: int) -> None:
        """A grant without plan is closed: what is left of it, and what is released later, goes back."""
        grant = self.loose[pick % len(self.loose)]
        if seldom or grant in self.books.closed:
            return
        self.books.close(grant)
        self.both(lambda: give_back_grant(grant, actor=self.world.awarding), None)

    @rule(number=st.integers(0, 1), first=st.integers(1, 400_00), second=st.integers(1, 200_00), seldom=SELDOM)
    def plan_anew(self, number: int, first: int, second: int, seldom: int) -> None:
        """The next version of the plan: grants pay another part of a line, the family the rest."""
        if seldom:
            return
        line = self.books.lines[self.world.lines[number].id]
        most = POOLED[number]
        amounts = (min(first, most[0]), min(second, most[1]))
        if line.funding == tuple((grant, amount) for (grant, _a), amount in zip(line.funding, amounts, strict=True)):
            return
        own = sum(most) - sum(amounts)
        expected = "used" if sum(amounts) < self.books.used_of(line.id) else None
        granted = self.world.granted
        assert granted is not None
        adults = [person for _amounts, person in self.world.awards[:2]]
        sources = {str(FundingSource.OWN_CASH): own} if own else {}
        funding = dict(zip(adults, amounts, strict=True))
        self.both(lambda: plans.fund(granted, line.id, funding, **sources), expected)
        if expected is not None:
            return
        known = next(each for each in plans.facts(granted).lines if each.id == line.id)
        there = {(agreed.person_id, agreed.amount) for agreed in known.agreements}
        for person, amount in funding.items():
            if (person, amount) not in there:
                plans.agree(granted, line.id, person, amount)
        version_id = plans.submit(granted)
        plans.validate(version_id, actor=granted.people.supervisor_kyiv)
        plans.approve(version_id, actor=granted.people.supervisor_tallinn)
        grants = [grant for grant, _amount in line.funding]
        self.books.plan_line(Line(line.id, line.activity, tuple(zip(grants, amounts, strict=True))))

    # What holds after every step

    @invariant()
    def balances_are_the_models(self) -> None:
        """Each account at all four levels, the sums of its entries, and the model's own sums."""
        if not hasattr(self, "books"):
            return
        rows = {row.account_id: row for row in db.session.scalars(select(LedgerBalance))}
        for which, id in self.accounts.items():
            account, row = self.books.account(which), rows[id]
            stands = (row.ceiling, row.awarded, row.reserved, row.committed, row.spent)
            said = (account.ceiling, account.awarded, account.reserved, account.committed, account.spent)
            assert stands == said, (which, stands, said)
            assert sum(stands[1:]) <= row.ceiling
        assert list(check_balances(db.session.connection())) == []
        assert self.books.faults() == []
        db.session.rollback()


def life_of(app: Flask, world: World) -> type[Life]:
    """The machine on this world."""
    return type("LifeOfOneWorld", (Life,), {"app": app, "world": world, "said": Counter()})
