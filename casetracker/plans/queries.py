"""Reading plans: the draft as it stands, its frozen versions, the lines that are payable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from casetracker.core import money
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import Seen
from casetracker.grants.holder_queries import list_holders, served_by
from casetracker.grants.queries import list_grants
from casetracker.grants.states import are_persons
from casetracker.ledger.models import LedgerBalance
from casetracker.ledger.queries import totals_of
from casetracker.ledger.states import Totals
from casetracker.plans.models import (
    ContributionProof,
    Plan,
    PlanActivity,
    PlanBeneficiary,
    PlanDecision,
    PlanFunding,
    PlanLine,
    PlanRecall,
    PlanVersion,
    PoolAgreement,
)  # fmt: skip
from casetracker.plans.states import (
    ActivityFacts,
    ActivityKind,
    AgreementFacts,
    ApprovedLine,
    ContributionFacts,
    DecisionFacts,
    Frequency,
    FundingFacts,
    FundingSource,
    GrantLimit,
    LineFacts,
    PlanFacts,
    PlanState,
    ProofFacts,
    VersionFacts,
)  # fmt: skip
from casetracker.programmes.queries import find_rate_facts


def find_plan(dossier_id: str, today: date) -> PlanFacts | None:
    """The plan's text as it stands now; amounts of local prices at the rate of `today`."""
    plan = db.session.scalars(select(Plan).where(Plan.dossier_id == dossier_id)).one_or_none()
    return None if plan is None else load_facts(plan, today)


def load_facts(plan: Plan, today: date) -> PlanFacts:
    """The frozen facts of a plan's draft; a constant number of queries but for one per foreign currency."""
    activities = _rows(PlanActivity, plan.dossier_id, PlanActivity.position)
    rows = _rows(PlanLine, plan.dossier_id, PlanLine.position)
    used = {
        id: t.reserved + t.committed + t.spent
        for id, t in totals_of(r.account_id for r in rows if r.account_id).items()
    }
    rates = {code: _rate(code, plan.currency, today) for code in sorted({row.unit_currency for row in rows})}
    funding, agreements = _funding(plan.dossier_id), _agreements(plan.dossier_id)
    served = _served(plan.dossier_id)
    lines: dict[str, list[LineFacts]] = defaultdict(list)
    for row in rows:
        if not row.is_removed:
            lines[row.activity_id].append(_line(row, plan.currency, rates, funding, agreements, used))
    return PlanFacts(
        id=plan.id, dossier_id=plan.dossier_id, state=plan.state, currency=plan.currency,
        draft_number=plan.draft_number, approved_number=plan.approved_number, version=plan.version,
        activities=tuple(
            ActivityFacts(
                id=a.id, kind=a.kind, title=a.title, place=a.place, feasibility=a.feasibility,
                version=a.version,
                beneficiary_ids=served.get(a.id, ()),
                lines=tuple(lines[a.id]),
            )
            for a in activities if not a.is_removed
        ),
        removed_used=tuple((r.id,
        r.description) for r in rows if r.is_removed and used.get(r.account_id or "", 0)),
    )  # fmt: skip


def _served(dossier_id: str) -> dict[str, tuple[str, ...]]:
    """activity id -> for whom it is, in their order."""
    holders = list_holders(dossier_id)
    found: dict[str, list[str]] = defaultdict(list)
    if are_persons(holders):
        for row in _rows(PlanBeneficiary, dossier_id, PlanBeneficiary.id):
            found[row.activity_id].append(row.person_id)
    else:
        found |= {activity_id: list(ids) for activity_id, ids in served_by(dossier_id).items()}
    order = {holder.id: place for place, holder in enumerate(holders)}
    return {activity: tuple(sorted(ids, key=lambda id: order.get(id, 0))) for activity, ids in found.items()}


def _rows(model: Any, dossier_id: str, order: Any) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.dossier_id == dossier_id).order_by(order, model.id)))


def _rate(currency: str, base: str, today: date) -> str | None:
    if currency == base:
        return "1"
    found = find_rate_facts(currency, base, today)
    return found.rate if found else None


def amount_at(rate: str | None, quantity: int, unit_price: int, times: int, source: str, target: str) -> int | None:
    """A line's amount in minor units of `target`: converted once, half up; None without a rate."""
    whole = quantity * unit_price * times
    if source == target:
        return whole
    return None if rate is None else money.convert(whole, Fraction(rate), source, target)


def _line(
    row: PlanLine, currency: str, rates: dict[str, str | None], funding: dict[str, list[FundingFacts]],
    agreements: dict[str, list[AgreementFacts]], used: dict[str, int],
) -> LineFacts:  # fmt: skip
    rate = rates[row.unit_currency]
    return LineFacts(
        id=row.id, activity_id=row.activity_id, description=row.description, provider_id=row.provider_id,
        quantity=row.quantity, unit_price=row.unit_price, unit_currency=row.unit_currency,
        frequency=row.frequency,
        times=row.times, rate=None if row.unit_currency == currency else rate,
        amount=amount_at(rate, row.quantity, row.unit_price, row.times, row.unit_currency, currency),
        funding=tuple(funding[row.id]), agreements=tuple(agreements[row.id]),
        used=used.get(row.account_id or "", 0), account_id=row.account_id, version=row.version,
    )  # fmt: skip


def _funding(dossier_id: str) -> dict[str, list[FundingFacts]]:
    """line id -> its funding: grants in person order first, then own contribution, then third parties."""
    grants = list_grants(dossier_id)
    place = {grant.id: number for number, grant in enumerate(grants)}
    person = {grant.id: grant.person_id for grant in grants}
    kinds = list(FundingSource)
    found: dict[str, list[FundingFacts]] = defaultdict(list)
    rows = _rows(PlanFunding, dossier_id, PlanFunding.line_id)
    for row in sorted(rows, key=lambda r: (kinds.index(r.source), place.get(r.grant_id or "", 0), r.id)):
        found[row.line_id].append(FundingFacts(
            source=row.source, grant_id=row.grant_id, person_id=person.get(row.grant_id or ""),
            amount=row.amount
        ))  # fmt: skip
    return found


def _agreements(dossier_id: str) -> dict[str, list[AgreementFacts]]:
    """line id -> agreements that stand."""
    found: dict[str, list[AgreementFacts]] = defaultdict(list)
    for row in _rows(PoolAgreement, dossier_id, PoolAgreement.agreed_on):
        if row.lapsed_on is None:
            found[row.line_id].append(AgreementFacts(
                person_id=row.person_id, amount=row.amount, document_id=row.document_id,
                agreed_on=row.agreed_on
            ))  # fmt: skip
    return found


def list_limits(dossier_id: str) -> list[GrantLimit]:
    """What a plan may take of each grant, in person order."""
    holders = {holder.id: holder for holder in list_holders(dossier_id)}
    return [
        GrantLimit(
            grant_id=g.id, person_id=g.person_id, person=holders[g.person_id].name, package=g.package_name,
            is_adult=holders[g.person_id].is_adult, is_person=holders[g.person_id].is_person,
            needs_plan=g.needs_plan, is_open=g.is_open, in_kind_only=g.in_kind_only, limit=g.held, currency=g.currency,
        )
        for g in list_grants(dossier_id)
    ]  # fmt: skip


def list_versions(dossier_id: str) -> list[VersionFacts]:
    """All frozen versions, newest first; one query."""
    return _versions(select(PlanVersion).where(PlanVersion.dossier_id == dossier_id))


def _versions(query: Select[PlanVersion]) -> list[VersionFacts]:
    """The versions that `query` selects, newest first, each with its decisions; one query."""
    return _facts_of(db.session.execute(_with_decisions(query)))


def _with_decisions(query: Select[PlanVersion]) -> Select[PlanVersion, PlanDecision, str]:
    """The same query, each version once for each of its decisions."""
    return (
        query.outerjoin(PlanDecision, PlanDecision.version_id == PlanVersion.id)
        .outerjoin(PlanRecall, PlanRecall.version_id == PlanVersion.id)
        .add_columns(PlanDecision, PlanRecall.id)
        .order_by(PlanVersion.number.desc(), PlanVersion.id, PlanDecision.decided_at)
    )


def _facts_of(found: Iterable[Row[PlanVersion, PlanDecision, str]]) -> list[VersionFacts]:
    rows: dict[str, PlanVersion] = {}
    decisions: dict[str, list[DecisionFacts]] = defaultdict(list)
    recalled: set[str] = set()
    for version, made, recall_id in found:
        rows[version.id] = version
        if made is not None:
            decisions[version.id].append(DecisionFacts(
                step=made.step, decided_by=made.decided_by, decided_at=made.decided_at, reason=made.reason
            ))  # fmt: skip
        if recall_id is not None:
            recalled.add(version.id)
    return [
        VersionFacts(
            id=row.id, dossier_id=row.dossier_id, number=row.number, content=row.content or {},
            content_hash=row.content_hash, submitted_by=row.submitted_by, submitted_at=row.submitted_at,
            authors=tuple(row.authors), decisions=tuple(decisions[row.id]), is_recalled=row.id in recalled,
        )
        for row in rows.values()
    ]  # fmt: skip


def get_version(dossier_id: str, number: int) -> VersionFacts:
    """The version of this number; NotFound without it."""
    found = [v for v in list_versions(dossier_id) if v.number == number]
    if not found:
        raise NotFound("plan version")
    return found[0]


def get_version_by_id(version_id: str) -> VersionFacts:
    """A version by its id; NotFound without it. The caller has judged whether its reader sees the dossier."""
    found = _versions(select(PlanVersion).where(PlanVersion.id == version_id))
    if not found:
        raise NotFound("plan version")
    return found[0]


def get_approved_version(dossier_id: str) -> VersionFacts | None:
    """The payable version: the newest that was finally approved; None without one."""
    return next((v for v in list_versions(dossier_id) if v.is_approved), None)


def list_waiting_versions(actor: Actor) -> list[VersionFacts]:
    """Versions that wait for validation or final approval in dossiers the actor sees, oldest first."""
    return sorted(_facts_of(_waiting.ask(actor)), key=lambda version: (version.submitted_at, version.id))


@Seen
def _waiting(seen: ColumnElement[bool]) -> Select[PlanVersion, PlanDecision, str]:
    query = select(PlanVersion).join(Plan, Plan.id == PlanVersion.plan_id)
    query = query.join(Dossier, Dossier.id == PlanVersion.dossier_id).where(seen)
    query = query.where(Plan.state.in_([PlanState.SUBMITTED, PlanState.VALIDATED]))
    return _with_decisions(query.where(Plan.draft_number == PlanVersion.number + 1))


def approved_lines(dossier_id: str) -> list[ApprovedLine]:
    """The payable lines in the plan's order, each with its grants in person order and its account's figures."""
    return approved_lines_of([dossier_id]).get(dossier_id, [])


def approved_lines_of(dossier_ids: Iterable[str]) -> dict[str, list[ApprovedLine]]:
    """dossier id -> the same of each case that has payable lines; two queries."""
    newest: dict[str, VersionFacts] = {}
    for version in _versions(select(PlanVersion).where(PlanVersion.dossier_id.in_(sorted(set(dossier_ids))))):
        if version.is_approved:
            newest.setdefault(version.dossier_id, version)
    lines = lines_of_versions(newest.values()) if newest else {}
    return {dossier_id: lines[version.id] for dossier_id, version in newest.items()}


def lines_of(version: VersionFacts) -> list[ApprovedLine]:
    """The lines of a frozen version with the figures of their accounts as they stand now."""
    return lines_of_versions([version])[version.id]


def lines_of_versions(versions: Iterable[VersionFacts]) -> dict[str, list[ApprovedLine]]:
    """version id -> the same of each; one query."""
    wanted = list(versions)
    accounts, totals = _line_accounts(wanted)
    return {version.id: _frozen_lines(version, accounts, totals) for version in wanted}


def _frozen_lines(version: VersionFacts, accounts: dict[str, str], totals: dict[str, Totals]) -> list[ApprovedLine]:
    currency = version.content.get("currency", "")
    return [
        ApprovedLine(
            line_id=line["id"], activity_id=activity["id"], activity_kind=ActivityKind(activity["kind"]),
            activity_title=activity["title"], description=line["description"],
            provider_id=line["provider_id"],
            currency=currency, amount=line["amount"],
            funding=tuple(
                (f["grant_id"], f["person_id"], f["amount"])
                for f in line["funding"] if f["source"] == FundingSource.GRANT
            ),
            beneficiary_ids=tuple(activity["beneficiary_ids"]), account_id=accounts.get(line["id"]),
            totals=totals.get(accounts.get(line["id"]) or ""), unit_price=line["unit_price"],
            unit_currency=line["unit_currency"], quantity=line["quantity"],
            frequency=Frequency(line["frequency"]),
            times=line["times"],
        )
        for activity in version.content.get("activities", ())
        for line in activity["lines"]
    ]  # fmt: skip


def list_contributions(dossier_id: str, version: VersionFacts | None) -> list[ContributionFacts]:
    """What others than grants pay of the payable lines, in the plan's order, with what is evidenced so
    far."""
    if version is None:
        return []
    proofs: dict[tuple[str, FundingSource], list[ProofFacts]] = defaultdict(list)
    for row in _rows(ContributionProof, dossier_id, ContributionProof.given_on):
        proof = ProofFacts(id=row.id, given_on=row.given_on, amount=row.amount)
        proofs[(row.line_id, row.source)].append(proof)
    return [
        ContributionFacts(
            line_id=line["id"], description=line["description"], source=FundingSource(part["source"]),
            planned=part["amount"], currency=version.content.get("currency", ""),
            proofs=tuple(proofs[(line["id"], FundingSource(part["source"]))]),
        )
        for activity in version.content.get("activities", ())
        for line in activity["lines"]
        for part in line["funding"] if part["source"] != FundingSource.GRANT
    ]  # fmt: skip


def get_contribution(dossier_id: str, proof_id: str) -> ContributionProof:
    """A piece of evidence of this dossier; NotFound if it is of another."""
    row = db.session.get(ContributionProof, proof_id)
    if row is None or row.dossier_id != dossier_id:
        raise NotFound("contribution")
    return row


def get_agreement(dossier_id: str, line_id: str, person_id: str) -> PoolAgreement:
    """The person's agreement for the line that stands; NotFound without one."""
    query = select(PoolAgreement).where(
        PoolAgreement.dossier_id == dossier_id,
        PoolAgreement.line_id == line_id,
        PoolAgreement.person_id == person_id,
        PoolAgreement.lapsed_on.is_(None),
    )
    row = db.session.scalars(query.order_by(PoolAgreement.agreed_on.desc(), PoolAgreement.id)).first()
    if row is None:
        raise NotFound("agreement")
    return row


def _line_accounts(versions: list[VersionFacts]) -> tuple[dict[str, str], dict[str, Totals]]:
    """(line id -> account id, account id -> totals) of the dossiers' lines that were ever approved; one
    query."""
    currencies = {version.dossier_id: version.content.get("currency", "") for version in versions}
    query = (
        select(PlanLine.dossier_id, PlanLine.id, LedgerBalance)
        .join(LedgerBalance, LedgerBalance.account_id == PlanLine.account_id)
        .where(PlanLine.dossier_id.in_(sorted(currencies)))
        .execution_options(populate_existing=True)
    )
    accounts, totals = {}, {}
    for dossier_id, line_id, balance in db.session.execute(query):
        accounts[line_id] = balance.account_id
        totals[balance.account_id] = Totals(
            balance.account_id, currencies[dossier_id], balance.ceiling, balance.awarded,
            balance.reserved, balance.committed, balance.spent,
        )  # fmt: skip
    return accounts, totals
