"""Reading grants with their figures, clocks and ledger entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select

from casetracker.cases.models import Person
from casetracker.cases.queries import find_suspended
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.states import Sight
from casetracker.grants import rules
from casetracker.grants.holder_queries import get_holder
from casetracker.grants.models import ClockExtension, Grant
from casetracker.grants.states import DueFacts, GrantFacts, GrantState, Holder
from casetracker.ledger.entry_queries import Entries, load_entries
from casetracker.ledger.models import LedgerBalance
from casetracker.ledger.states import Place, Totals
from casetracker.programmes.models import BudgetLine
from casetracker.returns.models import ContactMade

ENTRIES = 100
"""So many ledger entries of a grant stand on its page."""


def list_grants(dossier_id: str) -> list[GrantFacts]:
    """The grants of a case with their figures, in person order, then by package; one query."""
    return grants_of([dossier_id]).get(dossier_id, [])


def grants_of(dossier_ids: Iterable[str]) -> dict[str, list[GrantFacts]]:
    """dossier id -> the same of each case; one query."""
    query = (
        select(Grant, LedgerBalance)
        .join(LedgerBalance, LedgerBalance.account_id == Grant.account_id)
        .outerjoin(Person, Person.id == Grant.person_id)
        .where(Grant.dossier_id.in_(sorted(set(dossier_ids))))
        .order_by(Person.position, Grant.package_name, Grant.id)
        .execution_options(populate_existing=True)
    )
    found: dict[str, list[GrantFacts]] = defaultdict(list)
    for grant, balance in db.session.execute(query):
        found[grant.dossier_id].append(facts_of(grant, balance))
    return found


def get_grant(dossier_id: str, grant_id: str) -> GrantFacts:
    """One grant of this case; NotFound if it is of another."""
    found = next((grant for grant in list_grants(dossier_id) if grant.id == grant_id), None)
    if found is None:
        raise NotFound("grant")
    return found


def facts_of(grant: Grant, balance: LedgerBalance) -> GrantFacts:
    """The frozen facts of a grant and its balance."""
    return GrantFacts(
        id=grant.id, dossier_id=grant.dossier_id, person_id=grant.holder_id, package_id=grant.package_id,
        package_name=grant.package_name, programme_id=grant.programme_id, account_id=grant.account_id,
        amount=grant.amount, currency=grant.currency, state=grant.state, state_reason=grant.state_reason,
        needs_plan=grant.needs_plan, in_kind_only=grant.in_kind_only, cash_cap=grant.cash_cap,
        made_on=grant.made_on,
        contact_due_on=grant.contact_due_on, use_due_on=grant.use_due_on,
        totals=Totals(
            grant.account_id, grant.currency, balance.ceiling, balance.awarded, balance.reserved,
            balance.committed,
            balance.spent,
        ),
        version=grant.version, budget_account_id=grant.budget_account_id,
    )  # fmt: skip


def accounts_of(grant_ids: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """grant id -> ids of the ledger accounts (grant, budget line, programme) that its money moves on
    together."""
    wanted = sorted(set(grant_ids))
    if not wanted:
        return {}
    query = select(Grant.id, Grant.account_id, Grant.budget_account_id, Grant.programme_account_id)
    rows = db.session.execute(query.where(Grant.id.in_(wanted)))
    return {id: (own, budget, programme) for id, own, budget, programme in rows}


def family_totals(grants: Iterable[GrantFacts]) -> list[Totals]:
    """The family's sum per currency, by currency."""
    ordered = sorted(grants, key=lambda g: g.currency)
    sums = []
    for currency, group in groupby(ordered, key=lambda g: g.currency):
        total = Totals("", currency, 0)
        for grant in group:
            total = total.plus(grant.totals)
        sums.append(total)
    return sums


def list_due(dossier_id: str, today: date) -> list[DueFacts]:
    """The running clocks of a case's open grants, the nearest first."""
    return _due(list_grants(dossier_id), dossier_id, today)


def ended_on(dossier_id: str, today: date) -> dict[str, date]:
    """Open grant -> the day on which a clock of it ran out, before the daily tick has recorded the lapse.

    While a case is suspended its clocks stand still, so then nothing ends.
    """
    if find_suspended(dossier_id) is not None:
        return {}
    return {due.grant_id: due.due_on for due in reversed(list_due(dossier_id, today)) if due.is_over}


def _due(grants: list[GrantFacts], dossier_id: str, today: date, contacted: set[str] | None = None) -> list[DueFacts]:
    made = (
        contacted
        if contacted is not None
        else set(
            db.session.scalars(select(ContactMade.person_id).where(ContactMade.dossier_id == dossier_id).distinct())
        )
    )
    found = [due for grant in grants for due in rules.list_due(grant, today=today, has_contact=grant.person_id in made)]
    return sorted(found, key=lambda due: (due.due_on, due.grant_id, due.clock))


def list_leftovers(dossier_id: str | None = None) -> list[tuple[str, str]]:
    """(dossier id, grant id) of closed grants to which money came back since: it goes to the programme."""
    query = (
        select(Grant.dossier_id, Grant.id)
        .join(LedgerBalance, LedgerBalance.account_id == Grant.account_id)
        .where(Grant.state != GrantState.OPEN, LedgerBalance.awarded > 0)
        .order_by(Grant.dossier_id, Grant.id)
    )
    if dossier_id is not None:
        query = query.where(Grant.dossier_id == dossier_id)
    return [(dossier, grant) for dossier, grant in db.session.execute(query)]


def list_extensions(grant_id: str) -> list[ClockExtension]:
    """Extensions of the grant's clocks, by the day they reach."""
    query = select(ClockExtension).where(ClockExtension.grant_id == grant_id)
    return list(db.session.scalars(query.order_by(ClockExtension.until, ClockExtension.id)))


@dataclass(frozen=True, kw_only=True)
class GrantsPanel:
    """Grants of the case in person order, the family's sums, running clocks; whether clocks may be
    extended."""

    grants: tuple[GrantFacts, ...]
    totals: tuple[Totals, ...]
    due: tuple[DueFacts, ...]
    may_extend: bool

    def due_of(self, grant_id: str) -> list[DueFacts]:
        """The running clocks of one grant."""
        return [due for due in self.due if due.grant_id == grant_id]


def load_panel(sight: Sight, actor: Actor, contacted: set[str] | None = None) -> GrantsPanel:
    """What the panel of grants shows; two queries, one where it is known who was in contact (ids of
    persons)."""
    if not actor.may(Permission.GRANT_READ):
        return GrantsPanel(grants=(), totals=(), due=(), may_extend=False)
    grants = list_grants(sight.dossier_id)
    due = _due(grants, sight.dossier_id, clock.today(actor.zone), contacted)
    return GrantsPanel(
        grants=tuple(grants),
        totals=tuple(family_totals(grants)),
        due=tuple(due),
        may_extend=actor.may(Permission.CLOCK_EXTEND) and sight.relation is not None and not sight.is_closed,
    )


@dataclass(frozen=True, kw_only=True)
class GrantPage:
    """One grant with the person, the rule's copy, its clocks and their extensions, its account's entries."""

    grant: GrantFacts
    person: Holder
    rule: dict[str, Any]
    due: tuple[DueFacts, ...]
    extensions: tuple[ClockExtension, ...]
    entries: Entries
    budget_line: BudgetLine | None
    may_extend: bool


def load_grant(sight: Sight, grant_id: str, actor: Actor, place: Place | None = None, number: int = 1) -> GrantPage:
    """The page of one grant of this case, with a page of its entries; NotFound if it is of another."""
    grant = get_grant(sight.dossier_id, grant_id)
    row = db.session.get_one(Grant, grant_id)
    due = _due([grant], sight.dossier_id, clock.today(actor.zone))
    return GrantPage(
        grant=grant,
        person=get_holder(sight.dossier_id, grant.person_id),
        rule=row.rule,
        due=tuple(due),
        extensions=tuple(list_extensions(grant_id)),
        entries=load_entries(grant.account_id, place, number=number, size=ENTRIES),
        budget_line=db.session.scalars(
            select(BudgetLine).where(BudgetLine.account_id == row.budget_account_id)
        ).first(),
        may_extend=actor.may(Permission.CLOCK_EXTEND) and sight.relation is not None and not sight.is_closed,
    )
