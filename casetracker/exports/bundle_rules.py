"""Why a bundle is not asked for, called off or taken away; each answers with a sentence."""

from __future__ import annotations

from collections.abc import Collection

from casetracker.core.errors import N_, Message
from casetracker.exports.bundle_states import MOST_CASES, MOST_REFERENCES, OPEN, BundleState, Chosen, Wanted


def why_not_ask(wanted: Wanted, chosen: Collection[Chosen], has_open: bool) -> Message | None:
    """One at a time, of cases that are there, and not of more than one file should hold."""
    if has_open:
        return Message(N_("A bundle of yours is being made. Wait for it, or cancel it first."))
    if wanted.first_day and wanted.last_day and wanted.first_day > wanted.last_day:
        return Message(N_("The last day comes before the first.")).beside("last_day")
    if len(wanted.references) > MOST_REFERENCES:
        words = N_("These are too many references: %(number)s. A bundle takes %(most)s.")
        params = {"number": len(wanted.references), "most": MOST_REFERENCES}
        return Message(words, params).beside("references")
    unknown = sorted(set(wanted.references) - {case.reference for case in chosen})
    if unknown and wanted.references:
        words = N_("No case that fits has this reference: %(references)s")
        return Message(words, {"references": ", ".join(unknown[:10])}).beside("references")
    if not chosen:
        return Message(N_("No case of your mandate fits all of this. Leave a filter out, or choose other days."))
    if len(chosen) > MOST_CASES:
        words = N_("More cases fit than the %(most)s that one bundle takes. Choose an office or fewer days.")
        return Message(words, {"most": MOST_CASES})
    return None


def why_not_cancel(state: BundleState) -> Message | None:
    """Only what is not ended can be called off."""
    return None if state in OPEN else Message(N_("This bundle is not being made any more, so it cannot be cancelled."))


def why_not_take(state: BundleState, is_over: bool, is_open: bool) -> Message | None:
    """The file is there, its days are not over, and its asker may still read all that is in it."""
    if state != BundleState.DONE or is_over:
        return Message(N_("There is no file of this bundle. Ask for another one."))
    if not is_open:
        return Message(
            N_("Your mandate does not open all of it any more, or a case in it was erased. Ask for another bundle.")
        )
    return None
