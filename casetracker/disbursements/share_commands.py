"""The parts of a request, written inside its commands: shares over grants, instalments, what each takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.core import ids
from casetracker.core.commands import add
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, Refused
from casetracker.disbursements import queries, request_queries, rules
from casetracker.disbursements.models import (
    Disbursement,
    DisbursementShare,
    Instalment,
    InstalmentShare,
)
from casetracker.disbursements.states import TERMS_OF_KIND, InstalmentState, PaymentTerms


@dataclass(frozen=True, kw_only=True)
class InstalmentInput:
    """One instalment as typed: minor units of the programme's currency."""

    amount: int
    due_on: date | None
    terms: PaymentTerms


def write_shares(row: Disbursement, parts: dict[str, int]) -> None:
    """Split what is asked by option key over the grants and write it; Refused where one is not there."""
    split = request_queries.split_shares(row.dossier_id, parts)
    if split is None:
        raise Refused(Message(N_("This is not in the approved plan."), field="parts"))
    for position, (line_id, activity_id, grant_id, person_id, amount) in enumerate(split):
        add(
            DisbursementShare(
                id=ids.new_id(),
                dossier_id=row.dossier_id,
                disbursement_id=row.id,
                position=position,
                line_id=line_id,
                activity_id=activity_id,
                grant_id=grant_id,
                person_id=None if person_id == row.dossier_id else person_id,
                amount=amount,
            )
        )
    db.session.flush()


def write_instalments(row: Disbursement, inputs: tuple[InstalmentInput, ...]) -> None:
    """Write the instalments as typed, or one for the whole; the local amount is split over them."""
    if not inputs:
        inputs = (InstalmentInput(amount=row.amount, due_on=None, terms=TERMS_OF_KIND[row.kind][0]),)
    if any(part.terms == PaymentTerms.RETENTION and part.due_on is None for part in inputs):
        raise Refused(Message(N_("Say until which day it is kept back."), field="instalments"))
    local: list[int] | list[None] = [None] * len(inputs)
    if row.local_amount is not None:
        local = rules.split_local(row.local_amount, [part.amount for part in inputs])
    for number, (part, local_amount) in enumerate(zip(inputs, local, strict=True), start=1):
        add(
            Instalment(
                id=ids.new_id(),
                dossier_id=row.dossier_id,
                disbursement_id=row.id,
                number=number,
                terms=part.terms,
                state=InstalmentState.PLANNED,
                amount=part.amount,
                local_amount=local_amount,
                due_on=part.due_on,
                state_reason=None,
            )
        )
    db.session.flush()


def write_instalment_shares(row: Disbursement) -> None:
    """Fix what each instalment takes of each share (domain, "Currency": fixed at submission)."""
    clear_instalment_shares(row)
    shares, parts = queries.share_rows(row.id), queries.list_instalments(row.id)
    matrix = rules.split_instalments([part.amount for part in parts], [share.amount for share in shares])
    for part, amounts in zip(parts, matrix, strict=True):
        for share, amount in zip(shares, amounts, strict=True):
            if amount:
                add(
                    InstalmentShare(
                        id=ids.new_id(),
                        dossier_id=row.dossier_id,
                        instalment_id=part.id,
                        share_id=share.id,
                        amount=amount,
                    )
                )
    db.session.flush()


def split_again(row: Disbursement) -> None:
    """Split the lines' amounts by the plan as it is approved now; nothing where a line is gone."""
    shares = queries.shares_of(row.id)
    parts = request_queries.parts_of(shares)
    wanted = request_queries.split_shares(row.dossier_id, parts)
    now = [(s.line_id, s.activity_id, s.grant_id, s.person_id, s.amount) for s in shares]
    if wanted is None or wanted == now:
        return
    clear_instalment_shares(row)
    for share in queries.share_rows(row.id):
        db.session.delete(share)
    db.session.flush()
    write_shares(row, parts)


def clear_instalment_shares(row: Disbursement) -> None:
    """Take away what the instalments take, before it is fixed anew."""
    query = (
        select(InstalmentShare)
        .join(Instalment, Instalment.id == InstalmentShare.instalment_id)
        .where(Instalment.disbursement_id == row.id)
    )
    for part in db.session.scalars(query).all():
        db.session.delete(part)
    db.session.flush()


def clear(row: Disbursement) -> None:
    """Take away shares and instalments before they are written anew."""
    clear_instalment_shares(row)
    for thing in [*queries.share_rows(row.id), *queries.list_instalments(row.id)]:
        db.session.delete(thing)
    db.session.flush()
