"""What the page of one request shows: parts, shares, instalments, quotes, decisions, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.accounts.queries import names_of as user_names
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import Message
from casetracker.core.permissions import Permission
from casetracker.disbursements import queries, request_queries, rules
from casetracker.disbursements.commands import why_money_waits
from casetracker.disbursements.models import Decision, Disbursement, Instalment, Quote, Submission
from casetracker.disbursements.states import DisbursementState, RequestFacts
from casetracker.disbursements.tender_queries import TenderPage, load_tender
from casetracker.documents.models import Document
from casetracker.documents.queries import find_documents
from casetracker.dossiers.states import Sight
from casetracker.grants.holder_queries import list_holders
from casetracker.grants.queries import list_grants
from casetracker.plans.queries import approved_lines
from casetracker.programmes.queries import list_rates
from casetracker.providers.queries import list_providers
from casetracker.providers.queries import names_of as provider_names


@dataclass(frozen=True, kw_only=True)
class ShareRow:
    """What one grant pays, for which line."""

    title: str
    person: str
    package: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class DisbursementPage:
    """One request with everything that stands about it; the messages say why an act is not possible now. `counted`
    are the requests whose total sets its band and its quotes."""

    row: Disbursement
    provider: str | None
    shares: tuple[ShareRow, ...]
    instalments: tuple[Instalment, ...]
    quotes: tuple[Quote, ...]
    papers: dict[str, Document]
    tender: TenderPage | None
    submissions: tuple[Submission, ...]
    decisions: tuple[Decision, ...]
    names: dict[str, str]
    may_act: bool
    facts: RequestFacts | None
    counted: tuple[request_queries.CountedRow, ...]
    why_not_submit: Message | None
    why_not_edit: Message | None
    why_not_cancel: Message | None

    @property
    def is_draft(self) -> bool:
        """Whether it is written on now: a draft, or returned."""
        return self.row.state in (DisbursementState.DRAFT, DisbursementState.RETURNED)

    @property
    def newest(self) -> Submission | None:
        """The newest submission."""
        return self.submissions[0] if self.submissions else None


def load_page(sight: Sight, actor: Actor, disbursement_id: str) -> DisbursementPage:
    """The request of this dossier; NotFound if it is of another."""
    row = queries.get_disbursement(sight.dossier_id, disbursement_id)
    instalments = queries.list_instalments(row.id)
    quotes = queries.list_quotes(row.id)
    submissions = queries.list_submissions(row.id)
    decisions = queries.list_decisions(submission.id for submission in submissions)
    people = {row.created_by, *(s.requested_by for s in submissions), *(d.approver_id for d in decisions)}
    people |= {d.acts_for for d in decisions if d.acts_for}
    may = actor.may(Permission.DISBURSEMENT_REQUEST) and sight.relation is not None and not sight.is_closed
    is_draft = row.state in (DisbursementState.DRAFT, DisbursementState.RETURNED)
    facts = None
    if may and is_draft:
        facts, _policy = request_queries.request_facts(row, clock.today(actor.zone))
    started = [part.state for part in instalments]
    return DisbursementPage(
        row=row,
        provider=provider_names([row.provider_id]).get(row.provider_id) if row.provider_id else None,
        shares=tuple(_shares(row)),
        instalments=tuple(instalments),
        quotes=tuple(quotes),
        papers=find_documents(quote.document_id for quote in quotes),
        tender=load_tender(row.id),
        submissions=tuple(submissions),
        decisions=tuple(decisions),
        names=user_names(people),
        may_act=may,
        facts=facts,
        counted=tuple(request_queries.list_with_others(row)),
        why_not_submit=(rules.why_not_submit(facts) or why_money_waits(row, actor)) if facts else None,
        why_not_edit=rules.why_not_edit(row.state, started),
        why_not_cancel=rules.why_not_cancel(row.state, started),
    )


def _shares(row: Disbursement) -> list[ShareRow]:
    names = {holder.id: holder.name for holder in list_holders(row.dossier_id)}
    lines = {line.line_id: f"{line.activity_title}: {line.description}" for line in approved_lines(row.dossier_id)}
    packages = {grant.id: grant.package_name for grant in list_grants(row.dossier_id)}
    return [
        ShareRow(
            title=lines.get(share.line_id or "", packages.get(share.grant_id, "")),
            person=names.get(share.person_id, ""),
            package=packages.get(share.grant_id, ""),
            amount=share.amount,
        )
        for share in queries.shares_of(row.id)
    ]


def provider_choices(actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of the providers that the actor's office pays."""
    return [(provider.id, provider.name) for provider in list_providers(actor)]


def local_currencies(base: str) -> list[str]:
    """Currencies that have a stored rate to the base, by code."""
    return sorted({rate.currency for rate in list_rates() if rate.base == base})
