"""Which acts on the case a person finds on its page, and why one of them is not possible now."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.casefile import rules
from casetracker.casefile.states import StageFacts
from casetracker.cases.states import PersonFacts
from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message
from casetracker.core.permissions import Permission
from casetracker.dossiers.states import Relation
from casetracker.returns.states import EligibilityOutcome


@dataclass(frozen=True)
class ActOffer:
    """An act in the page's list: the view's name, its words, why it is not possible (None: it is)."""

    name: str
    label: str
    why_not: Message | None = None


def offers(facts: StageFacts, actor: Actor, relation: Relation | None) -> list[ActOffer]:
    """The acts for this office, in the order of a case's life. What the other office does is not named."""
    found = []
    if relation == Relation.SENDING:
        found += [
            ActOffer("choose_programme", N_("Choose the programme"), why_not_programme(facts)),
            ActOffer("decide_eligibility", N_("Decide eligibility"), why_not_eligibility(actor)),
            ActOffer("depart", N_("Log a departure"), why_not_departure(facts)),
            ActOffer("not_depart", N_("Somebody did not depart"), _why_not_anybody(_at_home(facts))),
        ]
    found.append(ActOffer("leave_person", N_("A person takes part no longer"), _why_not_anybody(facts.active)))
    if len(facts.active) < len(facts.persons):
        found.append(ActOffer("rejoin_person", N_("A person takes part again")))
    found.append(ActOffer("withdraw_consent", N_("A consent is taken back")))
    if not facts.is_suspended:
        found.append(ActOffer("suspend_case", N_("Suspend the case")))
    found.append(ActOffer("close_case", N_("Close the case"), rules.why_not_close_at_all(facts, relation)))
    return found


def why_not_programme(facts: StageFacts) -> Message | None:
    """Why the programme cannot be chosen any more."""
    if facts.has_grants:
        return Message(N_("Grants were made under the present programme, so it stays."))
    return None


def why_not_eligibility(actor: Actor) -> Message | None:
    """Why this person cannot decide on anybody now."""
    if not actor.may(Permission.ELIGIBILITY_DECIDE):
        return Message(N_("A supervisor of this office decides."))
    return None


def why_not_departure(facts: StageFacts) -> Message | None:
    """Why nobody can depart now."""
    waiting = _at_home(facts)
    ready = [
        p for p in waiting if facts.known(p).is_ready and facts.known(p).eligibility == EligibilityOutcome.APPROVED
    ]
    if ready:
        return None
    if not waiting:
        return Message(N_("Everybody who takes part has departed."))
    return Message(N_("Nobody is eligible and ready to travel yet."))


def _at_home(facts: StageFacts) -> list[PersonFacts]:
    return [p for p in facts.active if not (facts.known(p).departed_on or facts.known(p).arrived_on)]


def _why_not_anybody(people: list[PersonFacts] | tuple[PersonFacts, ...]) -> Message | None:
    return None if people else Message(N_("There is nobody whom this could be about."))
