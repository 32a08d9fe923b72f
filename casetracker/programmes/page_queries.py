"""What the administrator's pages of programmes and rates show."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from casetracker.accounts.confirmations import WaitingChange, list_waiting
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message
from casetracker.ledger.queries import get_totals, totals_of
from casetracker.ledger.states import Totals
from casetracker.programmes import queries, rules
from casetracker.programmes.models import ApprovalPolicy, EntitlementRule, ExchangeRate, Package, Programme
from casetracker.programmes.queries import LineRow
from casetracker.programmes.rate_rules import RateLine
from casetracker.programmes.states import ApplicantRole, BandFacts, OfficeStrength, PolicyFacts, ReturnType


@dataclass(frozen=True, kw_only=True)
class BandRow:
    """A band with its name."""

    name: Message
    band: BandFacts


@dataclass(frozen=True, kw_only=True)
class PolicyRow:
    """A policy with what it says, its warnings, and where it stands: in force, to come or past."""

    policy: ApprovalPolicy
    facts: PolicyFacts
    bands: list[BandRow]
    warnings: list[Message]
    is_current: bool
    is_future: bool


@dataclass(frozen=True, kw_only=True)
class PackageRow:
    """A package with its rules."""

    package: Package
    line_code: str
    rules: list[EntitlementRule]


@dataclass(frozen=True, kw_only=True)
class ProgrammeRow:
    """A programme in the list; `warnings` of the policies in force or to come."""

    programme: Programme
    totals: Totals
    warnings: list[Message]


@dataclass(frozen=True, kw_only=True)
class ProgrammePage:
    """All that a programme's page shows."""

    programme: Programme
    totals: Totals
    lines: list[LineRow]
    packages: list[PackageRow]
    policies: list[PolicyRow]
    strengths: list[OfficeStrength]
    waiting: list[WaitingChange]


def list_programme_rows(actor: Actor) -> list[ProgrammeRow]:
    """Every programme by code, with its figures and warnings."""
    programmes = queries.list_programmes(active_only=False)
    totals = totals_of(programme.account_id for programme in programmes)
    strengths, today = queries.list_strengths(), clock.today(actor.zone)
    return [
        ProgrammeRow(
            programme=programme,
            totals=totals[programme.account_id],
            warnings=[
                warning
                for row in _policy_rows(programme, strengths, today)
                if row.is_current or row.is_future
                for warning in row.warnings
            ],
        )
        for programme in programmes
    ]


def load_programme(programme_id: str, actor: Actor) -> ProgrammePage:
    """One programme with everything under it; NotFound without it."""
    programme = queries.get_programme(programme_id)
    strengths = queries.list_strengths()
    lines = queries.list_line_rows(programme_id)
    return ProgrammePage(
        programme=programme,
        totals=get_totals(programme.account_id),
        lines=lines,
        packages=_package_rows(programme_id, {row.line.id: row.line.code for row in lines}),
        policies=_policy_rows(programme, strengths, clock.today(actor.zone)),
        strengths=strengths,
        waiting=[w for w in list_waiting(actor) if w.change.payload.get("programme_id") == programme_id],
    )


def _package_rows(programme_id: str, line_codes: dict[str, str]) -> list[PackageRow]:
    packages = queries.list_package_rows(programme_id)
    query = select(EntitlementRule).where(EntitlementRule.package_id.in_([package.id for package in packages]))
    found = sorted(db.session.scalars(query), key=_rule_order)
    return [
        PackageRow(
            package=package,
            line_code=line_codes[package.budget_line_id],
            rules=[rule for rule in found if rule.package_id == package.id],
        )
        for package in packages
    ]


def _rule_order(rule: EntitlementRule) -> tuple[int, int, date, str]:
    """Voluntary before forced, the principal applicant first, then by day."""
    kinds, roles = list(ReturnType), list(ApplicantRole)
    return kinds.index(rule.return_type), roles.index(rule.applicant_role), rule.valid_from, rule.id


def _policy_rows(programme: Programme, strengths: list[OfficeStrength], today: date) -> list[PolicyRow]:
    found = []
    for policy in queries.list_policies(programme.id):
        facts = queries.policy_facts(policy, programme.currency)
        names = [
            BandRow(name=rules.band_name(facts.bands, band, programme.currency), band=band) for band in facts.bands
        ]
        ended = policy.valid_until is not None and policy.valid_until < today
        found.append(
            PolicyRow(
                policy=policy,
                facts=facts,
                bands=names,
                warnings=[] if ended else rules.unsatisfied(facts.bands, strengths, programme.currency),
                is_current=policy.valid_from <= today and not ended,
                is_future=policy.valid_from > today,
            )
        )
    return found


def warnings_of(bands: tuple[BandFacts, ...], currency: str) -> list[Message]:
    """What to warn of when these bands are set: those that nobody present could satisfy."""
    return rules.unsatisfied(bands, queries.list_strengths(), currency)


def check_rate_lines(lines: list[RateLine]) -> list[RateLine]:
    """The lines of a file compared with what is stored: the same rate is known, another one a problem."""
    days = {line.day for line in lines if line.day is not None and line.problem is None}
    stored: dict[tuple[date, str, str], str] = {}
    if days:
        query = select(ExchangeRate).where(ExchangeRate.day >= min(days), ExchangeRate.day <= max(days))
        stored = {(row.day, row.currency, row.base): row.rate for row in db.session.scalars(query)}
    return [_compared(line, stored) for line in lines]


def _compared(line: RateLine, stored: dict[tuple[date, str, str], str]) -> RateLine:
    if line.problem is not None or line.day is None:
        return line
    stands = stored.get((line.day, line.currency, line.base))
    if stands is None:
        return line
    if Fraction(stands) == Fraction(line.rate):
        return dataclasses.replace(line, is_known=True)
    return dataclasses.replace(line, problem=rules.why_not_second_rate(line.rate, stands, line.day))
