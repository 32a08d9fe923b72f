"""What may be done with persons, consents and referrals, as sentences; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from casetracker.cases.states import (
    ConsentFacts,
    ContactEntry,
    PersonEntry,
    PersonFacts,
    ReferralFacts,
    ReferralState,
    RequestState,
    Summary,
)
from casetracker.core.errors import N_, Message, why_not_reason
from casetracker.programmes.states import ApplicantRole

OLDEST = 120

CORRECTED = {
    "birth_date": N_("The birth date or age of %(name)s was corrected. Check what rests on it before money moves."),
    "role": N_("The role of %(name)s in the family was corrected. Check what rests on it before money moves."),
    "nationality": N_("The nationality of %(name)s was corrected. Check what rests on it before money moves."),
    "return_type": N_("The kind of return of %(name)s was corrected. Check what rests on it before money moves."),
}
"""Facts on which grants, approvals and payments rest, with the point that their correction raises."""


def why_not_enter(entry: PersonEntry, today: date) -> Message | None:
    """Why a person cannot be entered like this."""
    if entry.birth_date is not None and entry.age_estimate is not None:
        return Message(N_("Give either the birth date or an estimate of the age, not both."), field="age_estimate")
    if entry.birth_date is not None and entry.birth_date > today:
        return Message(N_("The birth date lies in the future."), field="birth_date")
    if entry.birth_date is not None and today.year - entry.birth_date.year > OLDEST:
        return Message(N_("Nobody is that old. Please check the birth date."), field="birth_date")
    if entry.age_estimate is not None and not 0 <= entry.age_estimate <= OLDEST:
        return Message(N_("The age must lie between 0 and 120."), field="age_estimate")
    is_placeholder = entry.birth_date is None and entry.age_estimate is None
    if not entry.given_name and not is_placeholder:
        return Message(N_("Please fill in the given name."), field="given_name")
    if entry.role == ApplicantRole.PRINCIPAL and is_placeholder:
        return Message(
            N_("Of the principal applicant the birth date, or at least an estimate of the age, is needed."),
            field="birth_date",
        )
    return None


def why_not_add(entry: PersonEntry, today: date) -> Message | None:
    """Why a person cannot come onto a case that has its principal applicant already."""
    if entry.role == ApplicantRole.PRINCIPAL:
        return Message(N_("The case has its principal applicant already."), field="role")
    return why_not_enter(entry, today)


def why_not_correct(
    before: PersonFacts, after: PersonEntry, *, changed: bool, reason: str | None, today: date
) -> Message | None:
    """Why a person's facts cannot be corrected like this."""
    if not changed:
        return Message(N_("Nothing was changed."))
    if before.role == ApplicantRole.PRINCIPAL and after.role != ApplicantRole.PRINCIPAL:
        return Message(
            N_("A case always has a principal applicant. Make somebody else the principal applicant instead."),
            field="role",
        )
    completes = before.is_placeholder and (after.birth_date is not None or after.age_estimate is not None)
    if why_not_reason(reason) is not None and not completes:
        return Message(N_("Please say why this is corrected; the earlier value stays in the history."), field="reason")
    return why_not_enter(after, today)


def why_not_change_contact(before: ContactEntry, after: ContactEntry, reason: str | None) -> Message | None:
    """Why a person's contact data cannot be changed like this: what was known is only replaced with a reason."""
    if before == after:
        return Message(N_("Nothing was changed."))
    known = {name: value for name, value in vars(before).items() if value is not None}
    if any(getattr(after, name) != value for name, value in known.items()):
        return why_not_reason(reason)
    return None


def resting_facts(before: PersonFacts, after: PersonEntry) -> list[str]:
    """The keys of CORRECTED whose known value is changed (filling in what was not known is none)."""
    changed = []
    age_known = before.birth_date is not None or before.age_estimate is not None
    if age_known and (before.birth_date, before.age_estimate) != (after.birth_date, after.age_estimate):
        changed.append("birth_date")
    changed += [key for key in ("role", "nationality", "return_type") if getattr(before, key) != getattr(after, key)]
    return changed


def why_not_guardian(child: PersonFacts, guardian: PersonFacts | None) -> Message | None:
    """Why this person cannot be the guardian of that one."""
    if child.is_adult:
        return Message(N_("%(name)s is an adult and consents alone."), {"name": child.name})
    if guardian is None:
        return None
    if guardian.id == child.id or not guardian.is_adult:
        return Message(N_("A guardian is an adult of the case."), field="guardian_id")
    if not guardian.is_active:
        return Message(N_("%(name)s no longer takes part in this case."), {"name": guardian.name}, "guardian_id")
    return None


def why_not_log_consent(facts: ConsentFacts) -> Message | None:
    """Why this consent cannot be logged."""
    if facts.given_on > facts.today:
        return Message(N_("The day of the consent lies in the future."), field="given_on")
    if not facts.is_adult and not facts.guardian_known:
        return Message(N_("A guardian consents for a child. Choose the guardian first."), field="person_id")
    if facts.stands_already:
        return Message(N_("This consent was given already and stands."), field="scope")
    return None


def why_not_correct_consent(
    before: date, after: date, *, withdrawn_on: date | None, today: date, has_file: bool
) -> Message | None:
    """Why the day of a consent (or its file, with the day as it is) cannot be corrected like this."""
    if before == after and not has_file:
        return Message(N_("Nothing was changed."))
    if after > today:
        return Message(N_("The day of the consent lies in the future."), field="given_on")
    if withdrawn_on is not None and after > withdrawn_on:
        return Message(N_("The consent was taken back on %(day)s, before that day."), {"day": withdrawn_on}, "given_on")
    return None


def why_not_withdraw(*, is_withdrawn: bool, early: bool) -> Message | None:
    """Why a consent cannot be taken back."""
    if is_withdrawn:
        return Message(N_("This consent was taken back already."))
    if early:
        return Message(N_("The day lies before the day of the consent."), field="day")
    return None


def why_not_refer(facts: ReferralFacts) -> Message | None:
    """Why the case cannot be referred now."""
    if facts.stands_already:
        return Message(N_("This case was referred already. A new referral follows only after an answer."))
    if facts.without_consent:
        names = ", ".join(facts.without_consent)
        return Message(N_("Every adult must agree to sharing first. Missing: %(names)s."), {"names": names})
    if facts.is_own_office:
        return Message(N_("Choose another office than the one that sends."), field="office_id")
    if not facts.is_receiving_office:
        return Message(N_("This office receives nobody. Please choose another."), field="office_id")
    return None


def why_not_answer(state: ReferralState, *, has_consent: bool, accepting: bool) -> Message | None:
    """Why a referral cannot be accepted or returned now."""
    if state != ReferralState.WAITING:
        return Message(N_("This referral was answered already."))
    if accepting and not has_consent:
        return Message(N_("The consent to sharing does not stand any more, so the case cannot be taken on."))
    return None


def why_not_answer_request(state: RequestState) -> Message | None:
    """Why a request to open a case afterwards cannot be answered now."""
    if state != RequestState.WAITING:
        return Message(N_("This request was answered already."))
    return None


def why_not_answer_again(state: RequestState, *, is_erased: bool = False) -> Message | None:
    """Why the answer to a request cannot be taken back to be given anew: only a refusal can (domain, "Correction"),
    as long as it is known of whom it speaks."""
    if is_erased:
        return Message(N_("What was personal in this request was erased: it was kept long enough."))
    if state == RequestState.WAITING:
        return Message(N_("This request was not answered yet."))
    if state == RequestState.OPENED:
        return Message(N_("A case was opened on this request; it stays."))
    return None


def why_not_ask(*, is_receiving: bool, sends: bool, is_own: bool, returned_on: date, today: date) -> Message | None:
    """Why the receiving office cannot ask this office to open a case afterwards."""
    if not is_receiving:
        return Message(N_("Only an office that receives asks for a case to be opened afterwards."))
    if is_own or not sends:
        return Message(N_("Choose an office that sends."), field="sending_office_id")
    if returned_on > today:
        return Message(N_("The day of the return lies in the future."), field="returned_on")
    return None


def why_not_work_on(*, is_colleague: bool, does_casework: bool, may_see: bool) -> Message | None:
    """Why this person cannot be put in charge of the case."""
    if not is_colleague or not does_casework:
        return Message(N_("Choose a caseworker or supervisor of your own office."), field="caseworker_id")
    if not may_see:
        return Message(N_("This case is seen by named people only. Name this person first."), field="caseworker_id")
    return None


def freeze_summary(ages: Sequence[int | None], needs: str, place: str, expected_on: date | None) -> dict[str, Any]:
    """What a referral shows: ages (oldest first, None unknown), needs, place, expected arrival."""
    known = sorted((age for age in ages if age is not None), reverse=True)
    return {
        "ages": [*known, *(None for age in ages if age is None)],
        "needs": needs,
        "place": place,
        "expected_on": expected_on.isoformat() if expected_on else None,
    }


def read_summary(frozen: dict[str, Any]) -> Summary:
    """The frozen summary as a value; an erased one says nothing."""
    day = frozen.get("expected_on")
    return Summary(
        ages=tuple(frozen.get("ages", ())),
        needs=str(frozen.get("needs", "")),
        place=str(frozen.get("place", "")),
        expected_on=date.fromisoformat(day) if day else None,
    )
