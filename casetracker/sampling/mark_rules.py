"""Why an item of a sample is not marked, and a visit not entered; each answers with a sentence."""

from __future__ import annotations

from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.dossiers.rules import why_not_write
from casetracker.sampling.mark_states import FoundThere, ItemFacts, Tick
from casetracker.sampling.states import SampleState


def why_not_examine(item: ItemFacts) -> Message | None:
    """What was seen is written while the auditor works on the sample, of a case that the mandate opens and that still
    stands."""
    if item.sample == SampleState.CLOSED:
        return Message(N_("This sample is closed. Open it again before you change what was seen."))
    if not item.opens_case:
        return Message(N_("Your mandate does not open this case any more, so nothing more is noted of it."))
    return why_not_write(item.erased_on)


def why_not_mark(
    item: ItemFacts, *, agrees: Tick, is_exception: bool, wrong_amount: int | None, note: str | None
) -> Message | None:
    """Tick marks that say the same thing: what does not agree is an exception, an exception is explained, and no more
    of an amount is wrong than the whole (it is projected as a share of it: the usual tainting of monetary unit
    sampling)."""
    if agrees == Tick.NO and not is_exception:
        return Message(N_("What does not agree is an exception: tick it."), field="is_exception")
    if wrong_amount and not is_exception:
        return Message(N_("A wrong amount is an exception: tick it."), field="is_exception")
    if wrong_amount and item.amount is None:
        return Message(N_("This entry has no amount, so none of it is wrong."), field="wrong_amount")
    if wrong_amount and item.amount is not None and wrong_amount > item.amount.minor:
        words = N_("No more can be wrong than the whole amount, %(amount)s.")
        return Message(words, {"amount": item.amount}, field="wrong_amount")
    if is_exception and not note:
        return Message(N_("Say in the note what is wrong."), field="note")
    return None


def why_not_visit(
    item: ItemFacts, *, visited_on: date, today: date, found: FoundThere, is_used: Tick, note: str | None
) -> Message | None:
    """A visit comes after the handing over and is over; who found nothing saw no use; what was missing is named."""
    if visited_on > today:
        return Message(N_("This day has not come yet."), field="visited_on")
    if item.handed_over_on is not None and visited_on < item.handed_over_on:
        words = N_("It was handed over on %(day)s only. Choose that day or a later one.")
        return Message(words, {"day": item.handed_over_on}, field="visited_on")
    if found in (FoundThere.NOTHING, FoundThere.NOBODY_MET) and is_used == Tick.YES:
        return Message(N_("Nobody saw it, so whether it is used cannot be answered with yes."), field="is_used")
    if found != FoundThere.ALL and not note:
        return Message(N_("Say in the remarks what was missing, or why nobody was met."), field="note")
    return None
