"""Who holds grants and whom a plan is for: the persons of a case; of another kind of dossier, what its room names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from casetracker.cases.queries import persons_of
from casetracker.core.errors import NotFound
from casetracker.grants.states import Holder


class Holders(Protocol):
    """The room of a kind of dossier whose grants are no person's: it lies above, and `features.py` hands it in."""

    def holders_of(self, dossier_ids: Iterable[str]) -> dict[str, list[Holder]]:
        """dossier id -> the dossier itself, then what its plan may be for, in order; a constant number of queries."""

    def served_by(self, dossier_id: str) -> Mapping[str, Sequence[str]]:
        """activity id -> ids of the holders that it is for; one query."""

    def serve(self, dossier_id: str, activity_id: str, holder_ids: set[str]) -> None:
        """Inside the command that saves the activity: keep for whom it is."""


_others: Holders | None = None


def use(others: Holders | None) -> None:
    """Hand in who answers for dossiers without persons; None: nobody."""
    global _others
    _others = others


def holders_of(dossier_ids: Iterable[str]) -> dict[str, list[Holder]]:
    """dossier id -> its persons in order; of a dossier without persons what its room names."""
    wanted = sorted(set(dossier_ids))
    found = {
        id: [
            Holder(id=p.id, name=p.name, is_adult=p.is_adult, guardian_id=p.guardian_id, is_active=p.is_active)
            for p in persons
        ]
        for id, persons in persons_of(wanted).items()
        if persons
    }
    missing = [id for id in wanted if id not in found]
    if missing and _others is not None:
        found |= _others.holders_of(missing)
    return found


def list_holders(dossier_id: str) -> list[Holder]:
    """The same of one dossier."""
    return holders_of([dossier_id]).get(dossier_id, [])


def get_holder(dossier_id: str, holder_id: str) -> Holder:
    """One of them; NotFound where it is none of this dossier's."""
    found = next((each for each in list_holders(dossier_id) if each.id == holder_id), None)
    if found is None:
        raise NotFound("holder")
    return found


def served_by(dossier_id: str) -> Mapping[str, Sequence[str]]:
    """activity id -> what it is for, of a dossier without persons."""
    return _others.served_by(dossier_id) if _others is not None else {}


def serve(dossier_id: str, activity_id: str, holder_ids: set[str]) -> None:
    """Keep for whom an activity of a dossier without persons is."""
    if _others is not None:
        _others.serve(dossier_id, activity_id, holder_ids)
