"""Why a case is not erased, and who may not say so; each answers with a sentence."""

from __future__ import annotations

from datetime import date

from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message
from casetracker.erasure.states import CaseFacts, ErasureState, Extent, RequestFacts


def why_not_erase(case: CaseFacts, today: date) -> Message | None:
    """The case is closed, its programme's period is over, and nobody waits for anything on it."""
    if case.erased_on is not None:
        return Message(N_("What was personal here was erased on %(day)s."), {"day": case.erased_on})
    if case.closed_on is None:
        return _of(
            case, N_("The case is open. Only closed cases are erased."), N_("The project is open. Close it first.")
        )
    if case.due_on is None:
        return Message(N_("Nobody has said yet how long cases of this programme are kept. An administrator can."))
    if case.due_on > today:
        words = N_("The case is kept until %(day)s."), N_("The project is kept until %(day)s.")
        return _of(case, *words, day=case.due_on)
    return _why_wait(case)


def _why_wait(case: CaseFacts) -> Message | None:
    if case.open_money:
        return _of(
            case, N_("Money of this case is still on its way: a request is open, or an amount is reserved."),
            N_("Money of this project is still on its way: a request is open, or an amount is reserved."),
        )  # fmt: skip
    if case.open_reversals:
        return Message(N_("A refund or reversal of a payment waits for its decision."))
    if case.open_points:
        return _of(
            case, N_("Points to settle stand on the case: %(points)d. Settle them first."),
            N_("Points to settle stand on the project: %(points)d. Settle them first."), points=case.open_points,
        )  # fmt: skip
    if case.held_by:
        return _of(
            case,
            N_("The case is within the mandate of %(auditors)s. It is kept until an administrator ends the mandate."),
            N_(
                "The project is within the mandate of %(auditors)s. It is kept until an administrator ends the mandate."
            ),
            auditors=", ".join(case.held_by),
        )
    return None


def _of(case: CaseFacts, of_case: str, of_project: str, **params: object) -> Message:
    """The sentence for the kind of dossier that it is."""
    return Message(of_project if case.is_project else of_case, params)


def why_not_ask(case: CaseFacts, is_waiting: bool, today: date) -> Message | None:
    """As `why_not_erase`; and nobody has asked already."""
    if is_waiting:
        return Message(N_("Somebody has asked for this already. It waits for a second supervisor."))
    return why_not_erase(case, today)


def why_not_decide(request: RequestFacts, actor: Actor) -> Message | None:
    """Two people: who asked does not confirm and does not decline."""
    if request.state != ErasureState.ASKED:
        return Message(N_("This has been decided already."))
    if request.asked_by == actor.id:
        return Message(N_("You asked for this yourself. Another supervisor of this office has to confirm it."))
    return None


def why_not_confirm(
    request: RequestFacts, case: CaseFacts, extent: Extent, actor: Actor, today: date
) -> Message | None:
    """The second person confirms what the first one asked for, if it may still be done."""
    if (refusal := why_not_decide(request, actor)) is not None:
        return refusal
    has_changed = Message(
        N_("Something has changed since this was asked for. Decline it, and let it be asked for again.")
    )
    if extent != request.extent:
        return has_changed
    if (refusal := why_not_erase(case, today)) is not None:
        return refusal
    # It was open again in between (the count began anew), or its programme keeps cases longer now.
    return has_changed if case.due_on is None or case.due_on > request.due_on else None


def why_not_withdraw(request: RequestFacts, actor: Actor) -> Message | None:
    """Only who asked takes it back, while it waits."""
    if request.state != ErasureState.ASKED:
        return Message(N_("This has been decided already."))
    if request.asked_by != actor.id:
        return Message(N_("Only the person who asked for this can take it back. You can decline it."))
    return None
