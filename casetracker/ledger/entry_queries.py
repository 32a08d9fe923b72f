"""The entries of an account in pages: the rows that make each of its figures, with what they were for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from casetracker.core.db import db
from casetracker.core.errors import Message
from casetracker.events.timeline import find_keys
from casetracker.ledger.models import LedgerEntry, LedgerPosting
from casetracker.ledger.states import Move, Place, sign_of
from casetracker.web.pagination import SIZE, Page


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a posting was for, in words, and the view of its case (with its arguments) where that stands."""

    words: Message
    endpoint: str
    args: Mapping[str, str] = field(default_factory=dict)


Source = Callable[[list[str]], dict[str, Subject]]
_sources: dict[str, Source] = {}


def use_subjects(kind: str, source: Source) -> None:
    """Who posts for subjects of this kind lies higher, and hands in what they are called: ids -> subjects, with a
    constant number of queries."""
    _sources[kind] = source


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """An entry: `amount` along the posting's move, `change` of the figure asked for (without one: of all four
    together), and what stands in each place after it; minor units. `key`: its entry in the timeline, if one is known.
    """

    posting: LedgerPosting
    amount: int
    change: int
    after: Mapping[Place, int]
    subject: Subject | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Entries(Page[EntryRow]):
    """A page of an account's entries, oldest first: those that change `place`, or all of them. `sums` are made of all
    `entries` that the reader may see, not of the balance that is kept."""

    place: Place | None
    sums: Mapping[Place, int]
    entries: int

    @property
    def is_known(self) -> bool:
        """Whether the reader sees any entry of the account, asked for or not."""
        return self.entries > 0

    @property
    def is_last(self) -> bool:
        """Whether no entries come after these."""
        return self.number >= self.pages

    @property
    def sum(self) -> int:
        """What the entries asked for add up to."""
        return self.sums[self.place or Place.USED]


def read_place(text: str | None) -> Place | None:
    """The figure that an address asks for; None where it names none."""
    return Place(text) if text in set(Place) else None


def load_entries(
    account_id: str,
    place: Place | None = None,
    *,
    number: int = 1,
    size: int = SIZE,
    within: ColumnElement[bool] | None = None,
    named: bool = True,
) -> Entries:
    """One page of the account's entries; a page beyond the last is the last. `within` is a condition on LedgerPosting:
    what the reader may see. Two queries, beyond the first page three; `named`, what they were for and where they stand
    in a case, two more and those of each kind of subject."""
    query = (
        select(LedgerPosting, LedgerEntry.amount)
        .join(LedgerEntry, LedgerEntry.posting_id == LedgerPosting.id)
        .where(LedgerEntry.account_id == account_id)
    )
    if within is not None:
        query = query.where(within)
    everything = _per_move(query)
    if place is not None:
        query = query.where(LedgerPosting.move.in_(moves_of(place)))
    total = sum(n for move, (n, _amount) in everything.items() if place is None or sign_of(move, place))
    number = max(1, min(number, -(-total // size)))
    ordered = query.order_by(LedgerPosting.at, LedgerPosting.id).offset((number - 1) * size).limit(size)
    found = [(posting, amount) for posting, amount in db.session.execute(ordered)]
    before = _sums(_before(query, found[0][0])) if number > 1 and found else dict.fromkeys(Place, 0)
    return Entries(
        place=place, number=number, total=total, size=size,
        items=tuple(_rows(found, before, place or Place.USED, named)), sums=_sums(everything),
        entries=sum(n for n, _amount in everything.values()),
    )  # fmt: skip


def moves_of(place: Place) -> list[Move]:
    """The moves that change this figure."""
    return [move for move in Move if sign_of(move, place)]


def _per_move(query: Select[LedgerPosting, int]) -> dict[Move, tuple[int, int]]:
    sums = query.with_only_columns(LedgerPosting.move, func.count(), func.sum(LedgerEntry.amount))
    return {move: (n, int(amount)) for move, n, amount in db.session.execute(sums.group_by(LedgerPosting.move))}


def _before(query: Select[LedgerPosting, int], first: LedgerPosting) -> dict[Move, tuple[int, int]]:
    order = (LedgerPosting.at, LedgerPosting.id)
    here = tuple_(first.at, first.id, types=[column.type for column in order])
    return _per_move(query.where(tuple_(*order) < here))


def _sums(per_move: Mapping[Move, tuple[int, int]]) -> dict[Place, int]:
    return {
        place: sum(sign_of(move, place) * amount for move, (_n, amount) in per_move.items()) for place in Place
    }  # fmt: skip


def _rows(
    found: list[tuple[LedgerPosting, int]], stands: dict[Place, int], place: Place, named: bool
) -> Iterable[EntryRow]:
    subjects = _subjects(posting for posting, _amount in found) if named else {}
    keys = find_keys((row.id, row.owner_id, row.at) for row, _amount in found) if named else {}
    for posting, amount in found:
        stands = {each: stood + sign_of(posting.move, each) * amount for each, stood in stands.items()}
        yield EntryRow(
            posting=posting, amount=amount, change=sign_of(posting.move, place) * amount, after=stands,
            subject=subjects.get((posting.subject_kind, posting.subject_id)), key=keys.get(posting.id),
        )  # fmt: skip


def _subjects(postings: Iterable[LedgerPosting]) -> dict[tuple[str, str], Subject]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for posting in postings:
        wanted[posting.subject_kind].add(posting.subject_id)
    return {
        (kind, id): subject
        for kind, ids in sorted(wanted.items())
        if kind in _sources
        for id, subject in _sources[kind](sorted(ids)).items()
    }
