"""The entries of a budget line's or programme's account, for those who read cases: what lies in cases open to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select

from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import visible
from casetracker.grants.models import Grant
from casetracker.ledger.entry_queries import Entries, Subject, load_entries
from casetracker.ledger.models import LedgerPosting
from casetracker.ledger.queries import get_totals
from casetracker.ledger.states import Place
from casetracker.programmes.queries import get_budget_line, get_programme


@dataclass(frozen=True, kw_only=True)
class BudgetPage:
    """An account that many cases share: the entries of the reader's cases, with their references by dossier id, and,
    for those who approve and so are shown what it has left, what of that lies in other cases (`rest`, else None)."""

    title: str
    code: str
    currency: str
    entries: Entries
    references: Mapping[str, str]
    rest: Mapping[Place, int] | None


def load_budget(
    programme_id: str, budget_line_id: str | None, place: Place | None, number: int, actor: Actor
) -> BudgetPage:
    """The account of a programme, or of a budget line of it. NotFound where no case open to the actor has moved money
    on it: then the actor knows nothing of it."""
    programme = get_programme(programme_id)
    name, code, account_id = programme.name, programme.code, programme.account_id
    if budget_line_id is not None:
        line = get_budget_line(budget_line_id)
        if line.programme_id != programme_id:
            raise NotFound("budget line of another programme")
        name, code, account_id = line.name, f"{programme.code} · {line.code}", line.account_id
    within = exists().where(Dossier.id == LedgerPosting.owner_id, visible(actor))
    entries = load_entries(account_id, place, number=number, within=within)
    if not entries.is_known:
        raise NotFound("no case of this reader")
    rest = None
    if actor.may(Permission.DISBURSEMENT_APPROVE):
        rest = {Place.AWARDED: get_totals(account_id).left - entries.sums[Place.AWARDED]}
    return BudgetPage(
        title=name, code=code, currency=programme.currency, entries=entries, rest=rest,
        references=_references(row.posting.owner_id for row in entries.items),
    )  # fmt: skip


def _references(dossier_ids: Iterable[str]) -> dict[str, str]:
    query = select(Dossier.id, Dossier.reference).where(Dossier.id.in_(sorted(set(dossier_ids))))
    return dict(db.session.execute(query).all())


def name_grants(ids: list[str]) -> dict[str, Subject]:
    """What postings for a grant itself are called; one query."""
    rows = db.session.execute(select(Grant.id, Grant.package_name).where(Grant.id.in_(ids)))
    return {
        id: Subject(words=Message(N_("%(name)s"), {"name": name}), endpoint="grants.show_grant", args={"grant_id": id})
        for id, name in rows
    }  # fmt: skip
