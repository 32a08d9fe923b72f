"""What may be done with second factors; each answers with a sentence."""

from __future__ import annotations

from casetracker.accounts.factor_states import MOST_PASSKEYS, FactorFacts, Standing
from casetracker.accounts.states import UserFacts
from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message


def standing_of(*, given: bool, has_factor: bool, is_free: bool) -> Standing:
    """How far a browser has come whose password fitted: a factor that is there has to be given, and one that is not
    there has to be set up, except where none is needed (a demonstration)."""
    if given:
        return Standing.FULL
    if has_factor:
        return Standing.OWES_FACTOR
    return Standing.FULL if is_free else Standing.OWES_ENROLMENT


def why_not_add_authenticator(factors: FactorFacts) -> Message | None:
    """One authenticator app at a time: with two, nobody knew which one a lost telephone held."""
    if factors.has_authenticator:
        return Message(N_("An authenticator app is set up already. Remove it first, if you want another one."))
    return None


def why_not_add_passkey(factors: FactorFacts) -> Message | None:
    """Some passkeys, not any number."""
    if factors.passkeys >= MOST_PASSKEYS:
        return Message(
            N_("You have %(num)d passkey already. Remove it first."),
            {"num": MOST_PASSKEYS},
            plural=N_("You have %(num)d passkeys already. Remove one of them first."),
        )
    return None


def why_not_remove_factor(factors: FactorFacts) -> Message | None:
    """The last second factor stays, except where none is needed."""
    if factors.count <= 1 and not factors.is_free:
        return Message(N_("This is your only second factor. Set up another one first."))
    return None


def why_not_make_codes(factors: FactorFacts) -> Message | None:
    """Recovery codes stand in for a second factor, so there has to be one."""
    if not factors.count:
        return Message(N_("Recovery codes stand in for a second factor. Set up a second factor first."))
    return None


def why_not_reset(user: UserFacts, factors: FactorFacts, actor: Actor) -> Message | None:
    """Somebody else's lost factors, never the own ones."""
    if user.id == actor.id:
        return Message(N_("Nobody may reset the own second factors. Another administrator can."))
    if not factors.count:
        return Message(N_("This person has no second factor."))
    return None
