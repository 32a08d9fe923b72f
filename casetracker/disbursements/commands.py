"""Writing, submitting, changing and cancelling requests; deciding lives in approvals, paying in payments."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm.attributes import flag_modified

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.labels import label_id
from casetracker.core.permissions import Permission
from casetracker.disbursements import events, queries, request_queries, rules, share_commands
from casetracker.disbursements.models import Disbursement, Submission
from casetracker.disbursements.set_queries import money_waits_of
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import TERMS_OF_KIND, DisbursementKind, DisbursementState, RequestFacts
from casetracker.disbursements.tender_queries import find_tender
from casetracker.dossiers.commands import add_point
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import list_points_about, require_open
from casetracker.dossiers.states import PointKind
from casetracker.events.recording import record
from casetracker.grants.commands import write_relinquish
from casetracker.grants.holder_queries import list_holders
from casetracker.grants.queries import list_grants
from casetracker.grants.states import are_persons
from casetracker.ledger.posting import post
from casetracker.ledger.states import Move
from casetracker.plans.queries import get_approved_version
from casetracker.programmes.states import PolicyFacts
from casetracker.providers.payee_queries import list_sharing_account
from casetracker.providers.queries import get_provider, names_of

SHARED_ACCOUNT = N_(
    "The bank account of %(name)s is also that of another provider in use. Look at both records, and say why money "
    "may go there."
)


@dataclass(frozen=True, kw_only=True)
class DraftDisbursement(Command):
    """A request as typed. `parts` are (option key, minor units): which plan lines or grants pay how much."""

    dossier_id: str
    kind: DisbursementKind
    purpose: str
    provider_id: str | None
    local_currency: str | None
    local_amount: int | None
    parts: tuple[tuple[str, int], ...]
    instalments: tuple[InstalmentInput, ...]


@dataclass(frozen=True, kw_only=True)
class EditDisbursement(DraftDisbursement):
    """The same for a request that stands."""

    disbursement_id: str
    version: int


@command
def draft_disbursement(cmd: DraftDisbursement, *, actor: Actor) -> str:
    """Begin a request; returns its id."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    require_open(actor, cmd.dossier_id)
    lock(Dossier, cmd.dossier_id)
    currency, amount = _judge(cmd)
    row = add(
        Disbursement(
            id=ids.new_id(),
            dossier_id=cmd.dossier_id,
            kind=cmd.kind,
            state=DisbursementState.DRAFT,
            purpose=cmd.purpose,
            provider_id=_provider(cmd, actor),
            currency=currency,
            amount=amount,
            local_currency=cmd.local_currency,
            local_amount=cmd.local_amount,
            choice_reason=None,
            state_reason=None,
            created_by=actor.id,
            created_at=clock.now(),
            writers=[actor.id],
        )
    )
    db.session.flush()
    share_commands.write_shares(row, dict(cmd.parts))
    share_commands.write_instalments(row, cmd.instalments)
    record(events.DisbursementDrafted(**events.named(row)), actor=actor)
    return row.id


@command
def edit_disbursement(cmd: EditDisbursement, *, actor: Actor) -> str:
    """Change a request; one that was submitted is a draft again, its money released. Returns its id."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    require_open(actor, cmd.dossier_id)
    row = lock_disbursement(cmd.dossier_id, cmd.disbursement_id, cmd.version)
    started = [part.state for part in queries.list_instalments(row.id)]
    refuse_if(rules.why_not_edit(row.state, started))
    currency, amount = _judge(cmd)
    before = [(share.line_id, share.grant_id, share.amount) for share in queries.shares_of(row.id)]
    released = release(row)
    share_commands.clear(row)
    row.kind, row.purpose, row.provider_id = cmd.kind, cmd.purpose, _provider(cmd, actor)
    row.currency, row.amount = currency, amount
    row.local_currency, row.local_amount = cmd.local_currency, cmd.local_amount
    row.state = DisbursementState.DRAFT
    flag_modified(row, "amount")  # other sources or instalments alone make a new version, too
    add_writer(row, actor)
    share_commands.write_shares(row, dict(cmd.parts))
    share_commands.write_instalments(row, cmd.instalments)
    record(events.DisbursementEdited(**events.named(row), released=released), actor=actor)
    if released:
        give_back(row.dossier_id, before, subject=("disbursement", row.id), actor=actor)
    return row.id


@dataclass(frozen=True, kw_only=True)
class SubmitDisbursement(Command):
    """Ask for approval of what stands."""

    dossier_id: str
    disbursement_id: str
    version: int


@command
def submit_disbursement(cmd: SubmitDisbursement, *, actor: Actor) -> str:
    """Freeze the request with the policy in force and reserve its money; returns the submission's id."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    require_open(actor, cmd.dossier_id)
    row = lock_disbursement(cmd.dossier_id, cmd.disbursement_id, cmd.version)
    refuse_if(rules.why_not_move(row.state, DisbursementState.SUBMITTED))
    share_commands.split_again(row)
    facts, policy = request_queries.request_facts(row, clock.today(actor.zone))
    refuse_if(rules.why_not_submit(facts))
    refuse_if(why_money_waits(row, actor))
    if policy is None:
        raise NotFound("policy")
    share_commands.write_instalment_shares(row)
    add_writer(row, actor)
    row.state, row.state_reason = DisbursementState.SUBMITTED, None
    earlier = queries.list_submissions(row.id)
    submission = _write_submission(row, len(earlier) + 1, facts, policy, actor)
    _keep_panels(row, [*earlier, submission])
    db.session.flush()
    move(row, submission, Move.RESERVE)
    record(
        events.DisbursementSubmitted(**events.named(row), submission_id=submission.id, number=submission.number),
        actor=actor,
    )
    _point_at_shared_account(row, actor)
    return submission.id


def _write_submission(
    row: Disbursement, number: int, facts: RequestFacts, policy: PolicyFacts, actor: Actor
) -> Submission:
    """What is frozen: content, writers, the policy in force with the band of the total, the plan that is drawn on."""
    plan = get_approved_version(row.dossier_id) if any(d.is_on_plan for d in facts.draws) else None
    band = policy.band_for(facts.total)
    content = request_queries.frozen_content(row, ids.new_id())
    return add(
        Submission(
            id=ids.new_id(),
            dossier_id=row.dossier_id,
            disbursement_id=row.id,
            number=number,
            requested_by=actor.id,
            writers=list(row.writers),
            submitted_at=clock.now(),
            content=content,
            content_hash=request_queries.hash_of(content),
            policy=policy.to_json(),
            plan_version_id=plan.id if plan else None,
            plan_authors=sorted(plan.authors) if plan else [],
            band_total=facts.total,
            needs_receiving=band.receiving,
            needs_sending=band.sending,
            quotes_needed=facts.quotes_needed,
        )
    )


def _keep_panels(row: Disbursement, submissions: list[Submission]) -> None:
    """Keep with the tender file who sat on the panel at any submission: another panel later changes nothing of that."""
    tender = find_tender(row.id)
    if tender is not None:
        tender.sat_before = sorted({who for each in submissions for who in each.panel_ids})


@dataclass(frozen=True, kw_only=True)
class CancelDisbursement(Command):
    """Give a request up, with a reason."""

    dossier_id: str
    disbursement_id: str
    reason: str
    version: int


@command
def cancel_disbursement(cmd: CancelDisbursement, *, actor: Actor) -> str:
    """Cancel a request nothing of which has begun; its money is released. Returns its id."""
    require(actor, Permission.DISBURSEMENT_REQUEST)
    require_open(actor, cmd.dossier_id)
    row = lock_disbursement(cmd.dossier_id, cmd.disbursement_id, cmd.version)
    started = [part.state for part in queries.list_instalments(row.id)]
    refuse_if(rules.why_not_cancel(row.state, started))
    released = release(row)
    row.state, row.state_reason = DisbursementState.CANCELLED, cmd.reason
    record(events.DisbursementCancelled(**events.named(row), reason=cmd.reason), actor=actor)
    if released:
        give_back_request(row, actor=actor)
    return row.id


def lock_disbursement(dossier_id: str, disbursement_id: str, version: int | None = None) -> Disbursement:
    """The request of this dossier, locked after its dossier; NotFound if it is of another."""
    lock(Dossier, dossier_id)
    row = lock(Disbursement, disbursement_id, version)
    if row.dossier_id != dossier_id:
        raise NotFound("disbursement")
    return row


def why_money_waits(row: Disbursement, actor: Actor) -> Message | None:
    """An open point of the case that has to be cleared before this actor's next money act, as a sentence."""
    return money_waits_of([(row, queries.shares_of(row.id))], actor)[row.id]


def move(row: Disbursement, submission: Submission, step: Move) -> None:
    """Post the whole request on all its accounts: plan lines, grants, budget lines, programme."""
    parts = [(share.line_id, share.grant_id, share.amount) for share in queries.shares_of(row.id)]
    amounts = request_queries.amounts_of(row.dossier_id, parts)
    post(step, amounts, owner_id=row.dossier_id, subject=("submission", submission.id))


def release(row: Disbursement) -> bool:
    """Give back what the request holds, if it was submitted or approved; whether it held anything."""
    moves = {
        DisbursementState.SUBMITTED: Move.RELEASE_RESERVED,
        DisbursementState.APPROVED: Move.RELEASE_COMMITTED,
    }
    if row.state not in moves:
        return False
    move(row, queries.get_submission(row.id), moves[row.state])
    return True


def give_back(
    dossier_id: str, parts: list[tuple[str | None, str, int]], *, subject: tuple[str, str], actor: Actor
) -> None:
    """What was just released or reversed of grants that are closed meanwhile returns to the programme.

    parts are (line or None, grant, amount). Called after the act's own event; records `grant.relinquished`.
    """
    closed = {grant.id: grant for grant in list_grants(dossier_id) if not grant.is_open}
    gone = [part for part in parts if part[1] in closed and part[2] > 0]
    lines = request_queries.line_amounts(dossier_id, gone)
    if lines:
        post(Move.RELINQUISH, lines, owner_id=dossier_id, subject=subject)
    for grant_id in sorted({grant for _line, grant, _amount in gone}):
        grant = closed[grant_id]
        write_relinquish(grant_id, grant.state_reason or label_id(grant.state), actor=actor)


def give_back_request(row: Disbursement, *, actor: Actor) -> None:
    """The same for a whole request that was released."""
    parts = [(share.line_id, share.grant_id, share.amount) for share in queries.shares_of(row.id)]
    give_back(row.dossier_id, parts, subject=("disbursement", row.id), actor=actor)


def _point_at_shared_account(row: Disbursement, actor: Actor) -> None:
    """A supervisor looks before money moves where the provider's account is that of another provider in use; once
    for the same records."""
    if row.provider_id is None:
        return
    others = " ".join(list_sharing_account(row.provider_id))
    before = list_points_about(row.dossier_id, row.provider_id)
    if not others or any(point.text == SHARED_ACCOUNT and point.params.get("others") == others for point in before):
        return
    said = {"name": names_of([row.provider_id])[row.provider_id], "others": others}
    subject = ("provider", row.provider_id)
    point = add_point(row.dossier_id, PointKind.FINDING, SHARED_ACCOUNT, said, subject=subject, blocks_money=True)
    record(PointRaised(owner_id=row.dossier_id, point_id=point.id), actor=actor)


def add_writer(row: Disbursement, actor: Actor) -> None:
    """Remember who wrote in the request: none of them approves it."""
    if actor.id not in row.writers:
        row.writers = [*row.writers, actor.id]


def _judge(cmd: DraftDisbursement) -> tuple[str, int]:
    """(currency, amount) of what was typed; Refused where it cannot be."""
    is_of_persons = are_persons(list_holders(cmd.dossier_id))
    refuse_if(rules.why_not_kind(cmd.kind, is_of_persons=is_of_persons))
    parts = dict(cmd.parts)
    options = {option.key: option for option in request_queries.list_options(cmd.dossier_id)}
    if not parts or len(parts) != len(cmd.parts):
        raise Refused(Message(N_("Say for which plan line or grant the money is."), field="parts"))
    if any(key not in options for key in parts):
        raise Refused(Message(N_("This is not in the approved plan."), field="parts"))
    currencies = {options[key].currency for key in parts}
    if len(currencies) > 1:
        raise Refused(Message(N_("Ask for grants of one currency at a time."), field="parts"))
    currency, amount = currencies.pop(), sum(parts.values())
    planned = [(part.terms, part.amount) for part in _instalments(cmd, amount)]
    refuse_if(rules.why_not_instalments(cmd.kind, amount, planned, currency))
    if cmd.local_currency == currency or (cmd.local_currency is None) != (cmd.local_amount is None):
        raise Refused(Message(N_("Give a local amount with its own currency, or neither."), field="local_amount"))
    return currency, amount


def _provider(cmd: DraftDisbursement, actor: Actor) -> str | None:
    """The provider paid; only for money that goes to one. NotFound for one the actor does not see."""
    if cmd.kind != DisbursementKind.PROVIDER or cmd.provider_id is None:
        return None
    return get_provider(actor, cmd.provider_id).id


def _instalments(cmd: DraftDisbursement, amount: int) -> tuple[InstalmentInput, ...]:
    if cmd.instalments:
        return cmd.instalments
    return (InstalmentInput(amount=amount, due_on=None, terms=TERMS_OF_KIND[cmd.kind][0]),)
