"""What somebody is about to decide, said where the second factor is asked for once more."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from casetracker.accounts.session import Act, current_actor
from casetracker.approvals import plan_queries, queries, reversal_queries
from casetracker.approvals.forms import APPROVE, REFUSE, RETURN
from casetracker.core.errors import NotFound
from casetracker.disbursements import page_queries
from casetracker.dossiers.attempts import open_any
from casetracker.web.formats import money


def about_request(submission_id: str) -> Act:
    """One request: the decision chosen, amount, lines and case."""
    actor = current_actor()
    sight = open_any(queries.reference_of(actor, submission_id), actor)
    row = queries.load_request(actor, submission_id).disbursement
    what = page_queries.load_page(sight, actor, row.id)
    facts: list[tuple[str, Any]] = [
        (_("Amount"), money(row.amount, row.currency)),
        (_("Purpose"), row.purpose),
        (_("To"), what.provider),
        (_("Lines"), ", ".join(dict.fromkeys(share.title for share in what.shares))),
        (_("Case"), sight.reference),
    ]
    titles = {
        APPROVE: _("Approve this disbursement"),
        RETURN: _("Return this disbursement"),
        REFUSE: _("Refuse this disbursement"),
    }
    title = titles.get(request.form.get("decision", ""), _("Decide on this disbursement"))
    return Act(title=title, facts=facts, back=url_for("approvals.show_request", submission_id=submission_id))


def about_several() -> Act:
    """Every request that was ticked: purpose, case and amount."""
    actor = current_actor()
    facts: list[tuple[str, Any]] = []
    for value in request.form.getlist("chosen"):
        try:
            page = queries.load_request(actor, value.partition(":")[0])
        except NotFound:
            continue
        row = page.disbursement
        facts.append((f"{row.purpose} ({page.reference})", money(row.amount, row.currency)))
    return Act(title=_("Approve these disbursements"), facts=facts, back=url_for("approvals.list_approvals"))


def about_plan(version_id: str) -> Act:
    """One frozen plan: the decision chosen, its sum, lines and case."""
    actor = current_actor()
    page = plan_queries.load_plan(actor, version_id)
    sight, version = open_any(page.waiting.reference, actor), page.waiting.version
    is_return = request.form.get("decision") == RETURN
    return Act(
        title=_("Return this plan") if is_return else _("Approve this plan"),
        facts=[
            (_("Amount"), money(page.waiting.amount, version.content.get("currency", ""))),
            (_("Plan"), _("version %(number)s", number=version.number)),
            (_("Lines"), ", ".join(dict.fromkeys(line.description for line in page.lines))),
            (_("Case"), sight.reference),
        ],
        back=url_for("approvals.show_plan", version_id=version_id),
    )


def about_reversal(reversal_id: str) -> Act:
    """One refund: the decision chosen, amount and case."""
    actor = current_actor()
    page = reversal_queries.get_reversal(actor, reversal_id)
    sight = open_any(page.reference, actor)
    is_refused = request.form.get("decision") == REFUSE
    return Act(
        title=_("Refuse this refund") if is_refused else _("Approve this refund"),
        facts=[
            (_("Amount"), money(page.reversal.amount, page.reversal.currency)),
            (_("Payment"), money(page.payment.amount, page.payment.currency)),
            (_("Reason"), page.reversal.reason),
            (_("Case"), sight.reference),
        ],
        back=url_for("approvals.show_reversal", reversal_id=reversal_id),
    )
