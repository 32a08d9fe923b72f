"""Why equipment is not entered, received, checked or handed over like that, and what is missing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from datetime import date

from casetracker.community.equipment_states import (
    CheckEntry,
    CheckFacts,
    CustodyEntry,
    EquipmentEntry,
    EquipmentFacts,
    EquipmentState,
    HandoverFacts,
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


def why_not_receive(facts: EquipmentFacts, day: date, custodian: str, owner: str | None, today: date) -> Message | None:
    """Why the equipment was not received on this day, or not by this custodian; owner: to whom the site was handed
    over, None before that."""
    if (refused := why_cancelled(facts)) is not None:
        return refused
    if facts.received_on is not None:
        return Message(N_("This equipment was received already."))
    if owner is not None and custodian != owner:
        words = N_("The site was handed over: what comes now is its owner's. Enter %(owner)s.")
        return Message(words, {"owner": owner}, "custodian")
    return why_not_day(day, today, "received_on")


def why_not_correct_receipt(
    facts: EquipmentFacts, day: date, used_on: date | None, today: date, *, is_own: bool
) -> Message | None:
    """Why the receipt is not corrected to this day, or not by whoever entered it; `used_on`: the first day of a check,
    of the handover, or on which somebody else had the equipment."""
    if (refused := why_not_here(facts)) is not None:
        return refused
    if is_own:
        return Message(N_("You entered this receipt; another supervisor has to correct it."))
    if day != facts.received_on and used_on is not None and day > used_on:
        words = N_("It was checked, handed over or in other hands on %(day)s: it came by then.")
        return Message(words, {"day": used_on}, "received_on")
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
    return _why_not_missing(entry, facts.serials, facts.left) or _why_not_checked_on(facts, entry.day, today)


def _why_not_missing(entry: CheckEntry, serials: Set[str], expected: int) -> Message | None:
    """Why these serial numbers were not the missing ones; `expected`: how many pieces should have been there."""
    if unknown := sorted(set(entry.missing) - serials):
        return Message(N_("%(number)s is no serial number of this equipment."), {"number": unknown[0]}, "missing")
    if len(set(entry.missing)) > expected - entry.found:
        return Message(N_("More serial numbers are missing than pieces."), {}, "missing")
    return None


def _why_not_checked_on(facts: EquipmentFacts, day: date, today: date) -> Message | None:
    """Why the equipment was not checked on this day."""
    if facts.received_on is not None and day < facts.received_on:
        return Message(N_("It was received later than that."), {}, "day")
    return why_not_day(day, today, "day")


def why_not_correct_check(
    facts: EquipmentFacts, check: CheckFacts, others: Sequence[CheckFacts], entry: CheckEntry, today: date,
    *, may_decide: bool,
) -> Message | None:  # fmt: skip
    """Why this check did not find that; `others`: the other checks of the same equipment; `may_decide`: whether the
    asker is a supervisor, who alone takes back that something was missing."""
    if (refused := why_not_here(facts)) is not None:
        return refused
    return (
        _why_not_found(facts, check, others, entry)
        or _why_not_missing(entry, facts.serials | set(check.missing), check.expected)
        or _why_settled(check, entry)
        or _why_not_alone(check, entry, may_decide=may_decide)
        or _why_out_of_order(check, [*(each.day for each in others), facts.handed_on], entry.day)
        or _why_not_checked_on(facts, entry.day, today)
    )


def _why_not_found(
    facts: EquipmentFacts, check: CheckFacts, others: Sequence[CheckFacts], entry: CheckEntry
) -> Message | None:
    """What earlier checks lost for good is found by none later."""
    if (entry.day, entry.found) == (check.day, check.found):
        return None
    gone = sum(each.written_off for each in others if each.day < entry.day)
    left = min(check.expected, facts.quantity - gone)
    words = N_("There should have been %(left)d then: more cannot be found.")
    return Message(words, {"left": left}, "found") if entry.found > left else None


def _why_settled(check: CheckFacts, entry: CheckEntry) -> Message | None:
    """What a supervisor settled covers what is missing, and no piece is written off that was there."""
    if check.settled_on is None:
        return None
    if entry.found < check.found:
        params = {"number": check.expected - check.found}
        words = N_("It was settled that %(number)d were missing. Enter another check for what else was not there.")
        return Message(words, params, "found")
    stays = max(check.written_off, 1)
    if check.expected - entry.found < stays:
        words = N_("What was missing was settled: %(number)d of it stays missing.")
        return Message(words, {"number": stays}, "found")
    return None


def _why_not_alone(check: CheckFacts, entry: CheckEntry, *, may_decide: bool) -> Message | None:
    """Who settles what is missing also says that it was not."""
    is_other = entry.found != check.found or set(entry.missing) != set(check.missing)
    if may_decide or not (entry.found > check.found or (check.settled_on is not None and is_other)):
        return None
    words = N_("A supervisor corrects what was settled, or that fewer were missing.")
    return Message(words, {}, "found" if entry.found != check.found else "missing")


def _why_out_of_order(check: CheckFacts, days: Iterable[date | None], day: date) -> Message | None:
    """Checks and the handover stay in the order of their days, and what was missing is settled after the check."""
    if day == check.day:
        return None
    others = [each for each in days if each is not None]
    before = max((each for each in others if each < check.day), default=day)
    after = min((each for each in others if each > check.day), default=day)
    after = min(after, check.settled_on or day)
    if day < before:
        words = N_("Another check or the handover was on %(day)s: this check came after it.")
        return Message(words, {"day": before}, "day")
    if day > after:
        words = N_("On %(day)s there was another check or the handover, or this one was settled: it came before that.")
        return Message(words, {"day": after}, "day")
    return None


def why_not_settle(expected: int, found: int, settlement: MissingSettlement | None) -> Message | None:
    """Why nothing is to be settled about what a check did not find."""
    if found == expected:
        return Message(N_("Nothing was missing."))
    return Message(N_("This was settled already.")) if settlement is not None else None


def count_written_off(settlement: MissingSettlement, *, expected: int, found: int, left: int) -> int:
    """How many pieces go when a check is settled so: of those that it missed, whatever was added to the number since;
    `left`: those not written off yet, by whatever check."""
    return max(0, min(expected, left) - found) if settlement == MissingSettlement.WRITTEN_OFF else 0


def why_not_cancel(facts: EquipmentFacts) -> Message | None:
    """Why the equipment stays on the list."""
    if (refused := why_cancelled(facts)) is not None:
        return refused
    return Message(N_("This equipment was received already.")) if facts.received_on is not None else None


HANDED_AT = frozenset({SiteStage.ACCEPTED, SiteStage.HANDED_OVER, SiteStage.IN_USE})


def why_not_hand_over(site: SiteFacts, day: date | None, ready_on: date | None, today: date) -> Message | None:
    """Why the site is not handed over, or not on this day; `ready_on`: when its works were last accepted or its
    equipment last received."""
    if (left := why_left(site)) is not None:
        return left
    if site.is_handed_over:
        return Message(N_("This site was handed over already."))
    if site.stage not in HANDED_AT:
        return Message(N_("A site is handed over once its works and equipment were accepted."))
    if site.works_open:
        return Message(N_("Some of its works were not accepted yet."))
    if site.equipment_open:
        return Message(N_("Some of its equipment was not received yet."))
    if day is not None and ready_on is not None and day < ready_on:
        return _not_ready(ready_on)
    return why_not_day(day, today, "handed_on") if day is not None else None


def why_not_correct_handover(
    site: SiteFacts, handover: HandoverFacts, day: date, today: date, *, is_own: bool
) -> Message | None:
    """Why the handover is not corrected to this day, or not by whoever entered it."""
    if (left := why_left(site)) is not None:
        return left
    if is_own:
        return Message(N_("You entered this handover; another supervisor has to correct it."))
    if day != handover.handed_on and handover.ready_on is not None and day < handover.ready_on:
        return _not_ready(handover.ready_on)
    if day != handover.handed_on and handover.used_on is not None and day > handover.used_on:
        words = N_("The site was visited, or its owner told who has something, on %(day)s: it was handed over by then.")
        return Message(words, {"day": handover.used_on}, "handed_on")
    return why_not_day(day, today, "handed_on")


def _not_ready(ready_on: date) -> Message:
    words = N_("Equipment was received or works were accepted on %(day)s: it was handed over after that.")
    return Message(words, {"day": ready_on}, "handed_on")


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
