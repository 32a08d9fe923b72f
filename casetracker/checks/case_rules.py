"""What auditors ask about the case around the money: children, consent, eligibility, monitoring, the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casetracker.checks.buying_rules import counted, request_evidence
from casetracker.checks.fact_states import CaseFacts, PersonSeen, ReferralSeen
from casetracker.checks.states import Evidence, Looked, Place
from casetracker.core.errors import N_, Message


def _on_case(anchor: str, words: str) -> Evidence:
    return Evidence(place=Place.CASE, id=anchor, text=Message(words))


def childs_grant(case: CaseFacts) -> Iterator[Looked]:
    """A child's grant pays a line of which the child is not the sole beneficiary."""
    persons = {person.id: person for person in case.persons}
    for request, submission in counted(case):
        for child_id in sorted({share.person_id for share in request.shares}):
            child = persons.get(child_id)
            if child is None or child.is_adult:
                continue
            shares = [share for share in request.shares if share.person_id == child_id and share.line_id]
            wrong = sorted(
                line.id for share in shares
                if (line := case.lines.get(share.line_id or "")) and line.beneficiaries != {child_id}
            )  # fmt: skip
            if wrong:
                yield Looked(
                    f"{request.id}.{child_id}",
                    Message(
                        N_("The grant of %(name)s pays for “%(purpose)s”, which is not for that child alone."),
                        {"name": child.name, "purpose": request.purpose},
                    ),
                    submission.requested_on,
                    tuple(wrong),
                    (request_evidence(request), _on_case("plan", N_("the approved plan"))),
                    frozenset({request.id}),
                    request.people,
                )


def monitoring_late(case: CaseFacts) -> Iterator[Looked]:
    """Money was paid months ago, and nobody has visited since."""
    paid_on = case.first_paid_on
    if case.closed_on is not None or paid_on is None:
        return
    due = paid_on + timedelta(days=case.limits.visit_days)
    if due < case.today and (case.last_visit_on is None or case.last_visit_on < paid_on):
        yield Looked(
            case.dossier_id,
            Message(
                N_("The first money was paid on %(day)s, and nobody has visited since. Who has seen what it became?"),
                {"day": paid_on},
            ),
            due,
            (paid_on.isoformat(), case.last_visit_on.isoformat() if case.last_visit_on else None),
            (_on_case("monitoring", N_("monitoring")), _on_case("disbursements", N_("disbursements"))),
            people=case.workers,
        )


def consent_missing(case: CaseFacts) -> Iterator[Looked]:
    """An adult's data went to the receiving office on a day on which no consent of that adult stood."""
    for referral in case.referrals:
        for person in case.persons:
            if not person.is_adult or not _was_there(person, referral):
                continue
            if not _agreed(person, referral.sent_on):
                yield _no_consent(case, referral, person, referral.sent_on, N_(
                    "The case was referred on %(day)s; no consent of %(name)s to sharing stood on that day."
                ))  # fmt: skip
            elif referral.stands and person.is_active and not _agreed(person, case.today):
                ended = max((until for _since, until in person.consents if until), default=case.today)
                yield _no_consent(case, referral, person, ended, N_(
                    "%(name)s does not agree to sharing any more since %(day)s, and the receiving office still sees "
                    "the case."
                ))  # fmt: skip


def _was_there(person: PersonSeen, referral: ReferralSeen) -> bool:
    """Whether the person belonged to the case when it was referred."""
    before = person.added_on is None or person.added_on <= referral.sent_on
    return before and (person.left_on is None or person.left_on > referral.sent_on)


def _agreed(person: PersonSeen, day: date) -> bool:
    """Whether a consent stood on that day; one that was given and withdrawn on one day stood on it."""
    return any(since <= day and (until is None or until >= day) for since, until in person.consents)


def _no_consent(case: CaseFacts, referral: ReferralSeen, person: PersonSeen, day: date, words: str) -> Looked:
    basis = tuple(
        text for since, until in person.consents for text in (since.isoformat(), until.isoformat() if until else None)
    )
    return Looked(
        f"{referral.id}.{person.id}", Message(words, {"name": person.name, "day": day}), day,
        (referral.sent_on.isoformat(), *basis), (_on_case("persons", N_("consents and referral")),),
        people=frozenset({referral.sent_by}) | case.workers,
    )  # fmt: skip


def eligibility_evidence(case: CaseFacts) -> Iterator[Looked]:
    """A grant was made, and something that eligibility rests on is not there, or speaks against it."""
    since: dict[str, date] = {}
    for grant in case.grants:
        since[grant.person_id] = min(grant.made_on, since.get(grant.person_id, grant.made_on))
    for person in case.persons:
        missing = _missing(case, person) if person.id in since else []
        if missing:
            yield Looked(
                person.id,
                Message(
                    N_("%(name)s has a grant since %(day)s, but %(what)s."),
                    {"name": person.name, "day": since[person.id], "what": missing[0]},
                ),
                since[person.id],
                tuple(each.id for each in missing),
                (_on_case("journey", N_("application and eligibility")), _on_case("grants", N_("the grant"))),
                people=case.workers | ({person.decided_by} if person.decided_by else set()),
            )


def _missing(case: CaseFacts, person: PersonSeen) -> list[Message]:
    found = {
        N_("nobody decided on eligibility"): person.eligibility is None,
        N_("the latest decision on eligibility did not approve"): person.eligibility is False,
        N_("no signed return application is there"): person.applied_on is None,
        N_("an expulsion order is in force"): case.excludes_expulsion and person.has_expulsion_order is True,
        N_("it is not known whether an expulsion order is in force"): (
            case.excludes_expulsion and person.applied_on is not None and person.has_expulsion_order is None
        ),
        N_("the nationality is of the European Economic Area"): case.excludes_eea and person.is_eea,
    }
    return [Message(words) for words, is_so in found.items() if is_so]


def no_final_report(case: CaseFacts) -> Iterator[Looked]:
    """Closed after money was paid, without a final report."""
    if case.closed_on is not None and case.first_paid_on is not None and case.reported_on is None:
        yield Looked(
            case.dossier_id,
            Message(
                N_("The case was closed on %(day)s after money had been paid, without a final report."),
                {"day": case.closed_on},
            ),
            case.closed_on,
            (case.closed_on.isoformat(),),
            (_on_case("monitoring", N_("monitoring")), _on_case("disbursements", N_("disbursements"))),
            people=case.workers,
        )
