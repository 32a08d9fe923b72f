"""What several requests are judged by, read for all of them at once: as many queries for fifty as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select

from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.disbursements import rules
from casetracker.disbursements.models import Disbursement, DisbursementShare, Instalment, Quote
from casetracker.disbursements.queries import share_facts
from casetracker.disbursements.states import Level, LevelFacts, ShareFacts
from casetracker.disbursements.tender_queries import Tender, tenders_of
from casetracker.documents.models import Document
from casetracker.documents.queries import find_documents
from casetracker.dossiers.queries import first_block, money_blocks_of
from casetracker.grants.holder_queries import holders_of
from casetracker.grants.models import Grant
from casetracker.grants.queries import grants_of
from casetracker.grants.states import GrantFacts, GrantState
from casetracker.ledger.queries import totals_of
from casetracker.plans.queries import approved_lines_of
from casetracker.plans.states import ApprovedLine
from casetracker.programmes.models import BudgetLine, Programme
from casetracker.providers.payee_queries import payees_of
from casetracker.providers.queries import confirmed_accounts_of

Row = TypeVar("Row", DisbursementShare, Instalment, Quote)


@dataclass(frozen=True, kw_only=True)
class RequestRows:
    """The rows of one request: shares and instalments in order, quotes that stand (the cheapest first), their
    papers, the account where its provider is paid (None: nowhere yet), the tender file, and who of the quotes is one
    payee."""

    shares: tuple[ShareFacts, ...]
    instalments: tuple[Instalment, ...]
    quotes: tuple[Quote, ...]
    papers: Mapping[str | None, Document]
    account_id: str | None
    tender: Tender | None = None
    payees: Mapping[str, str] = field(default_factory=dict)


def rows_of(requests: Iterable[Disbursement]) -> dict[str, RequestRows]:
    """disbursement id -> its rows; seven queries, eight where there are tender files."""
    wanted = {row.id: row for row in requests}
    shares = _grouped(DisbursementShare, wanted, DisbursementShare.position)
    parts = _grouped(Instalment, wanted, Instalment.number)
    quotes = {
        id: [quote for quote in rows if not quote.is_dropped]
        for id, rows in _grouped(Quote, wanted, Quote.amount, Quote.id).items()
    }
    papers = find_documents(quote.document_id for rows in quotes.values() for quote in rows)
    tenders = tenders_of(wanted)
    accounts = confirmed_accounts_of(row.provider_id for row in wanted.values() if row.provider_id)
    payees = payees_of(quote.provider_id for rows in quotes.values() for quote in rows if quote.provider_id)
    return {
        id: RequestRows(
            shares=tuple(share_facts(share) for share in shares.get(id, ())),
            instalments=tuple(parts.get(id, ())),
            quotes=tuple(quotes.get(id, ())),
            papers={
                quote.document_id: papers[quote.document_id]
                for quote in quotes.get(id, ())
                if quote.document_id in papers
            },
            account_id=accounts[row.provider_id].id if row.provider_id in accounts else None,
            payees=payees,
            tender=tenders.get(id),
        )
        for id, row in wanted.items()
    }


def _grouped(model: type[Row], wanted: Iterable[str], *order: object) -> dict[str, list[Row]]:
    query = select(model).where(model.disbursement_id.in_(sorted(wanted)))
    found: dict[str, list[Row]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(*order)):  # type: ignore[arg-type]  # columns of any kind
        found[row.disbursement_id].append(row)
    return found


@dataclass(frozen=True, kw_only=True)
class CaseRows:
    """What requests of one case draw on: its grants, its holders' names, the payable lines of its plan."""

    grants: tuple[GrantFacts, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[ApprovedLine, ...] = ()


def cases_of(dossier_ids: Iterable[str]) -> dict[str, CaseRows]:
    """dossier id -> what requests of it draw on; four queries."""
    wanted = sorted(set(dossier_ids))
    grants, holders, lines = grants_of(wanted), holders_of(wanted), approved_lines_of(wanted)
    return {
        id: CaseRows(
            grants=tuple(grants.get(id, ())),
            names={holder.id: holder.name for holder in holders.get(id, ())},
            lines=tuple(lines.get(id, ())),
        )
        for id in wanted
    }


def given_back_of(shares: Iterable[ShareFacts], case: CaseRows) -> tuple[str, str] | None:
    """(person, package) of the first grant that these shares take from and that was given back since, if any."""
    taken = {share.grant_id for share in shares}
    gone = (g for g in case.grants if g.id in taken and g.state == GrantState.RELINQUISHED)
    return next(((case.names[grant.person_id], grant.package_name) for grant in gone), None)


def money_waits_of(
    requests: Iterable[tuple[Disbursement, Iterable[ShareFacts]]], actor: Actor
) -> dict[str, Message | None]:
    """disbursement id -> the open point that has to be cleared before this actor's next money act, as a sentence; one
    query."""
    wanted = list(requests)
    points = money_blocks_of((row.dossier_id for row, _shares in wanted), actor)
    found: dict[str, Message | None] = {}
    for row, shares in wanted:
        point = first_block(points.get(row.dossier_id, ()), subjects_of(row, shares))
        found[row.id] = None if point is None else Message(
            N_("A point has to be cleared before money moves: %(point)s"),
            {"point": Message(point.text, point.params)},
        )  # fmt: skip
    return found


def subjects_of(row: Disbursement, shares: Iterable[ShareFacts]) -> set[str]:
    """Ids of what a point may name to hold this request up: itself, its provider, grants, persons and plan lines."""
    subjects = {row.id} | ({row.provider_id} if row.provider_id else set())
    for share in shares:
        subjects |= {share.grant_id, share.person_id} | ({share.line_id} if share.line_id else set())
    return subjects


def levels_of(wanted: Mapping[str, tuple[CaseRows, Iterable[ShareFacts]]]) -> dict[str, list[LevelFacts]]:
    """key -> the ceilings that the shares stand under, each with what is asked of it and what it has left; two
    queries. The keys are the caller's."""
    shares = {key: list(each) for key, (_case, each) in wanted.items()}
    accounts, titles = _accounts_of({share.grant_id for each in shares.values() for share in each})
    asked: dict[str, dict[str, int]] = {}
    for key, (case, _shares) in wanted.items():
        line_accounts = {line.line_id: line.account_id for line in case.lines if line.account_id}
        known = [share for share in shares[key] if share.line_id is None or share.line_id in line_accounts]
        parts = [(share.line_id, share.grant_id, share.amount) for share in known]
        asked[key] = rules.account_amounts(parts, line_accounts, accounts)
        titles |= {
            line.account_id: (Level.LINE, line.description, (line.line_id,)) for line in case.lines if line.account_id
        }
        titles |= {
            grant.account_id: (Level.GRANT, case.names.get(grant.person_id, ""), (grant.id,)) for grant in case.grants
        }
    totals = totals_of(account for amounts in asked.values() for account in amounts)
    order = list(Level)
    return {
        key: sorted(
            (
                LevelFacts(
                    level=titles[account][0],
                    name=titles[account][1],
                    account_id=account,
                    owner=titles[account][2],
                    asked=amount,
                    left=totals[account].left,
                    currency=totals[account].currency,
                )
                for account, amount in amounts.items()
            ),
            key=lambda level: (order.index(level.level), level.name, level.account_id),
        )
        for key, amounts in asked.items()
    }


Title = tuple[Level, str, tuple[str, ...]]


def _accounts_of(grant_ids: set[str]) -> tuple[dict[str, tuple[str, str, str]], dict[str, Title]]:
    """grant id -> the ledger accounts (grant, budget line, programme) that its money moves on together, and account ->
    what the budget line or programme that has it is called, with whose it is; one query."""
    query = (
        select(
            Grant.id, Grant.account_id, BudgetLine.account_id, BudgetLine.name, BudgetLine.id,
            Programme.account_id, Programme.name, Programme.id,
        )
        .join(BudgetLine, BudgetLine.account_id == Grant.budget_account_id)
        .join(Programme, Programme.account_id == Grant.programme_account_id)
        .where(Grant.id.in_(sorted(grant_ids)))
    )  # fmt: skip
    accounts: dict[str, tuple[str, str, str]] = {}
    titles: dict[str, Title] = {}
    for grant_id, own, budget, line, line_id, whole, programme, programme_id in db.session.execute(query):
        accounts[grant_id] = (own, budget, whole)
        titles[budget] = (Level.BUDGET_LINE, line, (programme_id, line_id))
        titles[whole] = (Level.PROGRAMME, programme, (programme_id,))
    return accounts, titles
