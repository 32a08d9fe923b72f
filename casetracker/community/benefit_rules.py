"""When a figure of people can stand, and what figures add up to: the latest count, what may overlap is said. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from casetracker.community.benefit_states import (
    GROUPS,
    Aim,
    Basis,
    Breakdown,
    CountEntry,
    Exactness,
    FigureEntry,
    FigureFacts,
    PeopleGroup,
    Reach,
    Sum,
)
from casetracker.community.rules import why_not_day
from casetracker.community.states import GroupProfile
from casetracker.core.errors import N_, Message
from casetracker.core.labels import label_id


def why_not_count(count: CountEntry, about: GroupProfile | None = None) -> Message | None:
    """Why a number of people cannot stand like this: a breakdown may leave people out, and never has more."""
    if count.basis == Basis.ESTIMATED and count.exactness == Exactness.EXACT:
        return Message(N_("What is estimated is about, at least or at most so many."), {}, "exactness")
    known = dict(count.shares)
    for breakdown, groups in GROUPS.items():
        given = [group for group in groups if group in known]
        if given and about is not None and breakdown == Breakdown.STANDING:
            return Message(N_("This figure counts one of these groups alone."), {}, field_of(given[0]))
        if (total := sum(known[group] for group in given)) > count.number:
            words = N_("%(breakdown)s adds up to %(total)d, and the figure is %(number)d.")
            name = Message(label_id(breakdown))
            return Message(words, {"breakdown": name, "total": total, "number": count.number}, field_of(given[-1]))
    return None


def field_of(group: PeopleGroup) -> str:
    """The form's field of a group."""
    return f"people_{group.value}"


def why_not_figure(
    entry: FigureEntry, others: Collection[FigureFacts], site_id: str | None, today: date, events: Collection[str] = ()
) -> Message | None:
    """Why this figure cannot be entered beside the project's `others` (without itself, where it is corrected); events:
    ids of figures of who took part in events, which it may overlap with, too."""
    if entry.from_on is not None and entry.from_on > entry.as_of:
        return Message(N_("The period would end before it begins."), {}, "from_on")
    if entry.aim == Aim.REACHED and (late := why_not_day(entry.as_of, today, "as_of")) is not None:
        return late
    if not set(entry.overlaps) <= {*(other.id for other in others), *events}:
        return Message(N_("Choose figures of this project."), {}, "overlaps")
    kind = (site_id, entry.aim, entry.reach, entry.about)
    same_day = any(_kind(other) == kind and other.as_of == entry.as_of for other in others)
    if same_day and not entry.are_others:
        return Message(N_("There is a figure of this kind of that day already. Correct it instead."), {}, "as_of")
    return why_not_count(entry.count, entry.about)


def _kind(figure: FigureFacts) -> tuple[str | None, Aim, Reach, GroupProfile | None]:
    return figure.site_id, figure.aim, figure.reach, figure.about


def list_counting(figures: Iterable[FigureFacts]) -> list[FigureFacts]:
    """The figures that count: of each kind the latest, and after it those of other people. Where there is a figure of
    everybody at a place, those of locals, displaced people and returnees there are a part of it, unless they are
    more."""
    by_kind: dict[tuple[str | None, Aim, Reach, GroupProfile | None], list[FigureFacts]] = defaultdict(list)
    for figure in sorted(figures, key=lambda each: (each.as_of, each.are_others, each.id)):
        kept = by_kind[_kind(figure)]
        if not figure.are_others:
            kept.clear()
        kept.append(figure)
    places = dict.fromkeys((site_id, aim, reach) for site_id, aim, reach, _about in by_kind)
    counting: list[FigureFacts] = []
    for place in places:
        everybody = by_kind.get((*place, None), [])
        parts = [each for about in GroupProfile for each in by_kind.get((*place, about), [])]
        counting += everybody if everybody and _total(parts) <= _total(everybody) else parts
    return counting


def _total(figures: Iterable[FigureFacts]) -> int:
    return sum(each.number for each in figures)


def add_up(counting: Sequence[FigureFacts]) -> Sum:
    """What figures that count come to, and how many people may stand in two of them.

    Whoever is in two figures is counted twice at most; of a figure that is "at least" nobody can say how often.
    """
    twice: int | None = 0
    overlapping: list[str] = []
    for cluster in _clusters(counting):
        overlapping += [each.id for each in cluster]
        if twice is None or any(each.exactness == Exactness.AT_LEAST for each in cluster):
            twice = None
        else:
            twice += _total(cluster) - max(each.number for each in cluster)
    return Sum(
        number=_total(counting), exactness=join({each.exactness for each in counting}),
        figures=tuple(each.id for each in counting), overlapping=tuple(overlapping), twice_at_most=twice,
    )  # fmt: skip


def _clusters(figures: Sequence[FigureFacts]) -> list[list[FigureFacts]]:
    """Figures that may count the same people, those that hang together in one list."""
    by_id = {each.id: each for each in figures}
    near: dict[str, set[str]] = {id: set() for id in by_id}
    for each in figures:
        for other in each.overlaps & by_id.keys():
            near[each.id].add(other)
            near[other].add(each.id)
    found: list[list[FigureFacts]] = []
    seen: set[str] = set()
    for id in by_id:
        reached, ahead = [], [id] if id not in seen and near[id] else []
        while ahead:
            here = ahead.pop()
            if here not in seen:
                seen.add(here)
                reached.append(by_id[here])
                ahead += sorted(near[here])
        if reached:
            found.append(reached)
    return found


def join(kinds: Collection[Exactness]) -> Exactness:
    """How a sum of numbers is to be read: bounds on one side stay, on both sides it is about.

    >>> join({Exactness.EXACT, Exactness.AT_LEAST}).value, join({Exactness.AT_LEAST, Exactness.ABOUT}).value
    ('at_least', 'about')
    """
    loose = set(kinds) - {Exactness.EXACT}
    return Exactness.EXACT if not loose else loose.pop() if len(loose) == 1 else Exactness.ABOUT


def break_down(figures: Sequence[FigureFacts]) -> dict[Breakdown, list[tuple[PeopleGroup | None, int]]]:
    """By each breakdown of which anything is known: (group, number), and last (None, how many are not known)."""
    total = _total(figures)
    known: dict[PeopleGroup, int] = defaultdict(int)
    for figure in figures:
        if figure.about is not None:
            known[PeopleGroup(figure.about.value)] += figure.number
        for group, number in figure.shares:
            known[group] += number
    found: dict[Breakdown, list[tuple[PeopleGroup | None, int]]] = {}
    for breakdown, groups in GROUPS.items():
        rows: list[tuple[PeopleGroup | None, int]] = [(group, known[group]) for group in groups if group in known]
        if rows:
            rest = total - sum(number for _group, number in rows)
            found[breakdown] = [*rows, (None, rest)] if rest > 0 else rows
    return found
