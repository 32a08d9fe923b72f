"""Why equipment is not entered, received, checked or handed over like that, and what is missing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from datetime import date

from casetracker.community.equipment_states import (
    CheckEntry,
    CustodyEntry,
    EquipmentEntry,
    EquipmentFacts,
    EquipmentState,
    MissingSettlement,
)
from casetracker.community.rules import why_left, why_not_day
from casetracker.community.states import SiteFacts, SiteStage
from casetracker.core.errors import N_, Message


def state_of(facts: EquipmentFacts) -> EquipmentState:
    """How far the equipment has come."""
    if facts.is_cancelled:
        return EquipmentState.CANCELLED
    return EquipmentState.PLANNED if facts.received_on is None else EquipmentState.RECEIVED


def why_cancelled(facts: EquipmentFacts) -> Message | None:
    """Why nothing is entered any more about equipment that was cancelled."""
    return Message(N_("This equipment was cancelled.")) if facts.is_cancelled else None


def why_not_edit(facts: EquipmentFacts) -> Message | None:
    """Why what the equipment is does not change any more."""
    if (refused := why_cancelled(facts)) is not None:
        return refused
    handed = Message(N_("This equipment was handed over: what it is stands in the certificate."))
    return handed if facts.handed_on is not None else None


def why_not_serials(serials: tuple[str, ...], quantity: int, elsewhere: Set[str]) -> Message | None:
    """Why these serial numbers are not taken; `elsewhere`: those of other equipment of the project."""
    if len(serials) > quantity:
        return Message(N_("There are more serial numbers than pieces."), {}, "serials")
    twice = next((number for number, times in Counter(serials).items() if times > 1), None)
    twice = twice or next((number for number in serials if number in elsewhere), None)
    if twice is not None:
        return Message(N_("The serial number %(number)s stands in this project already."), {"number": twice}, "serials")
    return None


def why_not_quantity(entry: EquipmentEntry, facts: EquipmentFacts) -> Message | None:
    """Why so few pieces cannot stand: pieces that were written off remain part of the number."""
    gone = facts.quantity - facts.left
    if entry.quantity < gone:
        return Message(N_("%(number)d pieces were written off already."), {"number": gone}, "quantity")
    return None


def why_not_receive(facts: EquipmentFacts, day: date, today: date) -> Message | None:
    """Why the equipment was not received on this day."""
    if (refused := why_cancelled(facts)) is not None:
        return refused
    if facts.received_on is not None:
        return Message(N_("This equipment was received already."))
    return why_not_day(day, today, "received_on")


def why_not_here(facts: EquipmentFacts) -> Message | None:
    """Why nothing is entered about equipment that is not there."""
    if (refused := why_cancelled(facts)) is not None:
        return refused
    return Message(N_("Enter first that it was received.")) if facts.received_on is None else None


def why_not_custody(facts: EquipmentFacts, now: CustodyEntry, wanted: CustodyEntry) -> Message | None:
    """Why custody does not change like that."""
    if (refused := why_not_here(facts)) is not None:
        return refused
    return Message(N_("That is how it stands already."), {}, "custodian") if now == wanted else None


def why_not_check(facts: EquipmentFacts, entry: CheckEntry, today: date) -> Message | None:
    """Why a check did not find this."""
    if (refused := why_not_here(facts)) is not None:
        return refused
    if entry.found > facts.left:
        params = {"left": facts.left}
        return Message(N_("There should be %(left)d: more cannot be found."), params, "found")
    if unknown := sorted(set(entry.missing) - facts.serials):
        return Message(N_("%(number)s is no serial number of this equipment."), {"number": unknown[0]}, "missing")
    if len(set(entry.missing)) > facts.left - entry.found:
        return Message(N_("More serial numbers are missing than pieces."), {}, "missing")
    if facts.received_on is not None and entry.day < facts.received_on:
        return Message(N_("It was received later than that."), {}, "day")
    return why_not_day(entry.day, today, "day")


def why_not_settle(expected: int, found: int, settlement: MissingSettlement | None) -> Message | None:
    """Why nothing is to be settled about what a check did not find."""
    if found == expected:
        return Message(N_("Nothing was missing."))
    return Message(N_("This was settled already.")) if settlement is not None else None


def count_written_off(settlement: MissingSettlement, found: int, left: int) -> int:
    """How many pieces go when a check is settled so; `left`: those not written off yet, by whatever check."""
    return max(0, left - found) if settlement == MissingSettlement.WRITTEN_OFF else 0


def why_not_cancel(facts: EquipmentFacts) -> Message | None:
    """Why the equipment stays on the list."""
    if (refused := why_cancelled(facts)) is not None:
        return refused
    return Message(N_("This equipment was received already.")) if facts.received_on is not None else None


HANDED_AT = frozenset({SiteStage.ACCEPTED, SiteStage.HANDED_OVER, SiteStage.IN_USE})


def why_not_hand_over(site: SiteFacts, day: date | None, last_receipt: date | None, today: date) -> Message | None:
    """Why the site is not handed over, or not on this day; `last_receipt`: when equipment was last received."""
    if (left := why_left(site)) is not None:
        return left
    if site.is_handed_over:
        return Message(N_("This site was handed over already."))
    if site.stage not in HANDED_AT:
        return Message(N_("A site is handed over once its works and equipment were accepted."))
    if site.equipment_open:
        return Message(N_("Some of its equipment was not received yet."))
    if day is not None and last_receipt is not None and day < last_receipt:
        return Message(N_("Equipment was received later than that."), {}, "handed_on")
    return why_not_day(day, today, "handed_on") if day is not None else None


def list_missing(title: str, checks: Iterable[tuple[date, int]]) -> list[Message]:
    """What checks did not find and nobody has settled; checks: (day, how many pieces were missing)."""
    return [
        Message(
            N_("%(what)s: %(num)d piece was not found on %(day)s"), {"what": title, "num": number, "day": day},
            plural=N_("%(what)s: %(num)d pieces were not found on %(day)s"),
        )
        for day, number in checks
        if number
    ]  # fmt: skip
