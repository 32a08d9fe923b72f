"""The demonstration, further offices and auditors, and a case of every sort with canaries in what is not for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, select

from casetracker.accounts import commands as accounts
from casetracker.accounts import queries
from casetracker.accounts.models import User
from casetracker.asylum import commands as asylum
from casetracker.asylum.models import AsylumApplication
from casetracker.casefile import commands as casefile
from casetracker.casefile import person_commands
from casetracker.casefile.person_commands import LeaveWay
from casetracker.casefile.states import NoteSide
from casetracker.cases.models import Consent
from casetracker.cases.states import ConsentScope, Outcome, Sex
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.demo.others import Series, _close, _leave
from casetracker.demo.papers import paper
from casetracker.demo.people import EMAILS, Cast
from casetracker.demo.walk import Walk, entry, on, version_of
from casetracker.disbursements.states import InstalmentState
from casetracker.documents import commands as documents
from casetracker.documents.states import DocumentKind
from casetracker.dossiers import commands as dossiers
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.events.states import Part
from casetracker.exports import bundle_commands as bundles
from casetracker.exports.bundle_states import Wanted
from casetracker.monitoring import commands as monitoring
from casetracker.monitoring.states import Use
from casetracker.programmes.states import ApplicantRole
from casetracker.returns import commands as returns
from casetracker.returns.states import Channel, EligibilityOutcome, Topic
from tests.access.more import (
    answered,
    asked_and_waiting,
    asked_by_auditor,
    asked_to_erase,
    declared,
    deliveries_examined,
    erased,
    monitored,
    nothing_is_kept,
    payments_drawn,
    stayed_behind,
    suspended,
)
from tests.access.projects import OTHER_PROJECT, PROJECT, PROJECTS, opened
from tests.access.uses import named
from tests.accounts.test_factors import with_app
from tests.factories.accounts import OPERATOR, make_office, make_user, sign_in

UNKNOWN = "EE-2026-99999"
SHARED, SENDING, ASYLUM = "shared", "sending", "asylum"
PARTS = (SHARED, SENDING, ASYLUM)
ACCESS = "access"
"""Who read it, and what auditors noted of it: for whoever audits its sending side."""
NOBODY, HALF = "nobody", "half"
"""Who is not signed in, and a supervisor of the sending office of whom only the password fitted."""


def canary(sort: str, part: str) -> str:
    """What stands in the texts of this compartment of the case of this sort, and nowhere else."""
    return f"{sort.replace(' ', '').title()}canary{part}"


class CanaryWalk(Walk):
    """A walk whose eligibility decisions have a canary for their reason."""

    sort = ""

    def decide(self, day: date, outcome: EligibilityOutcome = EligibilityOutcome.APPROVED, reason: str = "") -> None:
        """The supervisor decides on everybody."""
        super().decide(day, outcome, canary(self.sort, SENDING))


class Canaries(Series):
    """The demonstration's steps for families whose texts can be found again."""

    sort = ""

    def open(self, ago: int, *, spouse: bool = False, children: int = 0, placeholder: bool = False) -> Walk:
        """A case with names of its own."""
        name = canary(self.sort, SHARED)
        persons = [entry("Applicant", name, ApplicantRole.PRINCIPAL, date(1980, 3, 14), needs="School")]
        if spouse:
            persons.append(entry("Spouse", name, ApplicantRole.SPOUSE, date(1982, 7, 2), Sex.FEMALE))
        for n in range(children):
            persons.append(entry(f"Child {n + 1}", name, ApplicantRole.CHILD, date(2014 + 3 * n, 5, 9)))
        walk = CanaryWalk(self.cast, persons, "Kharkiv Oblast", self.day(ago))
        walk.sort = self.sort
        return walk

    def counselled(self, ago: int, **family: Any) -> Walk:
        """Everybody claimed asylum and withdrew one of two claims; notes and a letter on the sending side."""
        walk = self.open(ago, **family)
        day, word = self.day(ago), canary(self.sort, SENDING)
        with on(day, 10):
            self._claims(walk, day)
        walk.move_on(day)
        with on(day, 15):
            actor = self.cast.caseworker_tallinn
            documents.add_document(
                documents.AddDocument(
                    dossier_id=walk.id, part=Part.SENDING, kind=DocumentKind.OTHER, title=word,
                    upload=paper("Letter"), person_id=None, day=day,
                ), actor=actor,
            )  # fmt: skip
            note = casefile.WriteNote(dossier_id=walk.id, side=NoteSide.SENDING, text=word, day=day, person_id=None)
            casefile.write_note(note, actor=actor)
            statements = tuple(
                returns.AdultStatement(person_id=p.id, free_choice=True, is_informed=True) for p in walk.adults
            )
            returns.log_counselling(
                returns.LogCounselling(
                    dossier_id=walk.id, held_on=day, channel=Channel.IN_PERSON, language="uk", has_interpreter=False,
                    topics=(Topic.OPTIONS,), note=word, statements=statements,
                ), actor=actor,
            )  # fmt: skip
        return walk

    def _claims(self, walk: Walk, day: date) -> None:
        actor, word = self.cast.caseworker_tallinn, canary(self.sort, ASYLUM)
        for number in (1, 2):
            claim = asylum.log_asylum(
                asylum.LogAsylum(
                    dossier_id=walk.id, authority=word, number=f"{word}-{number}", filed_on=day - timedelta(days=90),
                    person_ids=tuple(p.id for p in walk.persons),
                ), actor=actor,
            )  # fmt: skip
            if number == 1:
                asylum.withdraw_claim(
                    asylum.WithdrawClaim(
                        dossier_id=walk.id, application_id=claim, withdrawn_on=day, upload=paper("Withdrawal"),
                        version=version_of(AsylumApplication, claim),
                    ), actor=actor,
                )  # fmt: skip


@dataclass
class World:
    """References of the cases by their sort, and everybody by name."""

    app: Flask
    people: dict[str, Actor]
    cases: dict[str, str]
    """Of the projects too: sort -> reference."""
    ids: dict[str, str]
    sees: dict[str, frozenset[str]]
    """Whose eyes find which case: person -> sorts."""

    def client(self, who: str) -> FlaskClient:
        """A browser in which this person is signed in; nobody in that of NOBODY; HALF owes the second factor."""
        client = self.app.test_client()
        return client if who == NOBODY else sign_in(client, self.people[who], is_half=who == HALF)

    def parts(self, who: str, sort: str) -> set[str]:
        """The compartments of a case that this person may read."""
        actor = self.people[who]
        if sort not in self.sees[who]:
            return set()
        if sort in PROJECTS:
            return {SHARED, ACCESS} if actor.role == Role.AUDITOR else {SHARED}
        if actor.role == Role.AUDITOR:
            if who == "auditor_kyiv":
                return {SHARED}
            return {SHARED, SENDING, ACCESS} | ({ASYLUM} if who == "auditor" else set())
        sends = who.endswith(("tallinn", "riga")) and not who.startswith("finance")
        return {SHARED, SENDING, ASYLUM} if sends else {SHARED}


def cast_of_demonstration() -> Cast:
    """The demonstration's people, programme and providers, read back."""
    from casetracker.demo.people import PROVIDERS
    from casetracker.programmes.models import Programme
    from casetracker.providers.models import Provider

    by_mail = {row.email: row.id for row in db.session.execute(select(User.email, User.id))}
    people = {key: queries.get_actor(by_mail[mail]) for key, mail in EMAILS.items()}
    names = {row.name: row.id for row in db.session.execute(select(Provider.name, Provider.id))}
    return Cast(
        tallinn=people["caseworker_tallinn"].office_id or "", kyiv=people["caseworker_kyiv"].office_id or "",
        programme_id=db.session.scalars(select(Programme.id)).one(),
        providers={key: names[name] for key, name in PROVIDERS.items()}, **people,
    )  # fmt: skip


def build(app: Flask) -> World:
    """The world, inside `demo_app`'s transaction."""
    home = cast_of_demonstration()
    people = {key: queries.get_actor(_user(mail)) for key, mail in EMAILS.items() if key != "supervisor2_kyiv"}
    riga = make_office("Riga", "LV", "Europe/Riga")
    lviv = make_office("Lviv", "UA", "Europe/Kyiv", sending=False, receiving=True)
    for city, office in (("riga", riga), ("lviv", lviv)):
        for role in (Role.CASEWORKER, Role.SUPERVISOR):
            people[f"{role}_{city}"] = make_user(f"{role}.{city}@example.org", role, office)
    people[HALF] = make_user("half.tallinn@example.org", Role.SUPERVISOR, home.tallinn)
    with_app(people[HALF])
    asked_and_waiting(home, people["administrator"], people[HALF])
    people["finance_lviv"] = make_user("finance.lviv@example.org", Role.FINANCE_OFFICER, lviv)
    away = replace(
        home, tallinn=riga, kyiv=lviv, caseworker_tallinn=people["caseworker_riga"],
        supervisor_tallinn=people["supervisor_riga"], caseworker_kyiv=people["caseworker_lviv"],
        supervisor_kyiv=people["supervisor_lviv"], finance_kyiv=people["finance_lviv"],
    )  # fmt: skip
    series, other = Canaries(home, clock.today()), Canaries(away, clock.today())
    walks: dict[str, Walk] = {}
    for sort, story in STORIES.items():
        teller = other if sort == "other" else series
        teller.sort = sort
        walks[sort] = story(teller)
    nothing_is_kept(people["administrator"])
    erased(walks["erased"], home.supervisor_tallinn, people[HALF])
    asked_to_erase(walks["long closed"], home.supervisor_tallinn, people[HALF])
    declared(home.supervisor_tallinn)
    people |= _auditors(home, riga)
    asked_by_auditor(
        walks["other"], people["auditor_riga"], kept_by=people["supervisor_riga"], shared_by=people["supervisor_lviv"]
    )
    bundles.ask_bundle(bundles.AskBundle(wanted=Wanted()), actor=people["auditor"])
    payments_drawn(people["auditor"])
    deliveries_examined(people["auditor"], {walk.reference for sort, walk in walks.items() if sort != "erased"})
    family = db.session.scalars(select(Dossier.reference).where(Dossier.reference == "EE-2026-00001")).one()
    cases = {sort: walk.reference for sort, walk in walks.items()} | {"family": family, "unknown": UNKNOWN}
    for sort, side in ((PROJECT, home), (OTHER_PROJECT, away)):
        word = canary(sort, SHARED)
        cases[sort] = opened(home.programme_id, word, side.caseworker_kyiv, side.supervisor_kyiv)
        named(walks["accepted" if sort == PROJECT else "other"].id, cases[sort], side.caseworker_kyiv)
    ids = {row.reference: row.id for row in db.session.execute(select(Dossier.reference, Dossier.id))}
    tallinn = {"accepted", "waiting", "own", "closed", "long closed", "erased", "withdrawn", "family"}
    kyiv = {"accepted", "closed", "family"}
    sees = {
        "caseworker_tallinn": tallinn | {"restricted"}, "supervisor_tallinn": tallinn | {"restricted"},
        "caseworker_kyiv": kyiv | {PROJECT}, "supervisor_kyiv": kyiv | {PROJECT}, "finance_kyiv": kyiv | {PROJECT},
        "caseworker_riga": {"other"}, "supervisor_riga": {"other"}, "caseworker_lviv": {"other", OTHER_PROJECT},
        "supervisor_lviv": {"other", OTHER_PROJECT}, "finance_lviv": {"other", OTHER_PROJECT},
        "auditor": tallinn | {"restricted", PROJECT}, "auditor_plain": tallinn | {"restricted", PROJECT},
        "auditor_kyiv": kyiv | {"long closed", "erased", "withdrawn", "restricted", PROJECT}, "auditor_riga": {"other"},
    }  # fmt: skip
    sees = {who: sees.get(who, set()) for who in people}
    return World(app, people, cases, ids, {who: frozenset(sorts) for who, sorts in sees.items()})


def _auditors(home: Cast, riga: str) -> dict[str, Actor]:
    """The demonstration's auditor again, without whose mandate the cases could be erased; one each of less."""
    people: dict[str, Actor] = {}
    for name, offices in {
        "auditor": (home.tallinn, home.kyiv), "auditor_plain": (home.tallinn, home.kyiv),
        "auditor_kyiv": (home.kyiv,), "auditor_riga": (riga,),
    }.items():  # fmt: skip
        is_new = name != "auditor"
        user_id = make_user(f"{name}@example.org", Role.AUDITOR).id if is_new else home.auditor.id
        mandate = accounts.GiveMandate(
            user_id=user_id, office_ids=offices, programme_ids=(), valid_from=date(2025, 1, 1),
            valid_until=date(2035, 12, 31), asylum_clearance=not is_new,
        )  # fmt: skip
        accounts.give_mandate(mandate, actor=OPERATOR)
        people[name] = queries.get_actor(user_id)
    return people


def _user(mail: str) -> str:
    return db.session.scalars(select(User.id).where(User.email == mail)).one()


def _rich(series: Canaries) -> Walk:
    """Accepted, with money on its way, a visit, a complaint and a note for both sides."""
    spending = series.approved(80, spouse=True, children=1)
    walk, day = spending.walk, series.day
    bought = spending.draft(day(33), "Tools", "builder", [("tools", 480_00)])
    spending.submit(day(33), bought)
    spending.approve(day(32), bought)
    spending.carry_out(day(28), bought, up_to=InstalmentState.INVOICED)
    machine = spending.draft(day(12), "Machine", "furniture", [("machine", 1_200_00)], quotes=3)
    spending.submit(day(12), machine)
    walk.note(day(10), canary(series.sort, SHARED), abroad=True)
    with on(day(9)):
        monitoring.log_visit(
            monitoring.LogVisit(
                dossier_id=walk.id, visited_on=day(9), place="The workshop", visitors="Caseworker", findings="Open.",
                use=Use.AS_PLANNED, uploads=(paper("Report of the visit"),),
            ), actor=series.cast.caseworker_kyiv,
        )  # fmt: skip
    monitored(series, walk)
    cast = series.cast
    with on(day(2), 9):
        asked_by_auditor(walk, cast.auditor, kept_by=cast.supervisor_tallinn, shared_by=cast.supervisor_kyiv)
    return walk


def _waiting(series: Canaries) -> Walk:
    walk = series.leaving(16, spouse=True)
    stayed_behind(series, walk)
    walk.refer(series.day(5), series.day(-6))
    answered(series, walk)
    return walk


def _closed(series: Canaries, ago: int) -> Walk:
    walk = series.returned(ago + 40)
    _leave(walk, series.day(ago + 1), LeaveWay.WITHDREW_AFTER_RETURN, "Lives on.")
    _close(walk, series.day(ago), Outcome.WITHDREW_AFTER_RETURN, "Wrote it.")
    return walk


def _restricted(series: Canaries) -> Walk:
    walk = series.returned(50)
    readers = (series.cast.caseworker_tallinn.id, series.cast.supervisor_tallinn.id)
    command = dossiers.RestrictDossier(
        dossier_id=walk.id, is_restricted=True, reader_ids=readers, reason="Known in the town",
        version=version_of(Dossier, walk.id),
    )  # fmt: skip
    dossiers.restrict_dossier(command, actor=series.cast.supervisor_tallinn)
    suspended(series, walk)
    return walk


def _withdrawn(series: Canaries) -> Walk:
    """Accepted abroad; then the consent to sharing is taken back, and with it the receiving office's access."""
    walk = series.returned(55)
    day = series.day(3)
    shared = select(Consent.id).where(Consent.dossier_id == walk.id, Consent.scope == ConsentScope.SHARING)
    with on(day):
        for consent_id in db.session.scalars(shared).all():
            command = person_commands.WithdrawConsent(dossier_id=walk.id, consent_id=consent_id, day=day)
            person_commands.withdraw_consent(command, actor=series.cast.supervisor_tallinn)
        point = db.session.scalars(select(DossierPoint.id).where(DossierPoint.dossier_id == walk.id)).one()
        settled = dossiers.ClearPoint(point_id=point, reason="Nothing was open abroad.")
        dossiers.clear_point(settled, actor=series.cast.supervisor_tallinn)
    return walk


STORIES: dict[str, Callable[[Canaries], Walk]] = {
    "accepted": _rich,
    "other": lambda series: series.returned(60),
    "waiting": _waiting,
    "own": lambda series: series.applying(15),
    "closed": lambda series: _closed(series, 20),
    "long closed": lambda series: _closed(series, 95),
    "erased": lambda series: _closed(series, 96),
    "restricted": _restricted,
    "withdrawn": _withdrawn,
}


@contextmanager
def undone(_app: Flask) -> Iterator[None]:
    """Whatever happens inside did not happen."""
    connection = cast(Connection, db.engine)
    db.session.remove()
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()


@contextmanager
def forgotten(browser: FlaskClient) -> Iterator[None]:
    """The browser knows nothing of what happens inside, whose cookie would bring a sentence about it ("Confirmed.",
    "Set a new one from a later day on.") to its next page."""
    cookies = dict(browser._cookies or {})
    try:
        yield
    finally:
        browser._cookies = cookies
