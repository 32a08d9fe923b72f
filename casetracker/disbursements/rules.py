"""When a request may be written, submitted, changed, cancelled; how money is shared out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from casetracker.core.errors import N_, Message
from casetracker.core.money import Money, split
from casetracker.disbursements.states import (
    TERMS_OF_KIND,
    TRANSITIONS,
    DisbursementKind,
    DisbursementState,
    DrawFacts,
    InstalmentState,
    Level,
    LevelFacts,
    PaymentTerms,
    QuoteFacts,
    RequestFacts,
    next_step,
)

_MOVES = {
    DisbursementState.DRAFT: N_("This disbursement cannot be changed any more: it is %(state)s."),
    DisbursementState.SUBMITTED: N_("This disbursement cannot be submitted: it is %(state)s."),
    DisbursementState.APPROVED: N_("This disbursement cannot be approved: it is %(state)s."),
    DisbursementState.RETURNED: N_("This disbursement cannot be returned: it is %(state)s."),
    DisbursementState.REFUSED: N_("This disbursement cannot be refused: it is %(state)s."),
    DisbursementState.CANCELLED: N_("This disbursement cannot be cancelled: it is %(state)s."),
    DisbursementState.CLOSED: N_("This disbursement cannot be closed: it is %(state)s."),
}
_STATE_WORDS = {
    DisbursementState.DRAFT: N_("a draft"),
    DisbursementState.SUBMITTED: N_("waiting for approval"),
    DisbursementState.APPROVED: N_("approved"),
    DisbursementState.RETURNED: N_("returned"),
    DisbursementState.REFUSED: N_("refused"),
    DisbursementState.CANCELLED: N_("cancelled"),
    DisbursementState.CLOSED: N_("done"),
}


def why_not_move(state: DisbursementState, target: DisbursementState) -> Message | None:
    """Why a request in `state` cannot become `target`."""
    if target in TRANSITIONS[state]:
        return None
    return Message(_MOVES[target], {"state": Message(_STATE_WORDS[state])})


def why_not_edit(state: DisbursementState, instalments: Iterable[InstalmentState]) -> Message | None:
    """A draft is edited in place; what was submitted goes back to draft, unless something of it has begun."""
    if state == DisbursementState.DRAFT:
        return None
    if state == DisbursementState.APPROVED and any(i != InstalmentState.PLANNED for i in instalments):
        return Message(
            N_("Part of this was ordered or paid already. Skip what is left and ask for it in a new disbursement.")
        )
    return why_not_move(state, DisbursementState.DRAFT)


def why_not_cancel(state: DisbursementState, instalments: Iterable[InstalmentState]) -> Message | None:
    """A request whose instalments have begun is not cancelled: what is left is skipped."""
    if state == DisbursementState.APPROVED and any(i != InstalmentState.PLANNED for i in instalments):
        return Message(N_("Part of this was ordered or paid already. Skip what is left of it instead."))
    return why_not_move(state, DisbursementState.CANCELLED)


def why_not_kind(kind: DisbursementKind, *, is_of_persons: bool) -> Message | None:
    """Where nobody is paid back or given cash, money goes to providers alone: to a known account, counted together."""
    if is_of_persons or kind == DisbursementKind.PROVIDER:
        return None
    return Message(N_("A project pays providers alone."), field="kind")


def why_not_submit(facts: RequestFacts) -> Message | None:
    """The first reason why this request cannot be submitted now."""
    return (
        why_not_move(facts.state, DisbursementState.SUBMITTED)
        or _why_not_period(facts)
        or _why_not_payee(facts)
        or _first(why_not_draw(draw, facts.kind, facts.currency) for draw in facts.draws)
        or why_not_together(facts.draws, facts.kind)
        or _why_not_amounts(facts)
        or why_not_own_procedure(facts.total, facts.own_procedure_limit, facts.kind, facts.currency)
        or why_not_quotes(facts.quotes, facts.quotes_needed, facts.has_choice_reason, facts.provider_id, facts.kind)
        or why_over(facts.levels)
    )


def _first(reasons: Iterable[Message | None]) -> Message | None:
    return next((reason for reason in reasons if reason is not None), None)


def _why_not_period(facts: RequestFacts) -> Message | None:
    if not facts.eligible_from <= facts.today <= facts.eligible_until:
        return Message(
            N_("Today is outside the programme's eligible period, %(first)s to %(last)s."),
            {"first": facts.eligible_from, "last": facts.eligible_until},
        )
    if not facts.has_policy:
        return Message(N_("The programme has no approval policy for today; an administrator has to set one."))
    return None


def _why_not_payee(facts: RequestFacts) -> Message | None:
    if facts.kind != DisbursementKind.PROVIDER:
        return None
    if facts.provider_id is None:
        return Message(N_("Choose the provider who is to be paid."), field="provider_id")
    if not facts.has_account:
        return Message(
            N_("The provider has no bank account that a second person has confirmed."),
            field="provider_id",
        )
    return None


def why_not_draw(draw: DrawFacts, kind: DisbursementKind, currency: str) -> Message | None:
    """Why this grant cannot pay: closed, not arrived, needs a plan, in kind only, cash above the cap."""
    named = {"person": draw.person, "package": draw.package}
    if not draw.is_open:
        return Message(N_("The grant of %(person)s (%(package)s) is no longer open."), named)
    if draw.ended_on is not None:
        return Message(
            N_("The time of the grant of %(person)s (%(package)s) ended on %(day)s."), {**named, "day": draw.ended_on}
        )
    if draw.arrived_on is None and draw.is_person:
        return Message(N_("%(person)s has not arrived yet; nobody draws before the own arrival."), named)
    if draw.needs_plan and not draw.is_on_plan:
        return Message(N_("The grant of %(person)s (%(package)s) is spent by the plan only."), named)
    if kind != DisbursementKind.CASH:
        return None
    if draw.in_kind_only:
        return Message(N_("%(package)s is given in kind only; there is no cash from it."), named)
    if draw.cash_cap is not None and draw.cash_before + draw.amount > draw.cash_cap:
        left = max(0, draw.cash_cap - draw.cash_before)
        return Message(
            N_("%(amount)s in cash for %(person)s is above the cap of %(cap)s; %(left)s is left of it."),
            {**named, "amount": Money(draw.amount, currency), "cap": Money(draw.cash_cap, currency),
             "left": Money(left, currency)},
        )  # fmt: skip
    return None


def why_not_together(draws: Sequence[DrawFacts], kind: DisbursementKind) -> Message | None:
    """A child's grant is spent on that child alone, so no one else's pays for the same purchase without a plan.

    Cash is handed to each person; what a plan's line is for was judged with the plan.
    """
    loose = [draw for draw in draws if not draw.is_on_plan]
    if kind == DisbursementKind.CASH or len({draw.person_id for draw in draws}) < 2:
        return None
    child = next((draw for draw in loose if not draw.is_adult), None)
    if child is None:
        return None
    return Message(
        N_(
            "%(person)s is a child: the grant pays only for what is for %(person)s alone, in a disbursement of its own."
        ),
        {"person": child.person},
    )


def _why_not_amounts(facts: RequestFacts) -> Message | None:
    if facts.has_cut_line:
        return Message(N_("A line of this disbursement is not in the approved plan any more; edit it first."))
    if not facts.draws or sum(draw.amount for draw in facts.draws) != facts.amount:
        return Message(N_("Say for which plan line or grant the money is."))
    reason = why_not_instalments(facts.kind, facts.amount, facts.instalments, facts.currency)
    if reason is not None or facts.local_amount is None or facts.local_currency is None:
        return reason
    if facts.local_worth is None:
        return Message(
            N_("There is no exchange rate for %(currency)s yet. An administrator has to enter one first."),
            {"currency": facts.local_currency},
        )
    if facts.local_worth > facts.amount:
        return Message(
            N_("%(local)s is worth %(worth)s at the stored rate, more than the %(amount)s asked for."),
            {
                "local": Money(facts.local_amount, facts.local_currency),
                "worth": Money(facts.local_worth, facts.currency),
                "amount": Money(facts.amount, facts.currency),
            },
        )
    return None


def why_not_instalments(
    kind: DisbursementKind, amount: int, instalments: Sequence[tuple[PaymentTerms, int]], currency: str
) -> Message | None:
    """Instalments add up to the request and have terms that its kind allows."""
    if not instalments or any(part <= 0 for _terms, part in instalments):
        return Message(N_("Each instalment needs an amount of more than zero."))
    if any(terms not in TERMS_OF_KIND[kind] for terms, _part in instalments):
        return Message(N_("These terms of payment do not fit the kind of disbursement."))
    if all(terms == PaymentTerms.RETENTION for terms, _part in instalments):
        return Message(N_("Only a part can be kept back: what it is kept back of is an instalment of its own."))
    total = sum(part for _terms, part in instalments)
    if total != amount:
        return Message(
            N_("The instalments add up to %(total)s, the disbursement to %(amount)s."),
            {"total": Money(total, currency), "amount": Money(amount, currency)},
        )
    return None


def why_not_quotes(
    quotes: Sequence[QuoteFacts],
    needed: int,
    has_reason: bool,
    provider_id: str | None,
    kind: DisbursementKind,
) -> Message | None:
    """Enough quotes with their papers, one of them chosen for a reason; the chosen provider is paid.

    Only what is bought needs quotes: cash does not.
    """
    if kind == DisbursementKind.CASH:
        return None
    proven = [quote for quote in quotes if quote.document_id]
    there = count_sources(quotes)
    if there < needed:
        return Message(
            N_("Not enough quotes of different providers with their papers: needed %(needed)d, there %(there)d."),
            {"needed": needed, "there": there},
        )
    if needed == 0 and not quotes:
        return None
    chosen = [quote for quote in proven if quote.is_chosen]
    if len(chosen) != 1:
        return Message(N_("Say which quote was chosen."))
    if not has_reason:
        return Message(N_("Give the reason why this quote was chosen."), field="choice_reason")
    if kind == DisbursementKind.PROVIDER and chosen[0].provider_id != provider_id:
        return Message(N_("The chosen quote is of another provider than the one to be paid."))
    return None


def count_sources(quotes: Iterable[QuoteFacts]) -> int:
    """How many different providers gave these quotes, of those with their papers.

    Records that are one payee count once; so does who is known by name only, if a known provider bears that name.
    """
    proven = [quote for quote in quotes if quote.document_id]
    known = [
        (quote.provider_name.casefold(), quote.payee_id or quote.provider_id) for quote in proven if quote.provider_id
    ]
    payees = dict(known)
    named = [quote.provider_name.casefold() for quote in proven if not quote.provider_id]
    return len({*(payee for _name, payee in known), *(payees.get(name, name) for name in named)})


def why_not_own_procedure(total: int, limit: int | None, kind: DisbursementKind, currency: str) -> Message | None:
    """Why the programme's own procedure of buying does not hold for this total (minor units; limit None: any).

    The total is the one that bands look at, so splitting gains nothing; cash buys nothing. Source: EU procurement,
    own procedure up to 60,000 EUR, no splitting; breach makes the cost ineligible.
    """
    if kind == DisbursementKind.CASH or limit is None or total <= limit:
        return None
    return Message(
        N_(
            "Together with other disbursements for the same provider and purpose this is %(total)s. The own procedure "
            "of buying holds up to %(limit)s; above it the cost would not be eligible, also when it is split. "
            "A tender file has to be there."
        ),
        {"total": Money(total, currency), "limit": Money(limit, currency)},
    )


def why_over(levels: Iterable[LevelFacts]) -> Message | None:
    """Why the money asked for is not there: plan line, grant, budget line, programme, each by itself."""
    words = {
        Level.LINE: N_("%(asked)s is more than the %(left)s left on the plan line “%(name)s”."),
        Level.GRANT: N_("%(asked)s is more than the %(left)s left of the grant of %(name)s."),
        Level.BUDGET_LINE: N_("%(asked)s is more than the %(left)s left on the budget line “%(name)s”."),
        Level.PROGRAMME: N_("%(asked)s is more than the %(left)s left in the programme “%(name)s”."),
    }
    for level in levels:
        if level.asked > level.left:
            asked, left = Money(level.asked, level.currency), Money(level.left, level.currency)
            return Message(words[level.level], {"asked": asked, "left": left, "name": level.name})
    return None


def why_not_step(terms: PaymentTerms, state: InstalmentState, target: InstalmentState) -> Message | None:
    """Why an instalment cannot make this step: each kind has its order."""
    expected = next_step(terms, state)
    if expected == target:
        return None
    if expected is None:
        return Message(N_("This instalment is at its end."))
    words = {
        InstalmentState.ORDERED: N_("This instalment has to be ordered first."),
        InstalmentState.DELIVERED: N_("What was bought has to be handed over first, with a certificate."),
        InstalmentState.INVOICED: N_("The invoice is missing."),
        InstalmentState.PAID: N_("This instalment has to be paid first."),
        InstalmentState.VERIFIED: N_("Only the check of this instalment is left to do."),
        InstalmentState.PLANNED: N_("This instalment is only planned."),
        InstalmentState.SKIPPED: N_("This instalment was skipped."),
    }
    return Message(words[expected])


def split_line(amount: int, funding: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """(grant, part) of an amount of one plan line, in the proportion of the line's funding (in person order).

    Whole cents, largest remainder first, ties in order; grants without a part are left out.
    """
    parts = split(amount, [share for _grant, share in funding])
    return [(grant, part) for (grant, _share), part in zip(funding, parts, strict=True) if part > 0]


def split_instalments(instalments: Sequence[int], shares: Sequence[int]) -> list[list[int]]:
    """What each instalment takes of each share: rows add up to the instalments, columns to the shares.

    Both must have the same positive sum. Each takes its part of what the earlier ones left.
    """
    left = list(shares)
    rows = []
    for amount in instalments:
        row = split(amount, left)
        left = [before - part for before, part in zip(left, row, strict=True)]
        rows.append(row)
    return rows


def split_local(local_amount: int, instalments: Sequence[int]) -> list[int]:
    """The local amount of each instalment, in the proportion of the instalments."""
    return split(local_amount, instalments)


def account_amounts(
    shares: Iterable[tuple[str | None, str, int]],
    line_accounts: Mapping[str, str],
    grant_accounts: Mapping[str, tuple[str, str, str]],
) -> dict[str, int]:
    """account -> amount, of shares (line or None, grant, part): line, grant, budget line, programme."""
    amounts: dict[str, int] = {}
    for line_id, grant_id, part in shares:
        accounts = [*grant_accounts[grant_id]]
        if line_id is not None:
            accounts.append(line_accounts[line_id])
        for account in accounts:
            amounts[account] = amounts.get(account, 0) + part
    return {account: amount for account, amount in amounts.items() if amount > 0}
