"""Pages of a project's money: by source and by site, the donor's share, the partner's agreement with its reports."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import Act, current_actor, requires
from casetracker.community import (
    contribution_queries,
    money_queries,
    partner_commands,
    partner_queries,
    partner_rules,
    queries,
    share_commands,
    share_queries,
    share_rules,
)
from casetracker.community.money_forms import (
    AcceptReportForm,
    AskShareForm,
    CorrectAgreementForm,
    DecideShareForm,
    PartnerAgreementForm,
    PartnerReportForm,
)
from casetracker.community.opening import open_project_page, open_to_edit
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import PROJECT
from casetracker.programmes.queries import get_budget_line, list_budget_lines
from casetracker.providers.queries import list_choices
from casetracker.web.formats import money


def add_to(bp: Blueprint) -> None:
    """Put these pages under the project's."""
    base = "/projects/<reference>/money"
    bp.add_url_rule(base, view_func=show_money)
    for address, view in (
        (f"{base}/shares/new", ask_share), (f"{base}/shares/<request_id>", decide_share),
        (f"{base}/partners/new", log_partner_agreement),
        (f"{base}/partners/<agreement_id>/correct", correct_partner_agreement),
        (f"{base}/tranches/<tranche_id>/report", log_partner_report),
        (f"{base}/tranches/<tranche_id>/accept", accept_partner_report),
    ):  # fmt: skip
        bp.add_url_rule(address, view_func=view, methods=["GET", "POST"])


@requires(Permission.PROJECT_READ)
def show_money(reference: str) -> ResponseReturnValue:
    """Who gives what, what each site costs, the plan, what was asked for and paid."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    page = money_queries.load_money(sight, queries.list_sites(sight.dossier_id), actor)
    return render_template("community/show_money.html", sight=sight, reference=reference, page=page, actor=actor)


def _to_money(reference: str, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("community.show_money", reference=reference, _anchor=anchor))


@requires(Permission.PROJECT_EDIT)
def ask_share(reference: str) -> ResponseReturnValue:
    """Ask for what the donor gives of a budget line."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    if sight.programme_id is None:
        raise NotFound("programme of the project")
    form = AskShareForm()
    form.budget_line_id.choices = [
        (line.id, f"{line.code} · {line.name}") for line in list_budget_lines(sight.programme_id)
    ]
    form.set_currency(contribution_queries.currency_of(sight))
    if form.validate_on_submit() and attempt(
        form, share_commands.ask_share, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("A supervisor who did not ask for it decides on the share."))
        return _to_money(reference, "shares")
    return _render(form, reference, _("Ask for the donor's share"), _("Ask"))


def _act(reference: str, title: str, facts: list[tuple[str, str]]) -> Act:
    """What somebody is asked to confirm about the project's money."""
    back = url_for("community.show_money", reference=reference)
    return Act(title=title, facts=[(_("Project"), reference), *facts], back=back)


def _about_share(reference: str, request_id: str) -> Act:
    sight = sight_of(current_actor(), reference, PROJECT)
    request = share_queries.get_request(sight, request_id)
    facts = [
        (_("Amount"), money(request.amount, request.currency)),
        (_("Budget line"), get_budget_line(request.budget_line_id).name),
    ]
    return _act(reference, _("Decide on the donor's share"), facts)


def _about_report(reference: str, tranche_id: str) -> Act:
    sight = sight_of(current_actor(), reference, PROJECT)
    tranche = partner_queries.get_tranche(sight, tranche_id)
    facts = [(_("Tranche"), str(tranche.number))]
    return _act(reference, _("Accept the partner's report"), facts)


@requires(Permission.SHARE_DECIDE, describe=_about_share)
def decide_share(reference: str, request_id: str) -> ResponseReturnValue:
    """Award the share, or refuse it."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    request = share_queries.get_request(sight, request_id)
    form = DecideShareForm(data={"version": request.version})
    if form.validate_on_submit() and attempt(
        form, share_commands.decide_share, form.to_command(sight, request_id), actor=actor, sight=sight
    ):
        flash(_("Your decision on the share stands."))
        return _to_money(reference, "shares")
    return render_template(
        "community/decide_share.html", form=form, reference=reference, request=request,
        line=get_budget_line(request.budget_line_id),
        why_not=share_rules.why_not_decide(request.asked_by, request.decided_by, actor.id),
        rows=[row for row in share_queries.list_requests(sight.dossier_id) if row.request.id == request_id],
    ), form.status  # fmt: skip


@requires(Permission.PROJECT_EDIT)
def log_partner_agreement(reference: str) -> ResponseReturnValue:
    """What was signed with the partner that carries the project out."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    form = PartnerAgreementForm()
    form.provider_id.choices = list_choices(actor)
    form.set_currency(contribution_queries.currency_of(sight))
    if form.validate_on_submit() and attempt(
        form, partner_commands.log_partner_agreement, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The agreement was entered. The partner is paid against its reports from now on."))
        return _to_money(reference, "partners")
    return _render(form, reference, _("An agreement with a partner"), _("Enter the agreement"))


def _about_agreement(reference: str, agreement_id: str) -> Act:
    agreement = partner_queries.get_agreement(sight_of(current_actor(), reference, PROJECT), agreement_id)
    facts = [(_("Amount"), money(agreement.amount, agreement.currency))]
    return _act(reference, _("Correct the agreement with a partner"), facts)


@requires(Permission.SHARE_DECIDE, describe=_about_agreement)
def correct_partner_agreement(reference: str, agreement_id: str) -> ResponseReturnValue:
    """A supervisor who did not enter it puts an agreement right, or enters its amendment."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    agreement = partner_queries.get_agreement(sight, agreement_id)
    names = ("amount", "planned_on", "report_due_on")
    form = CorrectAgreementForm(data={
        "starts_on": agreement.starts_on, "ends_on": agreement.ends_on, "amount": agreement.amount,
        "version": agreement.version,
        "tranches": [
            {name: getattr(row, name) for name in names} for row in partner_queries.list_tranches(agreement.id)
        ],
    })  # fmt: skip
    form.set_currency(agreement.currency)
    if form.validate_on_submit() and attempt(
        form, partner_commands.correct_partner_agreement, form.to_command(sight, agreement_id), actor=actor, sight=sight
    ):
        flash(_("The agreement was corrected."))
        return _to_money(reference, "partners")
    return _render(form, reference, _("Correct the agreement with a partner"), _("Save"))


@requires(Permission.PROJECT_EDIT)
def log_partner_report(reference: str, tranche_id: str) -> ResponseReturnValue:
    """The partner accounted for a tranche."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    tranche = partner_queries.get_tranche(sight, tranche_id)
    form = PartnerReportForm(data={"version": tranche.version})
    if form.validate_on_submit() and attempt(
        form, partner_commands.log_partner_report, form.to_command(sight, tranche_id), actor=actor, sight=sight
    ):
        flash(_("The report was entered. A supervisor accepts it."))
        return _to_money(reference, "partners")
    return _render(form, reference, _("The report on tranche %(number)d", number=tranche.number), _("Enter the report"))


@requires(Permission.SHARE_DECIDE, describe=_about_report)
def accept_partner_report(reference: str, tranche_id: str) -> ResponseReturnValue:
    """A supervisor who did not enter the report accepts it."""
    actor = current_actor()
    sight = open_to_edit(reference, actor)
    tranche = partner_queries.get_tranche(sight, tranche_id)
    form = AcceptReportForm(data={"version": tranche.version})
    if form.validate_on_submit() and attempt(
        form, partner_commands.accept_partner_report, form.to_command(sight, tranche_id), actor=actor, sight=sight
    ):
        flash(_("The report is accepted; the next tranche may be paid."))
        return _to_money(reference, "partners")
    why_not = partner_rules.why_not_accept(partner_queries.facts_of(tranche), actor.id)
    title = _("Accept the report on tranche %(number)d", number=tranche.number)
    return render_template(
        "community/accept_report.html", form=form, reference=reference, tranche=tranche, why_not=why_not, title=title
    ), form.status


def _render(form: object, reference: str, title: str, button: str) -> ResponseReturnValue:
    return render_template(
        "community/money_form.html", form=form, reference=reference, title=title, button=button
    ), form.status  # type: ignore[attr-defined]  # every form has one
