"""The words for the values of enumerations, one per value, the same in form, table, event, page and export."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.permissions import Role

_LABELS: dict[type[StrEnum], dict[StrEnum, str]] = {}


def name_values(labels: Mapping[StrEnum, str]) -> None:
    """Give every value of an enumeration, or of several, its English words (marked with N_); one left out is a
    fault."""
    for kind in {type(value) for value in labels}:
        named = {value: words for value, words in labels.items() if type(value) is kind}
        missing = [value for value in kind if value not in named]
        if missing:
            raise ValueError(f"{kind.__name__} has values without words: {missing}")
        _LABELS[kind] = named


def label_id(value: StrEnum) -> str:
    """The English words of a value, to be translated where they are shown; the value itself where none were given."""
    return _LABELS.get(type(value), {}).get(value, str(value.value))


def labelled(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """(value, English words) of an enumeration, in its order."""
    return [(str(value.value), label_id(value)) for value in kind]


name_values({
    Role.CASEWORKER: N_("Caseworker"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.FINANCE_OFFICER: N_("Finance officer"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.SYSTEM: N_("System"),
    Role.OPERATOR: N_("Operator"),
})  # fmt: skip
