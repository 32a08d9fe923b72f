"""Who is asked by a finding of an auditor, who answers it, and who closes it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message
from casetracker.core.permissions import Permission
from casetracker.dossiers.rules import why_not_write
from casetracker.dossiers.states import RECEIVING_AFTER_CLOSING_DAYS
from casetracker.events.states import Part
from casetracker.sampling.finding_states import AskedOffice, FindingFacts, FindingState, Offices
from casetracker.sampling.states import SampleState

USUAL_DAYS = 30
"""Within which an office answers where the auditor names no other day."""
SENT_BACK_DAYS = 14
"""The same once an answer was sent back."""
LONGEST_DAYS = 366


def offices_of(sending_id: str, receiving_id: str | None, closed_on: date | None, today: date) -> Offices:
    """The offices that may open the case today: the receiving one ninety days after the closing at the latest (domain,
    "Who uses it")."""
    is_over = closed_on is not None and closed_on < today - timedelta(days=RECEIVING_AFTER_CLOSING_DAYS)
    return Offices(sending=sending_id, receiving=None if is_over else receiving_id)


def choices(parts: Collection[Part], offices: Offices) -> list[AskedOffice]:
    """Whom an auditor who reads these compartments may ask. Who does not read the sending side's cannot write into
    it."""
    receiving = [AskedOffice.RECEIVING] if offices.receiving else []
    if Part.SENDING in parts:
        return [AskedOffice.SENDING, *receiving]
    return [*receiving, AskedOffice.SENDING_OPENLY]


def why_not_ask(asked: AskedOffice, parts: Collection[Part], offices: Offices) -> Message | None:
    """Only whom this auditor may ask; so nobody writes into a compartment that the mandate leaves closed."""
    if asked in choices(parts, offices):
        return None
    return Message(N_("This office cannot be asked about this case."), field="asked")


def why_not_about(sample: SampleState) -> Message | None:
    """A closed sample stays as its workpaper tells it, findings included."""
    if sample == SampleState.CLOSED:
        return Message(N_("This sample is closed. Open it again before you raise a finding about one of its items."))
    return None


def part_of(asked: AskedOffice) -> Part:
    """The compartment in which the finding stands, with everything that is said on it."""
    return Part.SENDING if asked == AskedOffice.SENDING else Part.SHARED


def who_answers(asked_id: str, offices: Offices) -> str:
    """Id of the office that answers: the one that was asked; the sending one where that cannot open the case any more
    (open obligations pass to it: domain, "Who uses it")."""
    return asked_id if asked_id in (offices.sending, offices.receiving) else offices.sending


def why_not_raise(erased_on: date | None, due_on: date, today: date) -> Message | None:
    """Nothing is asked about what is gone, and an office gets its time."""
    if (gone := why_not_write(erased_on)) is not None:
        return gone
    return why_not_due(due_on, today)


def why_not_due(due_on: date, today: date) -> Message | None:
    """The day by which an office answers lies ahead, within a year."""
    if due_on < today:
        return Message(N_("The office needs time to answer: choose a day to come."), field="due_on")
    if due_on > today + timedelta(days=LONGEST_DAYS):
        return Message(N_("This is more than a year away. Choose an earlier day."), field="due_on")
    return None


def why_not_question(amount: int | None, currency: str | None) -> Message | None:
    """An amount is in the currency of the case's programme."""
    if amount is None or currency is not None:
        return None
    return Message(
        N_("This case has no programme yet, so there is no currency. Leave the amount out."), field="questioned_amount"
    )


def why_not_answer(finding: FindingFacts, actor: Actor) -> Message | None:
    """An answer is a statement of the office: any of its supervisors gives it, while the finding is open."""
    if (gone := why_not_write(finding.erased_on)) is not None:
        return gone
    if not actor.may(Permission.AUDIT_FINDING_ANSWER) or actor.office_id != finding.answers_id:
        return Message(N_("A supervisor of %(office)s answers this."), {"office": finding.answers})
    if finding.state == FindingState.CLOSED:
        return Message(N_("The auditor has closed this finding."))
    if finding.state == FindingState.ANSWERED:
        return Message(N_("This was answered. Now the auditor looks at the answer."))
    return None


def why_not_close(finding: FindingFacts, actor: Actor) -> Message | None:
    """Who raised it closes it; another auditor who reads it only where that one cannot open the case any more."""
    if (gone := why_not_write(finding.erased_on)) is not None:
        return gone
    if finding.state == FindingState.CLOSED:
        return Message(N_("This finding is closed. If something is left, another one is raised."))
    if not actor.may(Permission.AUDIT_FINDING_RAISE) or (finding.raiser_can and actor.id != finding.raised_by):
        return Message(N_("%(name)s raised this, and closes it."), {"name": finding.raiser})
    return None


def why_not_send_back(finding: FindingFacts, actor: Actor) -> Message | None:
    """As closing; and there is an answer that can be not enough."""
    if (refusal := why_not_close(finding, actor)) is not None:
        return refusal
    if finding.state == FindingState.OPEN:
        return Message(N_("The office has not answered yet."))
    return None
