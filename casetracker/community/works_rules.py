"""What works cost, how far a site's works have come, what is late, and why works are not entered, accepted, cancelled
like that. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from casetracker.community.rules import why_not_day, why_over
from casetracker.community.states import NEXT_STAGE, SiteFacts, SiteStage
from casetracker.community.works_states import (
    COMPLETE,
    THOUSANDTHS,
    WARRANTY_SOON,
    AcceptanceEntry,
    ActualEntry,
    BillEntry,
    DefectEntry,
    ProgressEntry,
    WorksEntry,
    WorksFacts,
    WorksState,
)
from casetracker.core.errors import N_, Message
from casetracker.core.money import MAX_MINOR
from casetracker.grants.rules import months_after


def row_amount(quantity: int, unit_price: int) -> int:
    """What a row of a bill costs in minor units, half up; quantity in thousandths of its unit.

    >>> row_amount(12_500, 3_33)
    4163
    """
    return (quantity * unit_price + THOUSANDTHS // 2) // THOUSANDTHS


def bill_amount(bill: Iterable[BillEntry]) -> int:
    """What all rows cost together, each rounded by itself."""
    return sum(row_amount(row.quantity, row.unit_price) for row in bill)


def is_from_agreement(stage: SiteStage) -> bool:
    """Whether the site has come to the agreement, or further."""
    order = [SiteStage.CALL, *NEXT_STAGE.values()]
    return order.index(stage) >= order.index(SiteStage.AGREED)


def why_not_enter(facts: SiteFacts) -> Message | None:
    """Why neither works nor equipment are entered for this site."""
    if (over := why_over(facts)) is not None:
        return over
    if not is_from_agreement(facts.stage):
        return Message(N_("Works and equipment are entered once there is the agreement with owner and authority."))
    return None


def why_not_works(entry: WorksEntry) -> Message | None:
    """Why works cannot stand like that."""
    if entry.planned_end < entry.planned_start:
        return Message(N_("The works would end before they begin."), {}, "planned_end")
    if not entry.bill:
        return Message(N_("Enter at least one row of the bill of quantities."), {}, "bill")
    if bill_amount(entry.bill) > MAX_MINOR:
        return Message(N_("The bill adds up to more than can be kept."), {}, "bill")
    return None


def why_not_drop_rows(lost: Sequence[str]) -> Message | None:
    """Why rows of the bill stay: `lost` are those that have actual quantities and would go, by their words."""
    if not lost:
        return None
    return Message(N_("Something was built of “%(what)s”: the row stays."), {"what": lost[0]}, "bill")


def state_of(facts: WorksFacts) -> WorksState:
    """How far the works have come."""
    if facts.is_cancelled:
        return WorksState.CANCELLED
    if facts.accepted_on is not None:
        return WorksState.ACCEPTED
    if facts.percent == COMPLETE:
        return WorksState.DONE
    return WorksState.PLANNED if facts.started_on is None else WorksState.UNDER_WAY


def why_cancelled(facts: WorksFacts) -> Message | None:
    """Why nothing is entered any more about works that were cancelled."""
    return Message(N_("These works were cancelled.")) if facts.is_cancelled else None


def why_ended(facts: WorksFacts) -> Message | None:
    """Why the works as such no longer change: they were cancelled or accepted."""
    accepted = Message(N_("These works were accepted.")) if facts.accepted_on is not None else None
    return why_cancelled(facts) or accepted


def why_not_start(facts: WorksFacts, day: date, today: date) -> Message | None:
    """Why the works did not start on this day."""
    if (ended := why_ended(facts)) is not None:
        return ended
    if facts.started_on is not None:
        return Message(N_("These works have started already."))
    return why_not_day(day, today, "started_on")


def why_not_begun(facts: WorksFacts) -> Message | None:
    """Why nothing is logged about the building yet."""
    return Message(N_("Enter first when the works started.")) if facts.started_on is None else None


def why_not_log(facts: WorksFacts, entry: ProgressEntry, today: date) -> Message | None:
    """Why this progress is not taken; less than before needs a reason."""
    if (refused := why_ended(facts) or why_not_begun(facts)) is not None:
        return refused
    if entry.day < (facts.last_on or facts.started_on or entry.day):
        return Message(N_("Something later was logged already; enter how far the works are now."), {}, "day")
    if entry.percent < facts.percent and not (entry.reason or "").strip():
        params = {"percent": facts.percent}
        return Message(N_("It was %(percent)d per cent before: say why it is less now."), params, "reason")
    return why_not_day(entry.day, today, "day")


def why_not_defect(facts: WorksFacts, entry: DefectEntry, today: date) -> Message | None:
    """Why this defect is not entered."""
    if (refused := why_cancelled(facts) or why_not_begun(facts)) is not None:
        return refused
    return _why_not_found(facts, entry, today)


def _why_not_found(facts: WorksFacts, entry: DefectEntry, today: date) -> Message | None:
    if facts.started_on is not None and entry.found_on < facts.started_on:
        return Message(N_("The works started on %(day)s."), {"day": facts.started_on}, "found_on")
    if entry.due_on < entry.found_on:
        return Message(N_("It would be due before it was found."), {}, "due_on")
    return why_not_day(entry.found_on, today, "found_on")


def why_not_correct_defect(
    facts: WorksFacts, entry: DefectEntry, mended_on: date | None, today: date
) -> Message | None:
    """Why the defect cannot have been so; `mended_on`: when it was mended, if it was."""
    if mended_on is not None and mended_on < entry.found_on:
        return Message(N_("It was mended before that day."), {}, "found_on")
    return _why_not_found(facts, entry, today)


def why_not_correct_start(was: date | None, day: date | None, first_on: date | None, today: date) -> Message | None:
    """Why the start, entered as `was`, is not corrected to this day; `first_on`: of the first progress or defect."""
    if was is None or day is None:
        return (
            None
            if was == day
            else Message(N_("The start is entered by itself; here it is corrected."), {}, "started_on")
        )
    if first_on is not None and day > first_on:
        return Message(N_("Progress was logged, or a defect found, before that day."), {}, "started_on")
    return why_not_day(day, today, "started_on")


def why_not_mend(found_on: date, was_mended_on: date | None, day: date, today: date) -> Message | None:
    """Why the defect was not mended on this day."""
    if was_mended_on is not None:
        return Message(N_("This defect was mended already."))
    if day < found_on:
        return Message(N_("It was found later than that."), {}, "mended_on")
    return why_not_day(day, today, "mended_on")


def why_not_actuals(facts: WorksFacts, entries: Sequence[ActualEntry], rows: Iterable[str]) -> Message | None:
    """Why what was built is not entered like that; `rows`: ids of the bill's rows."""
    if (refused := why_cancelled(facts) or why_not_begun(facts)) is not None:
        return refused
    if sorted(each.id for each in entries) != sorted(rows):
        return Message(N_("Each row of the bill needs what was built. Open the page again if one is not on it."))
    if sum(each.amount for each in entries) > MAX_MINOR:
        return Message(N_("The bill adds up to more than can be kept."), {}, "rows")
    return None


def why_not_acceptable(facts: WorksFacts, actor_id: str) -> Message | None:
    """Why this supervisor cannot accept the works now. Who logged the last progress does not accept (four eyes)."""
    if (refused := why_ended(facts) or why_not_begun(facts)) is not None:
        return refused
    if facts.percent < COMPLETE:
        return Message(N_("The works stand at %(percent)d per cent."), {"percent": facts.percent})
    if facts.serious:
        return Message(N_("A serious defect is not mended yet."))
    if actor_id == facts.last_by:
        return Message(N_("You logged the last progress of these works: another supervisor accepts them."))
    return None


def why_not_accept(facts: WorksFacts, entry: AcceptanceEntry, actor_id: str, today: date) -> Message | None:
    """The same with what was entered: its day, and one of the two ways to say how long the warranty lasts."""
    if (refused := why_not_acceptable(facts, actor_id)) is not None:
        return refused
    if entry.accepted_on < (facts.last_on or entry.accepted_on):
        return Message(N_("The works were not done yet on that day."), {}, "accepted_on")
    if (entry.warranty_months is None) == (entry.warranty_until is None):
        words = N_("Say how long the warranty lasts: in months, or until which day.")
        return Message(words, {}, "warranty_until" if entry.warranty_until else "warranty_months")
    if warranty_end(entry) < entry.accepted_on:
        return Message(N_("The warranty would end before the acceptance."), {}, "warranty_until")
    return why_not_day(entry.accepted_on, today, "accepted_on")


def warranty_end(entry: AcceptanceEntry) -> date:
    """The warranty's last day; months count from the acceptance."""
    return entry.warranty_until or months_after(entry.accepted_on, entry.warranty_months or 0)


def is_claim(found_on: date, accepted_on: date | None) -> bool:
    """Whether a defect is a claim under the warranty: it was found after the acceptance."""
    return accepted_on is not None and found_on > accepted_on


def progress_of(works: Iterable[WorksFacts]) -> int | None:
    """How far a site's works have come in whole per cent, rounded down: by what they are planned to cost, or evenly
    where one costs nothing. None without works; cancelled ones do not count.

    >>> day = date(2026, 1, 1)
    >>> roof = WorksFacts(planned_start=day, planned_end=day, percent=100, planned=300)
    >>> progress_of([roof, WorksFacts(planned_start=day, planned_end=day, percent=50, planned=100)])
    87
    """
    counted = [each for each in works if not each.is_cancelled]
    if not counted:
        return None
    if all(each.planned for each in counted):
        return sum(each.percent * each.planned for each in counted) // sum(each.planned for each in counted)
    return sum(each.percent for each in counted) // len(counted)


def list_late(title: str, facts: WorksFacts, defects_due: Iterable[date], today: date) -> Iterator[Message]:
    """What is late with these works, or will soon be over; `defects_due`: when each open defect is to be mended."""
    if facts.is_cancelled:
        return
    if facts.accepted_on is None and facts.started_on is None and facts.planned_start < today:
        yield Message(N_("%(works)s: should have started by %(day)s"), {"works": title, "day": facts.planned_start})
    if facts.accepted_on is None and facts.percent < COMPLETE and facts.planned_end < today:
        yield Message(N_("%(works)s: should have been done by %(day)s"), {"works": title, "day": facts.planned_end})
    for due_on in defects_due:
        if due_on < today:
            yield Message(N_("%(works)s: a defect was to be mended by %(day)s"), {"works": title, "day": due_on})
    until = facts.warranty_until
    if until is not None and today <= until <= today + timedelta(days=WARRANTY_SOON):
        yield Message(N_("%(works)s: the warranty ends on %(day)s"), {"works": title, "day": until})
