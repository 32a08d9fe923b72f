"""What auditors ask about buying: split purchases, quotes, and who the provider really is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from casetracker.checks.fact_states import CaseFacts, ProviderSeen, RequestSeen, SubmissionSeen
from casetracker.checks.states import Evidence, Looked, Place
from casetracker.core.errors import N_, Message
from casetracker.core.money import Money
from casetracker.disbursements.states import COUNTED, DisbursementKind


def request_evidence(request: RequestSeen) -> Evidence:
    """The request itself, with its amount."""
    text = Message(
        N_("%(purpose)s, %(amount)s"), {"purpose": request.purpose, "amount": Money(request.amount, request.currency)}
    )
    return Evidence(place=Place.REQUEST, id=request.id, text=text)


def _provider_evidence(provider: ProviderSeen) -> Evidence:
    return Evidence(place=Place.PROVIDER, id=provider.id, text=Message(N_("%(name)s"), {"name": provider.name}))


def counted(case: CaseFacts) -> Iterator[tuple[RequestSeen, SubmissionSeen]]:
    """The requests that were submitted and not given up, with what was submitted."""
    for request in case.requests:
        if request.submission is not None and request.state in COUNTED:
            yield request, request.submission


def _quotes_for(total: int, steps: tuple[tuple[int, int], ...]) -> int:
    """How many quotes a total needs by the frozen policy."""
    return max(((start, number) for start, number in steps if start <= total), default=(0, 0))[1]


def split_purchase(case: CaseFacts) -> Iterator[Looked]:
    """Several requests for one payee within some months, together above a number of quotes that each stayed below."""
    by_payee: dict[str, list[tuple[RequestSeen, SubmissionSeen]]] = defaultdict(list)
    for request, submission in counted(case):
        if request.kind == DisbursementKind.PROVIDER and request.source:
            by_payee[request.source].append((request, submission))
    for source, found in by_payee.items():
        found.sort(key=lambda each: (each[1].requested_on, each[0].id))
        last = found[-1][1].requested_on
        near = [each for each in found if each[1].requested_on >= last - timedelta(days=case.limits.split_days)]
        total = sum(request.amount for request, _submission in near)
        needed = max(_quotes_for(total, submission.quote_steps) for _request, submission in near)
        below = [
            r for r, s in near if _quotes_for(r.amount, s.quote_steps) < needed > len({q.source for q in r.quotes})
        ]
        if len(below) < 2:
            continue
        provider = case.provider_of(near[-1][0])
        yield Looked(
            source,
            Message(
                N_(
                    "%(name)s was asked several times in a short while (times: %(times)d), together for %(total)s. "
                    "Quotes needed for one purchase of that size: %(needed)d. Why was it not bought at once?"
                ),
                {
                    "name": provider.name if provider else "–",
                    "times": len(near),
                    "total": Money(total, near[0][0].currency),
                    "needed": needed,
                },
            ),
            near[1][1].requested_on,
            (total, needed, *sorted(request.id for request in below)),
            tuple(request_evidence(request) for request, _submission in near),
            frozenset(request.id for request in below),
            frozenset().union(*(request.people for request in below)),
        )  # fmt: skip


def missing_quotes(case: CaseFacts) -> Iterator[Looked]:
    """Fewer quotes with a paper than the frozen policy asked for."""
    for request, submission in counted(case):
        there = len([quote for quote in request.quotes if quote.paper_id])
        if request.kind == DisbursementKind.CASH or there >= submission.quotes_needed:
            continue
        yield Looked(
            request.id,
            Message(
                N_("Quotes for “%(purpose)s”: needed %(needed)d, here %(there)d. Where are the others?"),
                {"purpose": request.purpose, "needed": submission.quotes_needed, "there": there},
            ),
            submission.requested_on,
            (there, submission.quotes_needed),
            (request_evidence(request),),
            frozenset({request.id}),
            request.people,
        )


def one_source(case: CaseFacts) -> Iterator[Looked]:
    """Enough quotes, but several of them from records of one payee: no competition."""
    for request, submission in counted(case):
        sources = {quote.source for quote in request.quotes}
        enough = len(request.quotes) >= submission.quotes_needed > len(sources)
        if request.kind == DisbursementKind.CASH or not enough:
            continue
        yield Looked(
            request.id,
            Message(
                N_("Quotes for “%(purpose)s”: %(quotes)d, but from different payees only: %(sources)d. Who competed?"),
                {"quotes": len(request.quotes), "purpose": request.purpose, "sources": len(sources)},
            ),
            submission.requested_on,
            (len(sources), *sorted(quote.id for quote in request.quotes)),
            (request_evidence(request),),
            frozenset({request.id}),
            request.people,
        )


def _used(case: CaseFacts) -> Iterator[tuple[ProviderSeen, tuple[RequestSeen, ...]]]:
    """The providers that requests of the case go to, with these."""
    for provider in case.providers.values():
        found = tuple(r for r, _s in counted(case) if r.provider_id == provider.id)
        if found:
            yield provider, found


def shared_account(case: CaseFacts) -> Iterator[Looked]:
    """Paid, or to be paid, to an account that a member of staff declared as the own."""
    for provider, requests in _used(case):
        for account in provider.accounts:
            concerned = tuple(r for r in requests if account.stands or account.id in paid_to(r))
            if account.staff and concerned:
                said = _of_staff(provider, concerned, sorted(account.staff), N_(
                    "%(name)s is paid to a bank account that a member of staff declared as the own. "
                    "Who is paid there, and who chose this provider?"
                ))  # fmt: skip
                ids = sorted(request.id for request in concerned)  # who answered for one request may ask for the next
                yield replace(said, subject_id=account.id, basis=(*said.basis, *ids))


def paid_to(request: RequestSeen) -> set[str]:
    """Ids of the accounts that its payments went to."""
    return {part.payment.account_id for part in request.parts if part.payment and part.payment.account_id}


def shared_phone(case: CaseFacts) -> Iterator[Looked]:
    """The provider's telephone is a beneficiary's, or one that a member of staff declared."""
    for provider, requests in _used(case):
        if provider.staff:
            yield _of_staff(
                provider, requests, sorted(provider.staff), N_("%(name)s has a telephone number that a member of staff "
                "declared as the own. Who answers there?"),
            )  # fmt: skip
        for person in case.persons:
            if person.phone and person.phone == provider.phone:
                yield _of_person(
                    provider, requests, person.id, person.name,
                    N_("%(name)s has the telephone number of %(person)s. Is the family paying itself?"),
                )  # fmt: skip


def holder_is_beneficiary(case: CaseFacts) -> Iterator[Looked]:
    """The provider's account is held by somebody who is called like a person of the case."""
    for provider, requests in _used(case):
        for person in case.persons:
            names = {word for word in person.name.casefold().split() if len(word) > 1}
            if len(names) < 2:
                continue
            if any(names <= set(account.holder.casefold().split()) for account in provider.accounts):
                yield _of_person(
                    provider, requests, person.id, person.name,
                    N_("The bank account of %(name)s is held by somebody called %(person)s. Is it the same person?"),
                )  # fmt: skip


def _of_staff(provider: ProviderSeen, requests: tuple[RequestSeen, ...], own: list[str], words: str) -> Looked:
    asked = tuple(
        Evidence(place=Place.PROVIDER, id=provider.id, for_auditors=True,
                 text=Message(N_("declared by %(person)s"), {"person": user}))
        for user in own
    )  # fmt: skip
    return Looked(
        provider.id, Message(words, {"name": provider.name}), requests[0].created_on, (provider.id, *own),
        (_provider_evidence(provider), *asked, *(request_evidence(each) for each in requests)),
        frozenset(each.id for each in requests), frozenset(own).union(*(each.people for each in requests)),
    )  # fmt: skip


def _of_person(
    provider: ProviderSeen, requests: tuple[RequestSeen, ...], person_id: str, person: str, words: str
) -> Looked:
    return Looked(
        f"{provider.id}.{person_id}", Message(words, {"name": provider.name, "person": person}),
        requests[0].created_on, (provider.id, person_id),
        (_provider_evidence(provider), *(request_evidence(each) for each in requests)),
        frozenset(each.id for each in requests), frozenset().union(*(each.people for each in requests)),
    )  # fmt: skip
