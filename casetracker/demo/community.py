"""The community: six institutions of Donetsk region from the call to their use, every step on its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from casetracker.cases.states import Sex
from casetracker.community import (
    commands,
    contribution_commands,
    group_commands,
    selection_commands,
    selection_queries,
    site_commands,
)
from casetracker.community.models import Site
from casetracker.community.states import (
    AgeBand,
    ContributionForm,
    ContributionSource,
    CriterionEntry,
    DonorEntry,
    GatheringKind,
    GroupProfile,
    IndicatorEntry,
    MemberEntry,
    PledgeEntry,
    SiteKind,
    SiteStage,
    VoteEntry,
)
from casetracker.core.db import db
from casetracker.demo import project_money, uses
from casetracker.demo.buildings import Buildings
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
from casetracker.demo.project_plan import PLANS
from casetracker.demo.walk import on, version_of
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.models import Dossier

PURPOSE = (
    "Social institutions of Donetsk region are renovated and equipped, so that displaced people and their neighbours "
    "meet and stay: roofs, windows, doors, heating, concert halls; audio and video, interactive boards, computers, "
    "sewing machines. Initiative groups of both choose the institutions, local authorities bear part of the cost.\n\n"
    "Regions, institutions and the numbers of people of the whole project are as published; coordinates and codes are "
    "those of places of these names. Everything else is fictional: owners, contacts, groups, days, scores, votes, "
    "contributions, money, works, equipment, pictures, users and figures of sites, events, visits, papers, and how far "
    "each site has come."
)
REGIONS = ("Kharkiv", "Dnipropetrovsk", "Zaporizhzhia", "Odesa", "Donetsk", "Luhansk")
OBLAST_CODE = "UA14000000000091971"
RAION_CODES = {"Kramatorsk": "UA14120000000070232", "Bakhmut": "UA14020000000013572"}
HROMADA_CODES = {
    "Mykolaivka": "UA14120130000086767", "Oleksandrivka": "UA14120170000011133", "Chasiv Yar": "UA14020130000080900",
    "Bakhmut": "UA14020010000088496",
}  # fmt: skip
PLACE_CODES = {
    "Mykolaivka": "UA14120130010079249", "Paraskoviivka": "UA14020090230096003", "Chasiv Yar": "UA14020130010015598",
    "Oleksandrivka": "UA14120170010051419",
}  # fmt: skip
"""As in the country's list (KATOTTH), of the places that are found there by these names."""
CRITERIA = (("People who will use it", 40), ("Open to displaced people", 30), ("Own contribution of the authority", 30))
DAYS: dict[SiteStage, int] = {
    SiteStage.APPLIED: 14, SiteStage.GROUP_FORMED: 28, SiteStage.TRAINED: 42, SiteStage.SHORTLISTED: 63,
    SiteStage.SELECTED: 84, SiteStage.AGREED: 105, SiteStage.TENDERING: 119, SiteStage.WORKS: 147,
    SiteStage.EQUIPPING: 210, SiteStage.ACCEPTED: 245, SiteStage.HANDED_OVER: 259, SiteStage.IN_USE: 266,
}  # fmt: skip
"""How many days after the call a site usually comes to a stage."""
QUICK: dict[SiteStage, int] = {
    SiteStage.APPLIED: 5, SiteStage.GROUP_FORMED: 10, SiteStage.TRAINED: 17, SiteStage.SHORTLISTED: 24,
    SiteStage.SELECTED: 32, SiteStage.AGREED: 42, SiteStage.TENDERING: 50, SiteStage.WORKS: 60,
    SiteStage.EQUIPPING: 120, SiteStage.ACCEPTED: 139, SiteStage.HANDED_OVER: 146, SiteStage.IN_USE: 150,
}  # fmt: skip
"""The same for the first, which is in use for months."""
TENDERED: dict[SiteStage, int] = QUICK | {
    SiteStage.TENDERING: 49, SiteStage.WORKS: 96, SiteStage.EQUIPPING: 155, SiteStage.ACCEPTED: 167,
    SiteStage.HANDED_OVER: 170, SiteStage.IN_USE: 173,
}  # fmt: skip
"""The same where an open tender takes its time."""
PLANNED = {2: date(2026, 6, 3), 3: date(2026, 10, 1)}
"""When the plan's later versions are written: once the agreement of their institutions is signed."""
PAPERS: dict[SiteStage, tuple[tuple[DocumentKind, str], ...]] = {
    SiteStage.APPLIED: ((DocumentKind.SITE_APPLICATION, "Application of the institution"),),
    SiteStage.SELECTED: ((DocumentKind.OWNERSHIP_PROOF, "Extract of the register: communal property"),),
    SiteStage.AGREED: ((DocumentKind.SITE_AGREEMENT, "Agreement with owner and local authority"),),
    SiteStage.WORKS: ((DocumentKind.WORKS_CONTRACT, "Contract for the works"),),
}
"""What is stored before a site comes to a stage."""
PLEDGED, CAME = 9_000_00, 6_000_00
"""What the authority pledges for each site, and what of it came when the works were done; minor units."""
MEMBERS = (
    (3, GroupProfile.LOCAL, Sex.FEMALE, AgeBand.FROM_30),
    (2, GroupProfile.DISPLACED, Sex.MALE, AgeBand.FROM_18),
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """An institution and how far it comes. place: settlement, raion, hromada; at: hundredths of a degree north and
    east; scores by CRITERIA; vote: for, against, abstained."""

    name: str
    local_name: str
    kind: SiteKind
    place: tuple[str, str, str]
    at: tuple[int, int] | None
    owner: str
    contact: str
    users: int
    called: date
    until: SiteStage
    scores: tuple[int, int, int] = (0, 0, 0)
    vote: tuple[int, int, int] = (0, 0, 0)
    days: Mapping[SiteStage, int] = field(default_factory=lambda: DAYS)


SITES = (
    Story(
        name="Culture club in Mykolaivka", local_name="Будинок культури, Миколаївка", kind=SiteKind.CULTURE_CLUB,
        place=("Mykolaivka", "Kramatorsk", "Mykolaivka"), at=(4885, 3777), owner="Town council", users=620,
        contact="Head of the club", called=date(2026, 1, 19), until=SiteStage.IN_USE, scores=(9, 9, 7),
        vote=(41, 3, 2), days=QUICK,
    ),
    Story(
        name="Culture club in Paraskoviivka", local_name="Клуб, Парасковіївка", kind=SiteKind.CULTURE_CLUB,
        place=("Paraskoviivka", "Bakhmut", ""), at=(4866, 3800), owner="Village council", users=180,
        contact="Head of the club", called=date(2026, 2, 16), until=SiteStage.WORKS, scores=(6, 8, 6), vote=(23, 4, 1),
    ),
    Story(
        name="Children and youth creativity centre in Chasiv Yar",
        local_name="Центр дитячої та юнацької творчості, Часів Яр", kind=SiteKind.CREATIVITY_CENTRE,
        place=("Chasiv Yar", "Bakhmut", "Chasiv Yar"), at=(4859, 3784), owner="Town council", users=340,
        contact="Head of the centre", called=date(2026, 1, 21), until=SiteStage.IN_USE, scores=(8, 10, 6),
        vote=(36, 1, 0), days=TENDERED,
    ),
    Story(
        name="Music school in Oleksandrivka", local_name="Музична школа, Олександрівка", kind=SiteKind.MUSIC_SCHOOL,
        place=("Oleksandrivka", "Kramatorsk", "Oleksandrivka"), at=(4871, 3691), owner="Settlement council", users=150,
        contact="Head of the school", called=date(2026, 2, 9), until=SiteStage.EQUIPPING, scores=(6, 7, 8),
        vote=(29, 6, 3),
    ),
    Story(
        name="Ambulatory in Krasne", local_name="Амбулаторія, Красне", kind=SiteKind.AMBULATORY,
        place=("Krasne", "Bakhmut", "Bakhmut"), at=(4857, 3792), owner="Town council", users=1_700,
        contact="Doctor in charge", called=date(2026, 6, 15), until=SiteStage.AGREED, scores=(9, 7, 5), vote=(27, 2, 4),
    ),
    Story(
        name="Secondary school in Zorya", local_name="Середня школа, Зоря", kind=SiteKind.SCHOOL,
        place=("Zorya", "", ""), at=None, owner="Village council", users=210, contact="Head of the school",
        called=date(2026, 8, 24), until=SiteStage.SHORTLISTED, scores=(5, 8, 7),
    ),
)  # fmt: skip
"""Institutions of the published project; none has coordinates that could not be confirmed."""


def build(cast: Cast) -> None:
    """Open the project and lead each site as far as it has come."""
    with on(date(2026, 1, 12), 10):
        reference = commands.open_project(_opening(cast.programme_id), actor=cast.caseworker_kyiv)
    dossier_id = db.session.scalars(select(Dossier.id).where(Dossier.reference == reference)).one()
    with on(date(2026, 1, 14), 10):
        entries = tuple(CriterionEntry(id=None, name=name, weight=weight) for name, weight in CRITERIA)
        wanted = selection_commands.SetCriteria(
            dossier_id=dossier_id, criteria=entries, reason=None, version=selection_queries.version_of([])
        )
        selection_commands.set_criteria(wanted, actor=cast.caseworker_kyiv)
    walks = {story.place[0]: SiteWalk(cast, dossier_id, story) for story in SITES}
    sites = {place: walk.id for place, walk in walks.items()}
    money = project_money.ProjectMoney(cast, dossier_id, sites)
    money.begin()
    for number in (1, *PLANNED):
        if number in PLANNED:
            money.plan(PLANNED[number], number)
        for place, walk in walks.items():
            if place in PLANS and PLANS[place].version == number:
                walk.lead()
        money.spend(number)
    for place, walk in walks.items():
        if place not in PLANS:
            walk.lead()
    uses.build(cast, dossier_id, sites)


def _opening(programme_id: str) -> commands.OpenProject:
    return commands.OpenProject(
        title="Institutions where people meet, Donetsk region", purpose=PURPOSE, programme_id=programme_id,
        country="UA", regions=REGIONS, target_sites=70, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31),
        donors=(DonorEntry(name="European Union", share=100),),
        indicators=(
            IndicatorEntry(objective="Institutions are open again", indicator="Institutions in use", target=70),
            IndicatorEntry(objective="Neighbours meet", indicator="Local residents who benefit", target=28_000),
            IndicatorEntry(objective="Displaced people stay", indicator="Displaced people who benefit", target=3_000),
        ),
    )  # fmt: skip


class SiteWalk:
    """A site on its way; `lead` takes it to the stage of its story."""

    def __init__(self, cast: Cast, dossier_id: str, story: Story) -> None:
        self.cast, self.dossier_id, self.story = cast, dossier_id, story
        (settlement, raion, hromada), at = story.place, story.at
        entry = site_commands.AddSite(
            dossier_id=dossier_id, name=story.name, local_name=story.local_name, kind=story.kind,
            settlement=settlement, oblast="Donetsk", raion=raion or None, hromada=hromada or None,
            oblast_code=OBLAST_CODE, raion_code=RAION_CODES.get(raion), hromada_code=HROMADA_CODES.get(hromada),
            place_code=PLACE_CODES.get(settlement),
            latitude=at[0] * 10_000 if at else None, longitude=at[1] * 10_000 if at else None, owner=story.owner,
            contact_name=story.contact, contact_phone=None, users_before=story.users,
        )  # fmt: skip
        with on(story.called):
            self.id = site_commands.add_site(entry, actor=cast.caseworker_kyiv)
        self.buildings = Buildings(
            cast=cast, dossier_id=dossier_id, site_id=self.id, settlement=settlement, owner=story.owner
        )

    def lead(self) -> None:
        """Before each stage what it needs, then the stage itself; a supervisor selects."""
        before = {
            SiteStage.GROUP_FORMED: self._form_group, SiteStage.TRAINED: self._train,
            SiteStage.SHORTLISTED: self._score, SiteStage.SELECTED: self._vote, SiteStage.AGREED: self._pledge,
            SiteStage.EQUIPPING: self._deliver,
        }  # fmt: skip
        entered: dict[str, list[str]] = {}
        for stage, days in self.story.days.items():
            day = self.story.called + timedelta(days=days)
            if prepare := before.get(stage):
                prepare(day)
            self._store(stage, day)
            self.buildings.before(stage, day, entered)
            self._move(stage, day)
            if stage == self.story.until:
                self.buildings.after(stage, day, entered)
                return

    def _store(self, stage: SiteStage, day: date) -> None:
        for kind, title in PAPERS.get(stage, ()):
            cmd = site_commands.AddPaper(
                dossier_id=self.dossier_id, site_id=self.id, kind=kind, title=title, day=day,
                upload=paper(f"{title}, {self.story.name}"),
            )  # fmt: skip
            with on(day, 13):
                site_commands.add_paper(cmd, actor=self.cast.caseworker_kyiv)

    def _move(self, stage: SiteStage, day: date) -> None:
        actor = self.cast.supervisor_kyiv if stage == SiteStage.SELECTED else self.cast.caseworker_kyiv
        with on(day, 15):
            cmd = site_commands.MoveSite(dossier_id=self.dossier_id, site_id=self.id, version=version_of(Site, self.id))
            site_commands.move_site(cmd, actor=actor)

    def _form_group(self, day: date) -> None:
        """Neighbours and displaced people; one of them can be reached."""
        alike = [MemberEntry(number=number, profile=profile, sex=sex, age_band=age_band, joined_on=day,
                             is_contact=False, contact_name=None, contact_phone=None)
                 for number, profile, sex, age_band in MEMBERS]  # fmt: skip
        contact = MemberEntry(
            number=1, profile=GroupProfile.DISPLACED, sex=Sex.FEMALE, age_band=AgeBand.FROM_30, joined_on=day,
            is_contact=True, contact_name="Speaker of the group", contact_phone="+380 00 000 01 00",
        )  # fmt: skip
        for entry in (*alike, contact):
            cmd = group_commands.AddMember(dossier_id=self.dossier_id, site_id=self.id, entry=entry)
            with on(day, 11):
                group_commands.add_member(cmd, actor=self.cast.caseworker_kyiv)

    def _train(self, day: date) -> None:
        topic = "How a community plans: needs, budget, a vote"
        cmd = group_commands.LogGathering(
            dossier_id=self.dossier_id, site_id=self.id, kind=GatheringKind.TRAINING, held_on=day, topic=topic,
            attended=6, upload=paper(f"{topic}, {self.story.name}"),
        )  # fmt: skip
        with on(day, 12):
            group_commands.log_gathering(cmd, actor=self.cast.caseworker_kyiv)

    def _score(self, day: date) -> None:
        criteria = selection_queries.list_criteria(self.dossier_id)
        scores = tuple((row.id, score) for row, score in zip(criteria, self.story.scores, strict=True))
        cmd = selection_commands.ScoreSite(
            dossier_id=self.dossier_id, site_id=self.id, scores=scores, reason=None,
            version=selection_queries.version_of(criteria),
        )  # fmt: skip
        with on(day, 10):
            selection_commands.score_site(cmd, actor=self.cast.caseworker_kyiv)

    def _vote(self, day: date) -> None:
        votes_for, votes_against, abstained = self.story.vote
        held_on = day - timedelta(days=3)
        cmd = selection_commands.LogVote(
            dossier_id=self.dossier_id, site_id=self.id, upload=paper(f"Minutes of the vote, {self.story.name}"),
            vote=VoteEntry(
                held_on=held_on, votes_for=votes_for, votes_against=votes_against, abstained=abstained
            ),
        )  # fmt: skip
        with on(held_on, 14):
            selection_commands.log_vote(cmd, actor=self.cast.caseworker_kyiv)

    def _pledge(self, day: date) -> None:
        """The authority bears a part; it is the site's own and no donor's."""
        entry = PledgeEntry(
            source=ContributionSource.AUTHORITY, giver=self.story.owner, form=ContributionForm.IN_KIND,
            what="Work and material of the municipal company", amount=PLEDGED, pledged_on=day,
        )  # fmt: skip
        cmd = contribution_commands.PledgeCoContribution(dossier_id=self.dossier_id, site_id=self.id, entry=entry)
        with on(day, 9):
            self.pledge_id = contribution_commands.pledge_co_contribution(cmd, actor=self.cast.caseworker_kyiv)

    def _deliver(self, day: date) -> None:
        cmd = contribution_commands.DeliverCoContribution(
            dossier_id=self.dossier_id, site_id=self.id, contribution_id=self.pledge_id, delivered_on=day, amount=CAME,
            upload=paper(f"List of work done, {self.story.name}"),
        )  # fmt: skip
        with on(day, 9):
            contribution_commands.deliver_co_contribution(cmd, actor=self.cast.caseworker_kyiv)
