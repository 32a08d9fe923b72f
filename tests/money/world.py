"""Cases and projects under one budget line, built by commands, and the model's books that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from casetracker.cases.queries import get_person
from casetracker.community import commands as projects
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import command, lock
from casetracker.core.errors import Message, Refused
from casetracker.core.permissions import Role
from casetracker.dossiers.models import Dossier
from casetracker.grants.commands import make_grants
from casetracker.grants.queries import list_grants
from casetracker.plans.states import ActivityKind
from casetracker.programmes import commands as programmes
from casetracker.programmes.states import ApplicantRole, BandFacts, BasisDate, ReturnType
from tests.factories import community, plans, project_money
from tests.factories.accounts import People, make_people, make_user
from tests.factories.cases import Family, playroom_case, refer
from tests.factories.disbursements import set_departed
from tests.factories.programmes import FIRST, LAST, DemoProgramme, demo_rates
from tests.factories.providers import IBAN, OTHER_IBAN, paid_provider
from tests.factories.returns import arrive, days_ago
from tests.money.accounts import Band, Line
from tests.money.model import Books

SMALL, EURO = 150_00, 100
PLANNED = {ApplicantRole.PRINCIPAL: 600 * EURO, ApplicantRole.SPOUSE: 300 * EURO}
START = {ApplicantRole.PRINCIPAL: 200 * EURO, ApplicantRole.SPOUSE: 200 * EURO, ApplicantRole.CHILD: 150 * EURO}
CHILD_AMOUNT = START[ApplicantRole.CHILD]
POOLED = (((400 * EURO), (200 * EURO)), ((200 * EURO), (100 * EURO)))
"""Of principal and spouse in each of the two lines: together they take the whole of both grants."""
SITES = (600 * EURO, 300 * EURO)
"""The plan line of each of a project's sites: together the whole of its share."""
BANDS = (Band(up_to=SMALL, receiving=1, sending=0), Band(up_to=None, receiving=1, sending=1))


@dataclass(frozen=True, kw_only=True)
class Place:
    """One case: where its money is asked for (`line:` and `grant:` keys), and its children without grants.

    Or one project: without people, with providers, and with actors of its own office alone.
    """

    dossier_id: str
    keys: tuple[str, ...]
    requesters: tuple[Actor, ...]
    supervisors: tuple[Actor, ...]
    children: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class World:
    """Who acts on what; plain values, so that every process has them."""

    programme_id: str
    ceiling: int
    places: tuple[Place, ...]
    supervisors: tuple[Actor, ...]
    finance: Actor
    awarding: Actor
    receiving_office: str
    caseworkers: frozenset[str]
    authors: frozenset[str]
    awards: tuple[tuple[tuple[tuple[str, int], ...], str], ...] = ()
    """((grant, amount), …) and whose they are: the grants of the adults, and the shares of projects."""
    lines: tuple[Line, ...] = ()
    actors: dict[str, Actor] = field(default_factory=dict)
    granted: plans.Granted | None = None
    """The last case as the factories of plans know it."""


def build_world(cases: int, *, room: float = 0.6, projects: int = 0) -> World:
    """So many families and projects with their approved plans; the budget line has room for `room` of the children's
    grants."""
    people = make_people()
    supervisors = (
        people.supervisor_kyiv, people.supervisor_tallinn,
        *(make_user(f"supervisor{n}.kyiv@example.org", Role.SUPERVISOR, people.kyiv) for n in (2, 3)),
        *(make_user(f"supervisor{n}.tallinn@example.org", Role.SUPERVISOR, people.tallinn) for n in (2, 3)),
    )  # fmt: skip
    caseworker = make_user("caseworker2.kyiv@example.org", Role.CASEWORKER, people.kyiv)
    per_case = sum(PLANNED.values()) + START[ApplicantRole.PRINCIPAL] + START[ApplicantRole.SPOUSE]
    ceiling = cases * per_case + projects * sum(SITES) + int(cases * 2 * room) * CHILD_AMOUNT
    programme = _programme(people, ceiling)
    requesters = (people.caseworker_kyiv, caseworker, people.caseworker_tallinn, supervisors[2], supervisors[4])
    made = [_case(people, programme, requesters, supervisors) for _n in range(cases)]
    if projects:
        of_kyiv = [[each for each in group if each.office_id == people.kyiv] for group in (requesters, supervisors)]
        providers = _providers(people)
        made += [_project(people, programme, of_kyiv[0], of_kyiv[1], providers) for _n in range(projects)]
    return World(
        granted=next((each.granted for each in reversed(made) if each.granted), None),
        programme_id=programme.id, ceiling=ceiling, places=tuple(each.place for each in made),
        supervisors=supervisors, finance=people.finance_kyiv, awarding=people.supervisor_tallinn,
        receiving_office=people.kyiv, authors=frozenset({people.caseworker_kyiv.id}),
        caseworkers=frozenset({people.caseworker_kyiv.id, people.caseworker_tallinn.id}),
        awards=tuple(award for each in made for award in each.awards),
        lines=tuple(line for each in made for line in each.lines),
        actors={actor.id: actor for actor in (*requesters, *supervisors, people.finance_kyiv)},
    )  # fmt: skip


def _programme(people: People, ceiling: int) -> DemoProgramme:
    actor = people.administrator
    programme_id = programmes.create_programme(
        programmes.CreateProgramme(
            code="MONEY", name="One budget line", donor="European Union", currency="EUR", eligible_from=FIRST,
            eligible_until=LAST, ceiling=ceiling,
        ), actor=actor,
    )  # fmt: skip
    line_id = programmes.add_budget_line(
        programmes.AddBudgetLine(programme_id=programme_id, code="L", name="The line", ceiling=ceiling), actor=actor
    )
    packages = {}
    for code, amounts in (("plan", PLANNED), ("start", START)):
        cmd = programmes.AddPackage(
            programme_id=programme_id, budget_line_id=line_id, code=code, name=code, needs_plan=code == "plan",
            in_kind_only=False,
        )  # fmt: skip
        packages[code] = programmes.add_package(cmd, actor=actor)
        for role, amount in amounts.items():
            rule = programmes.AddRule(
                package_id=packages[code], applicant_role=role, return_type=ReturnType.VOLUNTARY, amount=amount,
                is_maximum=False, basis=BasisDate.APPLICATION, valid_from=FIRST,
            )  # fmt: skip
            programmes.add_rule(rule, actor=actor)
    bands = tuple(BandFacts(up_to=band.up_to, receiving=band.receiving, sending=band.sending) for band in BANDS)
    policy = programmes.SetPolicy(programme_id=programme_id, valid_from=FIRST, bands=bands, quotes=())
    policy_id = programmes.set_policy(policy, actor=actor)
    demo_rates(actor)
    return DemoProgramme(
        id=programme_id, arrival_line_id=line_id, reintegration_line_id=line_id, post_arrival_id=packages["start"],
        post_return_id=packages["plan"], policy_id=policy_id,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Made:
    """A place, and what the model has to know of it."""

    place: Place
    awards: list[tuple[tuple[tuple[str, int], ...], str]]
    lines: list[Line]
    granted: plans.Granted | None = None


def _case(people: People, programme: DemoProgramme, requesters: Sequence[Actor], supervisors: Sequence[Actor]) -> _Made:
    family = playroom_case(people)
    refer(family, people)
    adults = (family.principal, family.spouse)
    today = clock.today("Europe/Tallinn")
    plans.award(family.dossier_id, adults, programme.id, today, actor=people.supervisor_tallinn)
    grants = {(g.person_id, g.needs_plan): g for g in list_grants(family.dossier_id)}
    planned = {person: grants[person, True].id for person in adults}
    granted = plans.Granted(people=people, programme=programme, family=family, grants=planned)
    lines = []
    for number, amounts in enumerate(POOLED):
        activity = plans.activity(granted, f"Playroom {number}", *adults)
        line = plans.line(granted, activity, f"Work {number}", sum(amounts))
        plans.fund(granted, line, dict(zip(adults, amounts, strict=True)))
        for person, amount in zip(adults, amounts, strict=True):
            plans.agree(granted, line, person, amount)
        funding = tuple((planned[person], amount) for person, amount in zip(adults, amounts, strict=True))
        lines.append(Line(line, activity, funding))
    version_id = plans.submit(granted)
    plans.validate(version_id, actor=people.supervisor_kyiv)
    plans.approve(version_id, actor=people.supervisor_tallinn)
    _bring_home(family, people)
    loose = [f"grant:{grants[person, False].id}" for person in adults]
    place = Place(
        dossier_id=family.dossier_id, keys=(*(f"line:{line.id}" for line in lines), *loose),
        children=(family.older_child, family.younger_child), requesters=tuple(requesters),
        supervisors=tuple(supervisors),
    )  # fmt: skip
    awards = [
        (tuple((grants[person, on_plan].id, grants[person, on_plan].amount) for on_plan in (True, False)), person)
        for person in adults
    ]
    return _Made(place=place, awards=awards, lines=lines, granted=granted)


def _providers(people: People) -> tuple[str, ...]:
    """Two who are not the same payee."""
    return tuple(
        paid_provider(people.caseworker_kyiv, people.finance_kyiv, name, number)
        for name, number in (("Builders (fictional)", IBAN), ("Carpenters (fictional)", OTHER_IBAN))
    )


def _project(
    people: People, programme: DemoProgramme, requesters: Sequence[Actor], supervisors: Sequence[Actor],
    providers: tuple[str, ...],
) -> _Made:  # fmt: skip
    """Kyiv's project with a share of the same budget line and a line for each of two sites."""
    author = people.caseworker_kyiv
    dossier_id = community.project_id(projects.open_project(community.opening(programme.id), actor=author), author)
    share = project_money.ask_share(dossier_id, programme.reintegration_line_id, sum(SITES), actor=author)
    project_money.decide_share(share, actor=people.supervisor_kyiv)
    grant_id = list_grants(dossier_id)[0].id
    lines = []
    for number, amount in enumerate(SITES):
        name = f"Club {number}"
        site = community.add_site(dossier_id, author, name=name, settlement=name, latitude=None, longitude=None)
        roof = project_money.activity(dossier_id, f"Roof {number}", ActivityKind.WORKS, site, actor=author)
        line = project_money.line(dossier_id, roof, "New roof", amount, grant_id, actor=author)
        lines.append(Line(line, roof, ((grant_id, amount),)))
    project_money.approve_plan(dossier_id, author=author, deciders=(people.supervisor_kyiv, supervisors[1]))
    place = Place(
        dossier_id=dossier_id, keys=tuple(f"line:{line.id}" for line in lines), requesters=tuple(requesters),
        supervisors=tuple(supervisors), providers=providers,
    )  # fmt: skip
    return _Made(place=place, awards=[(((grant_id, sum(SITES)),), dossier_id)], lines=lines)


def _bring_home(family: Family, people: People) -> None:
    set_departed(family.dossier_id, family.person_ids, actor=people.caseworker_tallinn)
    arrive(family, people, *family.person_ids, arrived_on=days_ago(29))


def books_of(world: World) -> Books:
    """The model at the start of the world."""
    books = Books(world.ceiling, BANDS)
    for amounts, person in world.awards:
        if books.award(dict(amounts), person) is not None:
            raise AssertionError("the world does not fit its own ceiling")
    for line in world.lines:
        books.plan_line(line)
    for place in world.places:
        books.authors[place.dossier_id] = world.authors
        books.caseworkers[place.dossier_id] = world.caseworkers
        if place.providers:
            books.alone.add(place.dossier_id)
    for actor in world.supervisors:
        books.offices[actor.id] = "receiving" if actor.office_id == world.receiving_office else "sending"
    return books


@command
def award_child(dossier_id: str, person_id: str, programme_id: str, *, actor: Actor) -> str:
    """The child's grant, once, as deciding on the eligibility makes it; returns its id."""
    lock(Dossier, dossier_id)
    if any(grant.person_id == person_id for grant in list_grants(dossier_id)):
        raise Refused(Message("The child has its grant."))
    days = {BasisDate.APPLICATION: clock.today(actor.zone), BasisDate.DEPARTURE: None}
    return make_grants(dossier_id, get_person(dossier_id, person_id), days, programme_id, actor=actor)[0].id
