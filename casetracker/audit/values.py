"""Personal values beside their events: each is what its hash says, stands where the body says; none is left over."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from casetracker.audit.states import Finding
from casetracker.core.db import byte_order, raw_column
from casetracker.events.models import PersonalValue

BATCH = 1000
_PLACE = ("tbl", "pk", "col", "row_version", "chain_id", "seq")


class Values:
    """Reads the values in the order of the events that they belong to; only one event's are held at a time."""

    def __init__(self, live: Connection) -> None:
        table, dialect = PersonalValue.__table__, live.dialect.name
        self.live = live
        self.query = select(*(raw_column(c, dialect).label(c.name) for c in table.columns))
        query = self.query.order_by(byte_order(table.c.chain_id, dialect), table.c.seq)
        self.rows = iter(live.execute(query, execution_options={"yield_per": BATCH}))
        self.next: Any = next(self.rows, None)
        self.here: dict[Any, Any] = {}

    def open(self, chain_id: Any, seq: Any) -> list[Finding]:
        """Take up the values of this event; what was passed by belongs to none."""
        found: list[Finding] = []
        here = self.here = {}
        while (row := self.next) is not None:
            if row[6] == seq and row[5] == chain_id:
                key, salt, value = row[0], row[7], row[8]
                here[key] = row
                if type(salt) is not bytes or type(value) is not str or _digest(salt, value) != key:
                    _tell(row, found)
            elif _is_before(row, chain_id, seq):
                found.append(_left_over(row))
            else:
                break
            self.next = next(self.rows, None)
        return found

    def use(self, key: Any, place: tuple[Any, ...], found: list[Finding]) -> Any:
        """The value (JSON text, None if erased) that a body speaks of as `key`, for the row or event at `place`."""
        row = self.here.pop(key, None)
        if row is not None and row[1:7] == place:
            return row[8]
        what = f"{place[0]}.{place[2]} of {place[1]}"
        if row is None:
            query = self.query.where(PersonalValue.__table__.c.hash == str(key))
            row = self.live.execute(query).first()
        if row is None:
            found.append(Finding("personal_value", str(key), "hash", f"the value recorded for {what} is gone"))
            return None
        for column, there, expected in zip(_PLACE, row[1:7], place, strict=True):
            if there != expected:
                found.append(Finding("personal_value", str(key), column, f"does not say that this is {what}"))
                break
        return row[8]

    def pass_by(self, key: Any) -> Any:
        """The value, if it is one, of a column that is gone or has another name today: was it personal, who knows."""
        row = self.here.pop(key, None) if isinstance(key, str) else None
        return None if row is None else row[8]

    def close(self) -> list[Finding]:
        """What the event did not speak of."""
        return [_left_over(row) for row in self.here.values()] if self.here else []

    def rest(self) -> Iterator[Finding]:
        """What comes after the last event."""
        while self.next is not None:
            yield _left_over(self.next)
            self.next = next(self.rows, None)


def _is_before(row: Any, chain_id: Any, seq: Any) -> bool:
    """Whether no later event can be the value's; a place that is none comes first."""
    if type(row[5]) is not str or type(row[6]) is not int or type(chain_id) is not str or type(seq) is not int:
        return type(row[5]) is not str or type(row[6]) is not int or str(row[5]) < str(chain_id)
    return bool((row[5], row[6]) < (chain_id, seq))


def _digest(salt: bytes, value: str) -> str:
    return sha256(salt + value.encode("utf-8", "backslashreplace")).hexdigest()


def _tell(row: Any, found: list[Finding]) -> None:
    """What is wrong with a value that is not what its hash says; nothing where it was erased."""
    key, salt, value = row[0], row[7], row[8]
    if type(salt) is bytes and type(value) is str:
        what = f"is not what {row[1]}.{row[3]} of {row[2]} was recorded as"
        found.append(Finding("personal_value", str(key), "value", what))
    elif (salt is None) != (value is None):
        found.append(Finding("personal_value", str(key), "salt", "salt and value were not erased together"))
    elif salt is not None:
        found.append(Finding("personal_value", str(key), "value", "is no value"))


def _left_over(row: Any) -> Finding:
    return Finding("personal_value", str(row[0]), "hash", "stands in no entry of the record")
