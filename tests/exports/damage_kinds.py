"""The kinds of damage: what is done to a bundle's files, and how far whoever did it may go on to hide it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.exports.damages import (
    HASHED,
    NOT_HASHED,
    RECORD,
    SIGNED,
    Damaged,
    canonical,
    rehash,
    relink,
    resign,
    sha,
)

Kind = Callable[[Damaged], None]
KINDS: list[tuple[Kind, tuple[int, ...]]] = []


def kind(*depths: int) -> Callable[[Kind], Kind]:
    """Note a kind of damage with the depths to which it can be hidden without becoming another true bundle."""

    def note(func: Kind) -> Kind:
        KINDS.append((func, depths))
        return func

    return note


def damage(it: Damaged, number: int) -> str:
    """Do the damage of this number; says which."""
    func, depths = KINDS[number % len(KINDS)]
    func(it)
    depth = it.rng.choice(depths)
    if depth >= HASHED:
        rehash(it)
    if depth == SIGNED:
        resign(it)
    return f"{func.__name__} {depth}"


def flipped(it: Damaged, content: bytes) -> bytes:
    """One bit otherwise."""
    place = it.rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << it.rng.randrange(8)]) + content[place + 1 :]


@kind(NOT_HASHED, HASHED)
def a_bit_of_a_file(it: Damaged) -> None:
    name = it.rng.choice(it.named)
    it.files[name] = flipped(it, it.files[name])


@kind(NOT_HASHED)
def a_bit_of_the_record(it: Damaged) -> None:
    name = it.rng.choice(["manifest.json", "record/head.json", "record/entry.json", "record/chains.jsonl"])
    while True:
        content = flipped(it, it.files[name])
        if as_told(content) != as_told(it.files[name]):
            break
    it.files[name] = content


def as_told(content: bytes) -> Any:
    """What it says, without what nobody reads in it."""
    try:
        lines = [json.loads(line) for line in content.splitlines()] if content[:2] != b"{\n" else json.loads(content)
    except ValueError:
        return None
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict):
            line.pop("leaves", None)
    return lines


@kind(NOT_HASHED, HASHED)
def a_file_gone(it: Damaged) -> None:
    del it.files[it.rng.choice(it.named)]


@kind(NOT_HASHED)
def a_file_of_the_record_gone(it: Damaged) -> None:
    del it.files[it.rng.choice(["manifest.json", *RECORD])]


@kind(NOT_HASHED, HASHED)
def a_file_more(it: Damaged) -> None:
    it.files[it.rng.choice(["cases/note.txt", "zz", "A.txt", "record/more.json"])] = b"more"


@kind(NOT_HASHED, HASHED)
def two_files_swapped(it: Damaged) -> None:
    one, other = it.rng.sample(it.named, 2)
    it.files[one], it.files[other] = it.files[other], it.files[one]


@kind(NOT_HASHED, HASHED)
def a_file_renamed(it: Damaged) -> None:
    name = it.rng.choice(it.named)
    it.files[name + "x"] = it.files.pop(name)


@kind(SIGNED)
def a_document_of_nobody(it: Damaged) -> None:
    name = it.rng.choice([name for name in it.named if "/documents/" in name])
    it.files[name] += b"x"


@kind(SIGNED)
def documents_of_other_cases(it: Damaged) -> None:
    names = [name for name in it.named if "/documents/" in name]
    one = it.rng.choice(names)
    other = it.rng.choice([name for name in names if name.split("/")[1] != one.split("/")[1]])
    it.files[one], it.files[other] = it.files[other], it.files[one]


@contextmanager
def lines_of(it: Damaged) -> Iterator[list[Any]]:
    """The lines of a history, to be changed."""
    name = it.history()
    told = it.lines(name)
    yield told
    it.put(name, told)


def some(it: Damaged, told: list[Any], line: str) -> int:
    """The number of a line of this kind."""
    return it.rng.choice([number for number, each in enumerate(told) if each["line"] == line])


@kind(NOT_HASHED, HASHED, SIGNED)
def an_entry_dropped(it: Damaged) -> None:
    with lines_of(it) as told:
        del told[some(it, told, "entry")]


@kind(SIGNED)
def an_entry_dropped_and_counted(it: Damaged) -> None:
    with lines_of(it) as told:
        del told[some(it, told, "entry")]
        told[-1]["entries"] -= 1


@kind(NOT_HASHED, HASHED, SIGNED)
def two_entries_swapped(it: Damaged) -> None:
    with lines_of(it) as told:
        one = some(it, told, "entry")
        other = it.rng.choice([n for n, each in enumerate(told) if each["line"] == "entry" and n != one])
        told[one], told[other] = told[other], told[one]


@kind(NOT_HASHED, HASHED, SIGNED)
def an_entry_edited(it: Damaged) -> None:
    with lines_of(it) as told:
        edit(it, told[some(it, told, "entry")])


@kind(NOT_HASHED, HASHED, SIGNED)
def an_entry_edited_with_its_hash(it: Damaged) -> None:
    with lines_of(it) as told:
        entry = told[some(it, told, "entry")]
        edit(it, entry)
        entry["hash"] = sha(entry["body"].encode())


@kind(HASHED)
def an_entry_edited_and_the_chain_made_again(it: Damaged) -> None:
    name = it.history()
    told = it.lines(name)
    edit(it, told[some(it, told, "entry")])
    relink(it, name, told)


@kind(HASHED)
def an_entry_dropped_and_the_chain_made_again(it: Damaged) -> None:
    name = it.history()
    told = it.lines(name)
    places = [n for n, each in enumerate(told) if each["line"] == "entry" and each["seq"] > 1]
    place = it.rng.choice(places)
    del told[place]
    while told[place]["line"] == "value":
        del told[place]
        told[-1]["values"] -= 1
    told[-1]["entries"] -= 1
    relink(it, name, told)


def edit(it: Damaged, entry: dict[str, Any]) -> None:
    """Somebody else did it, or at another time."""
    body = json.loads(entry["body"])
    body |= it.rng.choice([{"kind": "case.closed"}, {"at": "2020-01-01T00:00:00.000000Z"}, {"actor": {"id": "x"}}])
    entry["body"] = canonical(body).decode()


@kind(NOT_HASHED, HASHED, SIGNED)
def a_value_altered(it: Damaged) -> None:
    with lines_of(it) as told:
        told[some(it, told, "value")]["value"] = '"somebody else"'


@kind(HASHED, SIGNED)
def a_value_altered_with_its_hash(it: Damaged) -> None:
    with lines_of(it) as told:
        value = told[some(it, told, "value")]
        value["value"] = '"somebody else"'
        value["hash"] = sha(bytes.fromhex(value["salt"]) + value["value"].encode())


@kind(NOT_HASHED, HASHED, SIGNED)
def a_value_gone(it: Damaged) -> None:
    with lines_of(it) as told:
        del told[some(it, told, "value")]


@kind(SIGNED)
def half_a_value_erased(it: Damaged) -> None:
    with lines_of(it) as told:
        told[some(it, told, "value")][it.rng.choice(["salt", "value"])] = None


@kind(SIGNED)
def a_value_elsewhere(it: Damaged) -> None:
    with lines_of(it) as told:
        value = told.pop(some(it, told, "value"))
        told.insert(len(told) - 1 if value["chain"] != told[-2]["chain"] else 1, value)


@kind(SIGNED)
def another_end(it: Damaged) -> None:
    with lines_of(it) as told:
        told[-1][it.rng.choice(["entries", "values"])] += 1


@kind(SIGNED)
def no_end(it: Damaged) -> None:
    with lines_of(it) as told:
        told.pop()


@kind(SIGNED)
def after_the_end(it: Damaged) -> None:
    with lines_of(it) as told:
        told.append(told[it.rng.choice([1, -1])])


@kind(SIGNED)
def a_line_of_no_kind(it: Damaged) -> None:
    with lines_of(it) as told:
        told.insert(it.rng.randrange(1, len(told)), {"line": "note"})


@kind(SIGNED)
def the_history_of_another_case(it: Damaged) -> None:
    one, other = sorted(name for name in it.named if name.endswith("history.jsonl"))[:2]
    it.files[one] = it.files[other]


@kind(SIGNED)
def a_last_line_half(it: Damaged) -> None:
    name = it.history()
    it.files[name] = it.files[name][:-1]
