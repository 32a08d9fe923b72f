"""Grants and plans for tests, built by the commands: the playroom family's, on any of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from casetracker.cases.queries import get_person
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command
from casetracker.grants.commands import make_grants
from casetracker.grants.queries import list_grants
from casetracker.plans import commands, draft_commands, funding_commands, queries
from casetracker.plans.states import ActivityKind, Frequency, FundingSource, PlanFacts
from casetracker.programmes.states import BasisDate
from tests.factories.accounts import People
from tests.factories.cases import Family, pdf, playroom_case, refer
from tests.factories.programmes import DemoProgramme, demo_programme
from tests.grounds import built_once


@dataclass(frozen=True, kw_only=True)
class Granted:
    """The playroom family, referred to Kyiv, with its grants: person id -> id of the grant that needs a
    plan."""

    people: People
    programme: DemoProgramme
    family: Family
    grants: Mapping[str, str]

    @property
    def dossier_id(self) -> str:
        """The case."""
        return self.family.dossier_id


@dataclass(frozen=True, kw_only=True)
class Planned:
    """The playroom family's plan: ids of activities and lines."""

    granted: Granted
    playroom: str
    schooling: str
    kindergarten: str
    renovation: str
    rent: str
    uniform: str
    fees: str


@command
def award(dossier_id: str, person_ids: tuple[str, ...], programme_id: str, applied_on: date, *, actor: Actor) -> None:
    """Make the persons' grants, as deciding on their eligibility does."""
    for person_id in person_ids:
        days = {BasisDate.APPLICATION: applied_on, BasisDate.DEPARTURE: None}
        make_grants(dossier_id, get_person(dossier_id, person_id), days, programme_id, actor=actor)


@built_once
def granted_family(people: People) -> Granted:
    """The family referred to Kyiv with a grant of each package per person."""
    programme = demo_programme(people.administrator)
    family = playroom_case(people)
    refer(family, people)
    today = clock.today("Europe/Tallinn")
    award(family.dossier_id, family.person_ids, programme.id, today, actor=people.supervisor_tallinn)
    grants = {g.person_id: g.id for g in list_grants(family.dossier_id) if g.needs_plan}
    return Granted(people=people, programme=programme, family=family, grants=grants)


def activity(granted: Granted, title: str, *people: str, kind: ActivityKind = ActivityKind.BUSINESS) -> str:
    """An activity in the draft, written by Kyiv's caseworker."""
    cmd = draft_commands.SaveActivity(
        dossier_id=granted.dossier_id, activity_id=None, version=None, kind=kind, title=title,
        place="Kramatorsk",
        feasibility="There is none in the town yet.", beneficiary_ids=people,
    )  # fmt: skip
    return draft_commands.save_activity(cmd, actor=granted.people.caseworker_kyiv)


def line(
    granted: Granted, activity_id: str, title: str, unit_price: int, *, currency: str = "EUR",
    quantity: int = 1,
    months: int = 0, provider_id: str | None = None,
) -> str:  # fmt: skip
    """A line in the draft, written by Kyiv's caseworker."""
    cmd = draft_commands.SaveLine(
        dossier_id=granted.dossier_id, activity_id=activity_id, line_id=None, version=None, description=title,
        provider_id=provider_id, quantity=quantity, unit_price=unit_price, unit_currency=currency,
        frequency=Frequency.MONTHLY if months else Frequency.ONCE, times=months or 1,
    )  # fmt: skip
    return draft_commands.save_line(cmd, actor=granted.people.caseworker_kyiv)


def fund(granted: Granted, line_id: str, grants: Mapping[str, int], **sources: int) -> None:
    """Who pays: person id -> minor units of the person's grant; own_cash, own_kind, third_party by name."""
    parts = [
        funding_commands.FundingPart(source=FundingSource.GRANT, grant_id=granted.grants[person], amount=amount)
        for person, amount in grants.items()
    ]
    parts += [
        funding_commands.FundingPart(source=FundingSource(source), grant_id=None, amount=amount)
        for source, amount in sources.items()
    ]
    cmd = funding_commands.FundLine(
        dossier_id=granted.dossier_id, line_id=line_id, version=find_line_version(granted, line_id),
        parts=tuple(parts),
    )  # fmt: skip
    funding_commands.fund_line(cmd, actor=granted.people.caseworker_kyiv)


def agree(granted: Granted, line_id: str, person_id: str, amount: int) -> None:
    """The person's signed agreement, kept by Kyiv's caseworker."""
    actor = granted.people.caseworker_kyiv
    cmd = funding_commands.LogAgreement(
        dossier_id=granted.dossier_id, line_id=line_id, person_id=person_id, amount=amount,
        agreed_on=clock.today(actor.zone), upload=pdf(mark=f"{line_id}{person_id}{amount}"),
    )  # fmt: skip
    funding_commands.log_agreement(cmd, actor=actor)


def facts(granted: Granted) -> PlanFacts:
    """The plan as it stands now."""
    found = queries.find_plan(granted.dossier_id, clock.today("Europe/Kyiv"))
    assert found is not None
    return found


def find_line_version(granted: Granted, line_id: str) -> int:
    """The version of the line's row now."""
    return next(each.version for each in facts(granted).lines if each.id == line_id)


@built_once
def playroom_plan(granted: Granted) -> Planned:
    """The draft, complete: the pooled playroom with rent of their own, school and kindergarten for the
    children."""
    family = granted.family
    adults = (family.principal, family.spouse)
    playroom = activity(granted, "Children's playroom", *adults)
    schooling = activity(granted, "School", family.older_child, kind=ActivityKind.EDUCATION)
    kindergarten = activity(granted, "Kindergarten", family.younger_child, kind=ActivityKind.EDUCATION)
    renovation = line(granted, playroom, "Renovation", 2_700_00)
    rent = line(granted, playroom, "Rent", 100_00, months=6)
    uniform = line(granted, schooling, "School uniform", 4_925_00, currency="UAH", quantity=2)
    fees = line(granted, kindergarten, "Monthly fees", 75_00, months=12)
    fund(granted, renovation, {family.principal: 1_800_00, family.spouse: 900_00})
    fund(granted, rent, {}, own_cash=600_00)
    fund(granted, uniform, {family.older_child: 200_00})
    fund(granted, fees, {family.younger_child: 900_00})
    agree(granted, renovation, family.principal, 1_800_00)
    agree(granted, renovation, family.spouse, 900_00)
    return Planned(
        granted=granted, playroom=playroom, schooling=schooling, kindergarten=kindergarten,
        renovation=renovation,
        rent=rent, uniform=uniform, fees=fees,
    )  # fmt: skip


@built_once
def submit(granted: Granted, *, actor: Actor | None = None) -> str:
    """Submit the draft; returns the version's id."""
    cmd = commands.SubmitPlan(dossier_id=granted.dossier_id, version=facts(granted).version)
    return commands.submit_plan(cmd, actor=actor or granted.people.caseworker_kyiv)


validate = command(commands.write_validation)
approve = command(commands.write_final_approval)
send_back = command(commands.write_return)


@built_once
def approved_plan(people: People) -> Planned:
    """The playroom plan, validated in Kyiv and finally approved in Tallinn."""
    planned = playroom_plan(granted_family(people))
    version_id = submit(planned.granted)
    validate(version_id, actor=people.supervisor_kyiv)
    approve(version_id, actor=people.supervisor_tallinn)
    return planned
