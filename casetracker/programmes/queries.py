"""Reading programmes, budget lines, packages, rules, policies and rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from sqlalchemy import or_, select

from casetracker.accounts.models import Office, User
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Role
from casetracker.ledger.queries import totals_of
from casetracker.ledger.states import Totals
from casetracker.programmes import rules
from casetracker.programmes.models import (
    ApprovalBand,
    ApprovalPolicy,
    BudgetLine,
    EntitlementRule,
    ExchangeRate,
    Package,
    Programme,
    QuoteRule,
)
from casetracker.programmes.states import (
    OPEN_TO_ALL,
    ApplicantRole,
    BandFacts,
    BasisDate,
    EntryTerms,
    OfficeStrength,
    PackageFacts,
    PolicyFacts,
    QuoteStep,
    RateFacts,
    ReturnType,
    RuleFacts,
)

T = TypeVar("T")


def list_programmes(active_only: bool = True) -> list[Programme]:
    """Programmes by code; only those that new cases may take, unless told otherwise."""
    query = select(Programme).order_by(Programme.code)
    return list(db.session.scalars(query.where(Programme.is_active) if active_only else query))


def get_programme(programme_id: str) -> Programme:
    """The programme; NotFound without it."""
    return _get(Programme, programme_id)


def entry_terms(programme_id: str | None) -> EntryTerms:
    """Whom the programme takes in; a case without a programme asks for nothing."""
    if programme_id is None:
        return OPEN_TO_ALL
    row = get_programme(programme_id)
    return EntryTerms(excludes_eea=row.excludes_eea, excludes_expulsion=row.excludes_expulsion)


def get_programme_account(programme_id: str) -> str:
    """The id of the programme's ledger account."""
    return get_programme(programme_id).account_id


def list_budget_lines(programme_id: str) -> list[BudgetLine]:
    """A programme's budget lines by code."""
    query = select(BudgetLine).where(BudgetLine.programme_id == programme_id).order_by(BudgetLine.code)
    return list(db.session.scalars(query))


def get_budget_line(budget_line_id: str) -> BudgetLine:
    """The budget line; NotFound without it."""
    return _get(BudgetLine, budget_line_id)


def get_budget_line_account(budget_line_id: str) -> str:
    """The id of the budget line's ledger account."""
    return get_budget_line(budget_line_id).account_id


def list_packages(programme_id: str) -> list[PackageFacts]:
    """The packages that new grants are made of, by code."""
    query = select(Package).where(Package.programme_id == programme_id, Package.is_active).order_by(Package.code)
    currency = get_programme(programme_id).currency
    return [_package_facts(row, currency) for row in db.session.scalars(query)]


def get_package(package_id: str) -> PackageFacts:
    """One package, active or not; NotFound without it."""
    row = get_package_row(package_id)
    return _package_facts(row, get_programme(row.programme_id).currency)


def get_package_row(package_id: str) -> Package:
    """The package's row with its version, for forms; NotFound without it."""
    return _get(Package, package_id)


def list_package_rows(programme_id: str) -> list[Package]:
    """All packages of a programme by code, inactive ones too."""
    query = select(Package).where(Package.programme_id == programme_id).order_by(Package.code)
    return list(db.session.scalars(query))


def _package_facts(row: Package, currency: str) -> PackageFacts:
    return PackageFacts(
        id=row.id,
        code=row.code,
        name=row.name,
        programme_id=row.programme_id,
        budget_line_id=row.budget_line_id,
        currency=currency,
        needs_plan=row.needs_plan,
        in_kind_only=row.in_kind_only,
        cash_cap=row.cash_cap,
        contact_within_months=row.contact_within_months,
        use_within_months=row.use_within_months,
        within_working_days=row.within_working_days,
    )


def list_rules(package_id: str) -> list[RuleFacts]:
    """A package's rules by role, return type and first day."""
    query = (
        select(EntitlementRule, Programme.currency)
        .join(Package, Package.id == EntitlementRule.package_id)
        .join(Programme, Programme.id == Package.programme_id)
        .where(EntitlementRule.package_id == package_id)
        .order_by(
            EntitlementRule.applicant_role,
            EntitlementRule.return_type,
            EntitlementRule.valid_from,
            EntitlementRule.id,
        )
    )
    return [rule_facts(row, currency) for row, currency in db.session.execute(query)]


def get_rule_row(rule_id: str) -> EntitlementRule:
    """The rule's row with its version, for forms; NotFound without it."""
    return _get(EntitlementRule, rule_id)


def rule_facts(row: EntitlementRule, currency: str) -> RuleFacts:
    """The frozen facts of a rule's row."""
    return RuleFacts(
        rule_id=row.id,
        package_id=row.package_id,
        amount=row.amount,
        currency=currency,
        is_maximum=row.is_maximum,
        applicant_role=row.applicant_role,
        return_type=row.return_type,
        basis=row.basis,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        nationalities_included=frozenset(row.nationalities_included),
        nationalities_excluded=frozenset(row.nationalities_excluded),
    )


def find_rule(
    package_id: str,
    role: ApplicantRole,
    return_type: ReturnType,
    nationality: str | None,
    days: Mapping[BasisDate, date | None],
) -> RuleFacts | None:
    """The rule that entitles such a person; `days` are the person's dates by basis. None: no grant."""
    return rules.choose_rule(list_rules(package_id), role, return_type, nationality, days)


def waits_for_departure(
    programme_id: str,
    role: ApplicantRole,
    return_type: ReturnType,
    nationality: str | None,
    days: Mapping[BasisDate, date | None],
) -> bool:
    """Whether what the programme gives such a person hangs on a day of departure that is not known yet."""
    return any(
        rules.waits_for_departure(list_rules(package.id), role, return_type, nationality, days)
        for package in list_packages(programme_id)
    )


def list_departure_rules(programme_id: str) -> list[RuleFacts]:
    """The rules of a programme's packages that count by the day of departure; one query."""
    query = (
        select(EntitlementRule, Programme.currency)
        .join(Package, Package.id == EntitlementRule.package_id)
        .join(Programme, Programme.id == Package.programme_id)
        .where(Package.programme_id == programme_id, Package.is_active)
        .where(EntitlementRule.basis == BasisDate.DEPARTURE)
        .order_by(EntitlementRule.valid_from, EntitlementRule.id)
    )
    return [rule_facts(row, currency) for row, currency in db.session.execute(query)]


def list_packages_up_to(programme_id: str) -> list[PackageFacts]:
    """The packages of which some rule names a maximum: who decides may award less; by code."""
    return [
        package for package in list_packages(programme_id) if any(rule.is_maximum for rule in list_rules(package.id))
    ]


def list_policies(programme_id: str) -> list[ApprovalPolicy]:
    """A programme's policies, the newest first."""
    query = (
        select(ApprovalPolicy)
        .where(ApprovalPolicy.programme_id == programme_id)
        .order_by(ApprovalPolicy.valid_from.desc())
    )
    return list(db.session.scalars(query))


def get_policy_row(policy_id: str) -> ApprovalPolicy:
    """The policy's row with its version; NotFound without it."""
    return _get(ApprovalPolicy, policy_id)


def policy_facts(policy: ApprovalPolicy, currency: str) -> PolicyFacts:
    """A policy with its bands and quotes in order."""
    bands = db.session.scalars(
        select(ApprovalBand).where(ApprovalBand.policy_id == policy.id).order_by(ApprovalBand.position)
    )
    steps = db.session.scalars(
        select(QuoteRule).where(QuoteRule.policy_id == policy.id).order_by(QuoteRule.from_amount)
    )
    return PolicyFacts(
        policy_id=policy.id,
        currency=currency,
        bands=tuple(BandFacts(up_to=b.up_to, receiving=b.receiving, sending=b.sending) for b in bands),
        quotes=tuple(QuoteStep(from_amount=s.from_amount, number=s.number) for s in steps),
        own_procedure_limit=policy.own_procedure_limit,
    )


def get_policy(programme_id: str, day: date) -> PolicyFacts | None:
    """The approval policy in force on the day; None where the programme has none then."""
    query = select(ApprovalPolicy).where(
        ApprovalPolicy.programme_id == programme_id,
        ApprovalPolicy.valid_from <= day,
        or_(ApprovalPolicy.valid_until.is_(None), ApprovalPolicy.valid_until >= day),
    )
    policy = db.session.scalars(query).one_or_none()
    return None if policy is None else policy_facts(policy, get_programme(programme_id).currency)


def find_rate_facts(currency: str, base: str, day: date) -> RateFacts | None:
    """The stored rate in force on the day: the newest on or before it."""
    query = (
        select(ExchangeRate)
        .where(ExchangeRate.currency == currency, ExchangeRate.base == base, ExchangeRate.day <= day)
        .order_by(ExchangeRate.day.desc())
        .limit(1)
    )
    row = db.session.scalars(query).one_or_none()
    return None if row is None else rate_facts(row)


def rate_facts(row: ExchangeRate) -> RateFacts:
    """The frozen facts of a rate's row."""
    return RateFacts(id=row.id, currency=row.currency, base=row.base, day=row.day, rate=row.rate)


def find_rate(currency: str, base: str, day: date) -> Fraction | None:
    """Units of `currency` for one unit of `base` on the day; 1 for the same one, None where none stands."""
    if currency == base:
        return Fraction(1)
    found = find_rate_facts(currency, base, day)
    return None if found is None else Fraction(found.rate)


def find_rate_on(currency: str, base: str, day: date) -> ExchangeRate | None:
    """The rate stored for exactly this day."""
    query = select(ExchangeRate).where(
        ExchangeRate.currency == currency, ExchangeRate.base == base, ExchangeRate.day == day
    )
    return db.session.scalars(query).one_or_none()


def get_rate_row(rate_id: str) -> ExchangeRate:
    """The rate's row with its version; NotFound without it."""
    return _get(ExchangeRate, rate_id)


def list_rates(currency: str | None = None) -> list[ExchangeRate]:
    """Stored rates, the newest first; of one currency where named."""
    query = select(ExchangeRate).order_by(ExchangeRate.day.desc(), ExchangeRate.currency, ExchangeRate.base)
    return list(db.session.scalars(query.where(ExchangeRate.currency == currency) if currency else query))


def list_strengths() -> list[OfficeStrength]:
    """The active offices by name with their active supervisors: who can approve."""
    offices = db.session.scalars(select(Office).where(Office.is_active).order_by(Office.name)).all()
    people = db.session.execute(
        select(User.office_id, User.name)
        .where(User.is_active, User.role == Role.SUPERVISOR)
        .order_by(User.name, User.id)
    ).all()
    return [
        OfficeStrength(
            office_id=office.id,
            name=office.name,
            is_sending=office.is_sending,
            is_receiving=office.is_receiving,
            supervisors=tuple(name for office_id, name in people if office_id == office.id),
        )
        for office in offices
    ]


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """A budget line with its figures."""

    line: BudgetLine
    totals: Totals


def list_line_rows(programme_id: str) -> list[LineRow]:
    """A programme's budget lines by code with their totals."""
    lines = list_budget_lines(programme_id)
    totals = totals_of(line.account_id for line in lines)
    return [LineRow(line=line, totals=totals[line.account_id]) for line in lines]


def _get(model: type[T], id: str) -> T:
    row = db.session.get(model, id)
    if row is None:
        raise NotFound(model.__name__)
    return row
