"""An account's entries in pages: what stands after each, which change a figure, where they stand in a case."""

from __future__ import annotations

import pytest

from casetracker.core import ids
from casetracker.core.db import db
from casetracker.events.models import EventRow
from casetracker.events.timeline import find_keys, read_entries
from casetracker.ledger.entry_queries import Entries, load_entries
from casetracker.ledger.models import LedgerPosting
from casetracker.ledger.states import Move, Place
from tests.ledger.test_posting import move, start
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("app")


def acted() -> tuple[str, str]:
    """A dossier and its account with five entries: 100 awarded, 60 reserved, 50 committed, 45 spent, 15 reversed."""
    dossier, [account] = start()
    steps = ((Move.AWARD, 100), (Move.RESERVE, 60), (Move.COMMIT, 50), (Move.SPEND, 45), (Move.REVERSE, 15))
    for kind, amount in steps:
        move(kind, {account: amount}, dossier)
    return dossier, account


def stood(entries: Entries) -> list[tuple[int, ...]]:
    """After each entry: left, reserved, committed, spent, all together."""
    return [tuple(row.after[place] for place in Place) for row in entries.items]


def test_each_page_goes_on_from_the_one_before() -> None:
    _dossier, account = acted()
    pages = [load_entries(account, number=number, size=2) for number in (1, 2, 3)]
    assert [stood(page) for page in pages] == [
        [(100, 0, 0, 0, 100), (40, 60, 0, 0, 100)],
        [(40, 10, 50, 0, 100), (40, 10, 5, 45, 100)],
        [(55, 10, 5, 30, 100)],
    ]  # fmt: skip
    assert [page.is_last for page in pages] == [False, False, True]
    assert {(page.total, page.entries, page.pages, page.sum) for page in pages} == {(5, 5, 3, 100)}
    beyond = load_entries(account, number=99, size=2)
    assert (beyond.number, stood(beyond)) == (3, stood(pages[2])), "beyond the last is the last"


def test_a_figure_opens_to_what_changes_it() -> None:
    _dossier, account = acted()
    first, last = (load_entries(account, Place.AWARDED, number=number, size=2) for number in (1, 2))
    assert [[row.change for row in page.items] for page in (first, last)] == [[100, -60], [15]]
    assert [row.after[Place.AWARDED] for row in last.items] == [55], "the sum so far counts the page before"
    assert (last.total, last.sum, last.is_last, first.is_last) == (3, 55, True, False)
    spent = load_entries(account, Place.SPENT)
    assert ([row.change for row in spent.items], spent.sum) == ([45, -15], 30)
    nobody = load_entries(account, within=LedgerPosting.owner_id == "nobody")
    assert (nobody.is_known, nobody.total, nobody.items, nobody.is_last) == (False, 0, (), True)


def test_the_queries_do_not_grow_with_the_entries() -> None:
    _dossier, account = acted()
    asked = []
    for number, size, named in ((1, 1, False), (1, 5, False), (2, 1, False), (2, 3, False), (1, 1, True), (1, 5, True)):
        db.session.rollback()
        with counted() as sent:
            load_entries(account, number=number, size=size, named=named)
        asked.append(len(sent))
    assert asked == [2, 2, 3, 3, 4, 4]


def test_an_entry_leads_to_where_it_stands_in_its_case() -> None:
    dossier, account = acted()
    rows = load_entries(account).items
    assert len({row.key for row in rows}) == 5
    for row in rows:
        chain_id, _line, seq = str(row.key).rpartition("-")
        [entry] = read_entries([db.session.get_one(EventRow, (chain_id, int(seq)))])
        assert row.posting.id in {change.row for change in entry.changes}
    unknown = (ids.new_id(), dossier, rows[0].posting.at)
    elsewhere = (rows[0].posting.id, ids.new_id(), rows[0].posting.at)
    assert find_keys([unknown, elsewhere]) == {}
