"""Draws docs/model.md from the models and the transition tables that the program runs on: `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import BigInteger, Boolean, Date, Enum, LargeBinary, Table, UniqueConstraint

from casetracker import features
from casetracker.asylum.states import OUTCOME_MOVES
from casetracker.casefile.states import NEXT_STAGE
from casetracker.cases.states import PERSON_MOVES, REFERRAL_MOVES, STAGE_MOVES
from casetracker.core.db import Base, JsonText, Tracked, UTCDateTime
from casetracker.core.labels import label_id
from casetracker.disbursements.states import STEPS, TRANSITIONS
from casetracker.grants.states import GRANT_MOVES
from casetracker.ledger.states import MOVES
from casetracker.payments.states import REVERSAL_MOVES
from casetracker.plans.states import PLAN_MOVES

PAGE = Path(__file__).with_name("model.md")
HEAD = """# The model

Drawn by `docs/draw_model.py` from the models and from the transition tables that the program runs on
(`make docs`); a test compares. Do not edit by hand.

`PK` primary key, `FK` refers to another table, `UK` unique by itself. *personal*: the history holds a salted
hash, and the value can be erased. *secret*: the history holds a hash alone. Amounts are whole minor units,
identifiers random text. Every tracked row counts its `version` (left out below) and stands in one chain.
"""

Arrows = list[tuple[str, str, str]]


def draw() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_lives(), *_tables()]) + "\n"


def _diagram(kind: str, lines: Iterable[str]) -> str:
    return "\n".join(["```mermaid", kind, *(f"    {line}" for line in lines), "```", ""])


def _lives() -> Iterator[str]:
    yield "## Lives\n"
    stages: Arrows = [(a, b, "next") for a, b in NEXT_STAGE.items()]
    stages += [(a, b, "close") for a, after in STAGE_MOVES.items() for b in after if b == "closed"]
    stages += [(a, b, "reopen") for a, after in STAGE_MOVES.items() for b in after if a == "closed"]
    yield from _life("A case", "The step *asylum* is computed for the sending side and never stored.", stages)
    yield from _life("A person on a case", "", _plain(PERSON_MOVES))
    yield from _life("A referral", "", _plain(REFERRAL_MOVES))
    yield from _life("An asylum application", "", _plain(OUTCOME_MOVES))
    yield from _life("A grant", "", _plain(GRANT_MOVES))
    plan: Arrows = [(a, b, str(act)) for act, moves in PLAN_MOVES.items() for a, b in moves.items()]
    yield from _life("A plan", "", plan)
    yield from _life("A disbursement", "Draft again is an edit: it releases the money.", _plain(TRANSITIONS))
    for terms, steps in STEPS.items():
        way: Arrows = [(a, b, "") for a, b in zip(("planned", *steps), steps, strict=False)]
        yield from _life(f"An instalment: {_words(terms)}", "Until it is paid it may be skipped.", way)
    yield from _life("A reversal", "", _plain(REVERSAL_MOVES))
    outside = "outside"
    money: Arrows = [(source or outside, target or outside, str(move)) for move, (source, target) in MOVES.items()]
    yield from _life("Money", "Every arrow is a posting that stays; a balance is their sum.", money)


def _words(value: Any) -> str:
    return label_id(value) if isinstance(value, StrEnum) else str(value)


def _plain(moves: Mapping[Any, Iterable[Any]]) -> Arrows:
    return [(state, after, "") for state, many in moves.items() for after in sorted(many)]


def _life(title: str, note: str, arrows: Arrows) -> Iterator[str]:
    yield f"### {title}\n"
    if note:
        yield f"{note}\n"
    lines = [f"[*] --> {arrows[0][0]}"]
    for source, target, label in sorted(arrows, key=lambda arrow: tuple(map(str, arrow))):
        lines.append(f"{source} --> {target}" + (f" : {label.replace('_', ' ')}" if label else ""))
    ends = {str(target) for _, target, _ in arrows} - {str(source) for source, _, _ in arrows}
    yield _diagram("stateDiagram-v2", [*lines, *(f"{end} --> [*]" for end in sorted(ends))])


def _tables() -> Iterator[str]:
    features.load("models")
    yield "## Tables\n"
    rooms: dict[str, list[Any]] = {}
    for mapper in Base.registry.mappers:
        rooms.setdefault(mapper.class_.__module__.split(".")[1], []).append(mapper)
    for room in ("core", *features.FEATURES):
        mappers = sorted(rooms.get(room, []), key=lambda mapper: str(mapper.local_table.name))
        if mappers:
            yield f"### {room}\n"
            yield "| table | holds | stands in |\n|---|---|---|"
            for mapper in mappers:
                told = " ".join((mapper.class_.__doc__ or "").split()).replace("|", "/")
                yield f"| `{mapper.local_table.name}` | {told} | {_chain(mapper.class_)} |"
            yield ""
            yield _diagram("erDiagram", _entities([mapper.local_table for mapper in mappers]))


def _chain(cls: type[Any]) -> str:
    if not issubclass(cls, Tracked):
        return "no chain"
    if cls.__owner__ is None:
        return "system"
    part = cls.__part__
    return f"the row's own {part[1:]}" if part.startswith(".") else str(part)


def _entities(tables: list[Table]) -> Iterator[str]:
    for table in tables:
        yield f"{table.name} {{"
        for column in table.columns:
            if column.name != "version":
                yield f"    {_type(column)} {column.name}{_keys(table, column)}{_remark(column)}"
        yield "}"
    for table in tables:
        for constraint in sorted(table.foreign_key_constraints, key=lambda key: list(key.column_keys)):
            many = "o|" if _alone(table, constraint.column_keys) else "o{"
            one = "|o" if any(column.nullable for column in constraint.columns) else "||"
            names = ", ".join(constraint.column_keys)
            yield f'{constraint.referred_table.name} {one}--{many} {table.name} : "{names}"'


def _type(column: Any) -> str:
    names = (
        (Boolean, "boolean"), (BigInteger, "whole"), (UTCDateTime, "moment"), (Date, "day"),
        (JsonText, "json"), (LargeBinary, "bytes"), (Enum, "word"),
    )  # fmt: skip
    return next((name for kind, name in names if isinstance(column.type, kind)), "text")


def _alone(table: Table, names: Iterable[str]) -> bool:
    keys = [{c.name for c in table.primary_key}]
    keys += [{c.name for c in u.columns} for u in table.constraints if isinstance(u, UniqueConstraint)]
    keys += [{c.name for c in i.columns} for i in table.indexes if i.unique and not i.dialect_kwargs]
    return set(names) in keys


def _keys(table: Table, column: Any) -> str:
    keys = ["PK"] if column.primary_key else []
    keys += ["FK"] if column.foreign_keys else []
    keys += ["UK"] if not column.primary_key and _alone(table, [column.name]) else []
    return " " + ", ".join(keys) if keys else ""


def _remark(column: Any) -> str:
    remarks = [str(column.info["history"])] if "history" in column.info else []
    remarks += ["may be empty"] if column.nullable else []
    return f' "{", ".join(remarks)}"' if remarks else ""


if __name__ == "__main__":
    PAGE.write_text(draw(), encoding="utf-8")
