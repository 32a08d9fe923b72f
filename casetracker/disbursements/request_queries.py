"""What a request is judged by when it is submitted or approved: options, totals, ceilings, frozen content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from casetracker.core import money
from casetracker.core.db import canonical_json, db
from casetracker.disbursements import rules, set_queries
from casetracker.disbursements.models import Disbursement, DisbursementShare, Instalment, Quote
from casetracker.disbursements.queries import list_instalments, list_quotes, quote_facts, shares_of
from casetracker.disbursements.states import (
    COUNTED,
    DisbursementKind,
    DisbursementState,
    DrawFacts,
    DrawOption,
    LevelFacts,
    RequestFacts,
    ShareFacts,
)
from casetracker.disbursements.tender_queries import find_tender
from casetracker.grants.holder_queries import list_holders
from casetracker.grants.queries import accounts_of, ended_on, list_grants
from casetracker.ledger.queries import totals_of
from casetracker.plans.models import PlanLine
from casetracker.plans.queries import approved_lines
from casetracker.plans.states import ApprovedLine
from casetracker.programmes.queries import find_rate, get_policy, get_programme
from casetracker.programmes.states import PolicyFacts
from casetracker.providers.payee_queries import payees_of, same_payee
from casetracker.providers.queries import find_confirmed_account
from casetracker.returns.queries import journey_facts


def list_options(dossier_id: str) -> list[DrawOption]:
    """What money can be asked for: lines of the approved plan that grants fund, then grants without plan."""
    names = {holder.id: holder.name for holder in list_holders(dossier_id)}
    lines = [
        DrawOption(
            key=f"line:{line.line_id}",
            title=f"{line.activity_title}: {line.description}",
            detail=", ".join(dict.fromkeys(names.get(person, "") for _grant, person, _amount in line.funding)),
            left=line.totals.left if line.totals else 0,
            currency=line.currency,
            provider_id=line.provider_id,
        )
        for line in approved_lines(dossier_id)
        if line.funding
    ]
    grants = [
        DrawOption(
            key=f"grant:{grant.id}",
            title=grant.package_name,
            detail=names.get(grant.person_id, ""),
            left=grant.left,
            currency=grant.currency,
        )
        for grant in list_grants(dossier_id)
        if grant.is_open and not grant.needs_plan
    ]
    return lines + grants


def total_with_others(row: Disbursement) -> int:
    """This request and all that count for the same provider and activity; without plan, provider and person; of a
    dossier without persons, all for the same provider: splitting over places gains nothing either.

    Records of providers that share a registration number or a bank account are one provider.
    Source: domain, "Approval policy": splitting gains nothing.
    """
    return totals_with_others([row])[row.id]


def totals_with_others(rows: list[Disbursement]) -> dict[str, int]:
    """disbursement id -> its total with all others that count; one query for any number of requests."""
    query = select(Disbursement.id, total_with_others_of(Disbursement))
    found = db.session.execute(query.where(Disbursement.id.in_(sorted(row.id for row in rows)))) if rows else ()
    return {id: int(total) for id, total in found}


@cache
def total_with_others_of(request: type[Disbursement]) -> ScalarSelect[int]:
    """The same as a column of a query on requests: activities and persons are of one case, so cases never meet.

    It is put together once: a supervisor's every page asks it for the count of what waits.
    """
    other, share = aliased(Disbursement), aliased(DisbursementShare)
    return (
        select(func.coalesce(func.sum(share.amount), 0))
        .select_from(share)
        .join(other, other.id == share.disbursement_id)
        .where(_counts_with(request, other, share))
        .correlate(request)
        .scalar_subquery()
    )


def _counts_with(
    request: type[Disbursement], other: type[Disbursement], share: type[DisbursementShare]
) -> ColumnElement[bool]:
    """The condition under which a share of another request (or of itself) counts with this one."""
    own = aliased(DisbursementShare)
    same_purpose = or_(
        and_(share.line_id.is_not(None), own.line_id.is_not(None), share.activity_id == own.activity_id),
        and_(share.line_id.is_(None), own.line_id.is_(None), share.person_id == own.person_id),
        and_(share.person_id.is_(None), own.person_id.is_(None)),
    )
    counts = and_(
        other.state.in_(COUNTED),
        same_payee(request.provider_id, other.provider_id),
        exists().where(own.disbursement_id == request.id, same_purpose).correlate(request, share),
    )
    return and_(share.dossier_id == request.dossier_id, or_(other.id == request.id, counts))


@dataclass(frozen=True, kw_only=True)
class CountedRow:
    """A request and what of it counts for the total of another one (minor units)."""

    id: str
    purpose: str
    state: DisbursementState
    amount: int


def list_with_others(row: Disbursement) -> list[CountedRow]:
    """What `total_with_others` adds up, oldest first; one query."""
    request, other, share = aliased(Disbursement), aliased(Disbursement), aliased(DisbursementShare)
    query = (
        select(other.id, other.purpose, other.state, func.sum(share.amount))
        .select_from(request)
        .join(other, other.dossier_id == request.dossier_id)
        .join(share, share.disbursement_id == other.id)
        .where(request.id == row.id, _counts_with(request, other, share))
        .group_by(other.id, other.purpose, other.state, other.created_at)
        .order_by(other.created_at, other.id)
    )
    return [
        CountedRow(id=id, purpose=purpose, state=state, amount=int(amount))
        for id, purpose, state, amount in db.session.execute(query)
    ]


def levels_of(dossier_id: str, shares: list[ShareFacts]) -> list[LevelFacts]:
    """The ceilings that the shares stand under, each with what is asked of it and what it has left."""
    case = set_queries.cases_of([dossier_id])[dossier_id]
    return set_queries.levels_of({dossier_id: (case, shares)})[dossier_id]


def amounts_of(dossier_id: str, parts: list[tuple[str | None, str, int]]) -> dict[str, int]:
    """account -> amount for a posting of (line or None, grant, part); lines keep their account for good."""
    query = select(PlanLine.id, PlanLine.account_id).where(PlanLine.dossier_id == dossier_id)
    line_accounts = {id: account for id, account in db.session.execute(query) if account}
    return rules.account_amounts(parts, line_accounts, accounts_of(grant for _line, grant, _part in parts))


def line_amounts(dossier_id: str, parts: list[tuple[str | None, str, int]]) -> dict[str, int]:
    """account -> amount on the plan lines' accounts alone, at most what each has left."""
    query = select(PlanLine.id, PlanLine.account_id).where(PlanLine.dossier_id == dossier_id)
    accounts = {id: account for id, account in db.session.execute(query) if account}
    found: dict[str, int] = {}
    for line_id, _grant, amount in parts:
        if line_id in accounts:
            found[accounts[line_id]] = found.get(accounts[line_id], 0) + amount
    totals = totals_of(found)
    held = {account: min(amount, totals[account].awarded) for account, amount in found.items()}
    return {account: amount for account, amount in held.items() if amount > 0}


def split_shares(dossier_id: str, parts: dict[str, int]) -> list[tuple[str | None, str | None, str, str, int]] | None:
    """(line, activity, grant, person, amount) of what is asked by option key; None if one does not exist.

    An amount of a line is split over the line's grants in the proportion of their funding.
    """
    lines: dict[str, ApprovedLine] = {f"line:{line.line_id}": line for line in approved_lines(dossier_id)}
    grants = {f"grant:{grant.id}": grant for grant in list_grants(dossier_id) if not grant.needs_plan}
    found: list[tuple[str | None, str | None, str, str, int]] = []
    for key, amount in parts.items():
        if key in lines and lines[key].funding:
            line = lines[key]
            persons = {grant: person for grant, person, _amount in line.funding}
            split = rules.split_line(amount, [(grant, share) for grant, _person, share in line.funding])
            found += [(line.line_id, line.activity_id, grant, persons[grant], part) for grant, part in split]
        elif key in grants:
            found.append((None, None, grants[key].id, grants[key].person_id, amount))
        else:
            return None
    return found


def parts_of(shares: list[ShareFacts]) -> dict[str, int]:
    """option key -> amount: what was asked for, of the shares that it was split into."""
    parts: dict[str, int] = {}
    for share in shares:
        key = f"line:{share.line_id}" if share.line_id else f"grant:{share.grant_id}"
        parts[key] = parts.get(key, 0) + share.amount
    return parts


def request_facts(row: Disbursement, today: date) -> tuple[RequestFacts, PolicyFacts | None]:
    """Everything that submitting is judged by, and the policy in force."""
    shares = shares_of(row.id)
    grants = {grant.id: grant for grant in list_grants(row.dossier_id)}
    programme = get_programme(grants[shares[0].grant_id].programme_id)
    policy = get_policy(programme.id, today)
    total = total_with_others(row)
    lines = {line.line_id for line in approved_lines(row.dossier_id)}
    offers = list_quotes(row.id)
    quotes = quote_facts(offers, payees_of(offer.provider_id for offer in offers if offer.provider_id))
    facts = RequestFacts(
        state=row.state,
        kind=row.kind,
        currency=row.currency,
        amount=row.amount,
        local_currency=row.local_currency,
        local_amount=row.local_amount,
        local_worth=local_worth(row.local_amount, row.local_currency, row.currency, today),
        provider_id=row.provider_id,
        has_account=bool(row.provider_id and find_confirmed_account(row.provider_id)),
        today=today,
        eligible_from=programme.eligible_from,
        eligible_until=programme.eligible_until,
        has_policy=policy is not None,
        draws=tuple(_draws(row, shares, today)),
        levels=tuple(levels_of(row.dossier_id, shares)),
        instalments=tuple((part.terms, part.amount) for part in list_instalments(row.id)),
        quotes=quotes,
        quotes_needed=policy.quotes_for(total) if policy else 0,
        has_choice_reason=bool(row.choice_reason),
        total=total,
        own_procedure_limit=policy.own_procedure_limit if policy and find_tender(row.id) is None else None,
        has_cut_line=any(share.line_id is not None and share.line_id not in lines for share in shares),
    )
    return facts, policy


def local_worth(amount: int | None, currency: str | None, base: str, day: date) -> int | None:
    """The local amount in minor units of `base` at the stored rate of the day; None without a rate."""
    if amount is None or currency is None:
        return None
    rate = find_rate(currency, base, day)
    return None if rate is None else money.convert(amount, rate, currency, base)


def _draws(row: Disbursement, shares: list[ShareFacts], today: date) -> list[DrawFacts]:
    journeys = journey_facts(row.dossier_id)
    holders = {holder.id: holder for holder in list_holders(row.dossier_id)}
    ended = ended_on(row.dossier_id, today)
    cash = _cash_before(row)
    found = []
    for grant in list_grants(row.dossier_id):
        mine = [share for share in shares if share.grant_id == grant.id]
        if not mine:
            continue
        journey = journeys.get(grant.person_id)
        found.append(
            DrawFacts(
                grant_id=grant.id,
                person_id=grant.person_id,
                person=holders[grant.person_id].name,
                package=grant.package_name,
                amount=sum(share.amount for share in mine),
                is_open=grant.is_open,
                arrived_on=journey.arrived_on if journey else None,
                in_kind_only=grant.in_kind_only,
                needs_plan=grant.needs_plan,
                is_on_plan=all(share.line_id is not None for share in mine),
                cash_cap=grant.cash_cap,
                cash_before=cash.get(grant.id, 0),
                is_adult=holders[grant.person_id].is_adult,
                is_person=holders[grant.person_id].is_person,
                ended_on=ended.get(grant.id),
            )
        )
    return found


def _cash_before(row: Disbursement) -> dict[str, int]:
    """grant id -> what other cash requests that count take of it."""
    query = (
        select(DisbursementShare.grant_id, func.sum(DisbursementShare.amount))
        .join(Disbursement, Disbursement.id == DisbursementShare.disbursement_id)
        .where(Disbursement.dossier_id == row.dossier_id, Disbursement.id != row.id)
        .where(Disbursement.kind == DisbursementKind.CASH, Disbursement.state.in_(COUNTED))
        .group_by(DisbursementShare.grant_id)
    )
    return {grant_id: int(amount) for grant_id, amount in db.session.execute(query)}


def frozen_content(row: Disbursement, nonce: str, rows: set_queries.RequestRows | None = None) -> dict[str, Any]:
    """What a submission freezes: amounts, split, account, quotes with the hashes of their papers.

    `nonce` is random, so that nothing can be guessed from the hash once the text has been erased; `rows` are the
    request's where they were read already.
    """
    rows = rows or set_queries.rows_of([row])[row.id]
    return {
        "nonce": nonce,
        "disbursement": row.id,
        "kind": str(row.kind),
        "purpose": row.purpose,
        "currency": row.currency,
        "amount": row.amount,
        "local_currency": row.local_currency,
        "local_amount": row.local_amount,
        "provider": row.provider_id,
        "account": rows.account_id,
        "choice_reason": row.choice_reason,
        "shares": [_frozen_share(share) for share in rows.shares],
        "instalments": [_frozen_instalment(part) for part in rows.instalments],
        "quotes": [_frozen_quote(quote, rows) for quote in sorted(rows.quotes, key=lambda quote: quote.id)],
        **({"tender": rows.tender.frozen()} if rows.tender else {}),
    }


def _frozen_share(share: ShareFacts) -> dict[str, Any]:
    return {
        "line": share.line_id,
        "activity": share.activity_id,
        "grant": share.grant_id,
        "person": share.person_id,
        "amount": share.amount,
    }


def _frozen_instalment(part: Instalment) -> dict[str, Any]:
    return {
        "number": part.number,
        "terms": str(part.terms),
        "amount": part.amount,
        "local_amount": part.local_amount,
        "due_on": part.due_on.isoformat() if part.due_on else None,
    }


def _frozen_quote(quote: Quote, rows: set_queries.RequestRows) -> dict[str, Any]:
    return {
        "id": quote.id,
        "provider": quote.provider_id,
        "name": quote.provider_name,
        "amount": quote.amount,
        "currency": quote.currency,
        "is_chosen": quote.is_chosen,
        "paper": rows.papers[quote.document_id].sha256 if quote.document_id in rows.papers else None,
    }


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content's canonical JSON, hexadecimal."""
    return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()
