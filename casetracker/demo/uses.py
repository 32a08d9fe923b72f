"""Who benefits from the community's project: published figures as estimates, sites in use, events, a visit."""

from __future__ import annotations

from datetime import date

from casetracker.community import benefit_commands, cohesion_commands, visit_commands
from casetracker.community.benefit_states import (
    Aim,
    Basis,
    CohesionKind,
    CountEntry,
    EventEntry,
    Exactness,
    FigureEntry,
    Method,
    PeopleGroup,
    Reach,
)
from casetracker.community.states import GroupProfile
from casetracker.community.visit_states import UsersPer, VisitEntry, VisitRound
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
from casetracker.demo.walk import on

P = PeopleGroup
CLUB, CENTRE, ANOTHER = "Mykolaivka", "Chasiv Yar", "Paraskoviivka"
REPORTED = date(2026, 9, 30)
PUBLISHED = (
    (GroupProfile.LOCAL, Exactness.AT_LEAST, 28_000), (GroupProfile.DISPLACED, Exactness.ABOUT, 3_000),
)  # fmt: skip
"""Of the whole project, as published: nobody knows more of them."""
PLANNED = ((CLUB, Reach.DIRECT, 650), (CENTRE, Reach.DIRECT, 400), (ANOTHER, Reach.DIRECT, 220),
           (CLUB, Reach.INDIRECT, 2_400))  # fmt: skip
REACHED: tuple[tuple[str, date, int, tuple[tuple[PeopleGroup, int], ...]], ...] = (
    (CLUB, date(2026, 7, 31), 240, ()),
    (CLUB, REPORTED, 410, ((P.FEMALE, 263), (P.MALE, 147), (P.UNDER_18, 155), (P.LOCAL, 290), (P.DISPLACED, 96))),
    (CENTRE, REPORTED, 310, ((P.FEMALE, 171), (P.UNDER_18, 288), (P.DISPLACED, 74))),
)
EVENTS = (
    (CLUB, CohesionKind.CONCERT, "Concert of two towns", "Concert hall", date(2026, 8, 22), 120, (
        (P.LOCAL, 75), (P.DISPLACED, 38), (P.RETURNEE, 4),
    )),
    (CENTRE, CohesionKind.MASTER_CLASS, "Felt and embroidery", "Room of the sewing machines", date(2026, 9, 12), 24, (
        (P.FEMALE, 22), (P.DISPLACED, 9),
    )),
)  # fmt: skip


def build(cast: Cast, dossier_id: str, sites: dict[str, str]) -> None:
    """Everything about the people of the project; sites: settlement -> id."""
    _Uses(cast, dossier_id, sites).build()


class _Uses:
    def __init__(self, cast: Cast, dossier_id: str, sites: dict[str, str]) -> None:
        self.actor, self.dossier_id, self.sites = cast.caseworker_kyiv, dossier_id, sites

    def build(self) -> None:
        """In the order of the days."""
        for place, reach, number in PLANNED:
            self._figure(place, date(2026, 3, 31), Aim.PLANNED, self._estimate(number), reach=reach)
        entered: list[str] = []
        for place, day, number, shares in REACHED:
            near = tuple(entered[-1:]) if place == CENTRE else ()
            count = CountEntry(
                number=number, exactness=Exactness.EXACT, basis=Basis.COUNTED, method=Method.REGISTRATION,
                source="Visitors' register of the institution", shares=shares,
            )  # fmt: skip
            entered.append(self._figure(place, day, Aim.REACHED, count, overlaps=near))
        for about, exactness, number in PUBLISHED:
            self._figure(None, REPORTED, Aim.REACHED, self._estimate(number, exactness), about=about)
        self._events()
        self._visit()

    def _estimate(self, number: int, exactness: Exactness = Exactness.ABOUT) -> CountEntry:
        return CountEntry(
            number=number, exactness=exactness, basis=Basis.ESTIMATED, method=Method.AUTHORITY,
            source="Published figures of the project" if number >= 3_000 else "Letter of the council", shares=(),
        )  # fmt: skip

    def _figure(
        self, place: str | None, day: date, aim: Aim, count: CountEntry, *, reach: Reach = Reach.DIRECT,
        about: GroupProfile | None = None, overlaps: tuple[str, ...] = (),
    ) -> str:  # fmt: skip
        note = "Children of both towns go to both." if overlaps else None
        entry = FigureEntry(
            aim=aim, reach=reach, about=about, count=count, from_on=None, as_of=day, note=note, are_others=False,
            overlaps=overlaps,
        )  # fmt: skip
        cmd = benefit_commands.EnterBenefit(
            dossier_id=self.dossier_id, site_id=self.sites[place] if place else None, entry=entry, upload=None
        )
        with on(day, 15):
            return benefit_commands.enter_benefit(cmd, actor=self.actor)

    def _events(self) -> None:
        """Two that were held, one that is planned."""
        for place, kind, topic, where, day, number, shares in EVENTS:
            cmd = cohesion_commands.LogCohesionEvent(
                dossier_id=self.dossier_id, site_id=self.sites[place],
                entry=EventEntry(kind=kind, topic=topic, place=where, day=day),
                count=CountEntry(
                    number=number, exactness=Exactness.EXACT, basis=Basis.COUNTED, method=Method.HEAD_COUNT,
                    source="Counted at the door", shares=shares,
                ),
            )  # fmt: skip
            with on(day, 18):
                cohesion_commands.log_cohesion_event(cmd, actor=self.actor)
        winter = EventEntry(
            kind=CohesionKind.CONCERT, topic="Winter concert", place="Concert hall", day=date(2026, 12, 19)
        )
        ahead = cohesion_commands.PlanCohesionEvent(dossier_id=self.dossier_id, site_id=self.sites[CLUB], entry=winter)
        with on(date(2026, 10, 5), 10):
            cohesion_commands.plan_cohesion_event(ahead, actor=self.actor)

    def _visit(self) -> None:
        """The club was visited after three months; nobody has been to the centre since."""
        day = date(2026, 9, 16)
        cmd = visit_commands.LogSiteVisit(
            dossier_id=self.dossier_id, site_id=self.sites[CLUB],
            entry=VisitEntry(
                round=VisitRound.MONTH_3, visited_on=day, visitors="Caseworker, Kyiv, and the partner", open_hours=42,
                users=130, users_per=UsersPer.WEEK, equipment="All there; two sewing machines stand unused.",
                problems="The heating of the small room does not work.",
            ),
            upload=paper("Report of the visit, Mykolaivka"),
        )  # fmt: skip
        with on(day, 16):
            visit_commands.log_site_visit(cmd, actor=self.actor)
