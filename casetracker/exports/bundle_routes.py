"""Bundles of cases: asking for one, how far it is, calling it off, taking it away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import UnprocessableEntity

from casetracker.accounts import pace
from casetracker.accounts import queries as accounts
from casetracker.accounts.attempts import attempt
from casetracker.accounts.limit_rules import EXPORTS
from casetracker.accounts.session import Act, current_actor, requires
from casetracker.core import clock, jobs
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound, TooMuch
from casetracker.core.permissions import Permission
from casetracker.exports import bundle_commands as commands
from casetracker.exports import bundle_queries as queries
from casetracker.exports import bundle_rules as rules
from casetracker.exports import making, pieces, verify
from casetracker.exports.bundle_forms import AskBundleForm, BundleForm
from casetracker.exports.bundle_states import MOST_REFERENCES, OPEN, REFERENCE, BundleState, wanted_from
from casetracker.exports.models import Bundle
from casetracker.exports.states import ExportFormat
from casetracker.web.formats import number
from casetracker.web.labels import label
from casetracker.web.pagination import SIZE, Page, bounds

PATIENCE_SECONDS = 5
"""How long a request waits for the signed head; then a worker begins anew."""


def add_to(bp: Blueprint) -> None:
    """Put the views into the room's blueprint."""
    bp.add_url_rule("/audit/bundles", view_func=list_bundles)
    bp.add_url_rule("/audit/bundles/new", view_func=ask_bundle, methods=["GET", "POST"])
    bp.add_url_rule("/audit/bundles/<bundle_id>", view_func=show_bundle)
    bp.add_url_rule("/audit/bundles/<bundle_id>/cases", view_func=list_bundle_cases)
    bp.add_url_rule("/audit/bundles/<bundle_id>/cancel", view_func=cancel_bundle, methods=["POST"])
    bp.add_url_rule("/audit/bundles/<bundle_id>/file", view_func=take_bundle, methods=["POST"])


@requires(Permission.AUDIT_READ)
def list_bundles() -> ResponseReturnValue:
    """The own bundles, newest first."""
    return render_template("exports/list_bundles.html", bundles=queries.list_bundles(current_actor()))


def _about_asking() -> Act:
    return Act(title=_("Take many cases away"), back=url_for("exports.list_bundles"))


@requires(Permission.AUDIT_EXPORT, describe=_about_asking, limit=EXPORTS)
def ask_bundle() -> ResponseReturnValue:
    """Which cases, and in which formats; a small bundle is made at once."""
    actor = current_actor()
    if request.method == "GET":
        return filled_form(request.args.get("references", "").split(",")[:MOST_REFERENCES])
    form = AskBundleForm()
    form.offer(*_offered(actor))
    if form.validate_on_submit():
        done = attempt(form, commands.ask_bundle, form.to_command(), actor=actor)
        if done:
            making.remove_over()
            _make(queries.get_bundle(str(done.result), actor), actor)
            return redirect(url_for("exports.show_bundle", bundle_id=done.result))
    return _form_page(form, actor), form.status


def _make(bundle: Bundle, actor: Actor) -> None:
    """Make a small one at once; the others, and where this person's export runs already, are a worker's."""
    if bundle.state == BundleState.ASKED and making.is_small(bundle):
        with suppress(TooMuch), pace.alone(EXPORTS, actor):
            making.make(bundle.id, patience=PATIENCE_SECONDS, seals=True)
            return
    jobs.ask(making.JOB)


def filled_form(references: Iterable[str]) -> ResponseReturnValue:
    """The form with these cases in it; what is no reference of a case is left out."""
    actor, found = current_actor(), sorted({each for each in references if REFERENCE.fullmatch(each)})
    form = AskBundleForm(data={"references": "\n".join(found)})
    form.offer(*_offered(actor))
    return _form_page(form, actor)


def _form_page(form: AskBundleForm, actor: Actor) -> str:
    return render_template("exports/ask_bundle.html", form=form, open=queries.find_open(actor))


def _offered(actor: Actor) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(id, name) of the offices and of the programmes that the mandates name; all where one names none."""
    offices = [(office.id, office.name) for office in accounts.list_all_offices()]
    programmes = accounts.list_programme_choices()
    named = {each for mandate in actor.mandates for each in mandate.office_ids}
    codes = {each for mandate in actor.mandates for each in mandate.programme_ids}
    if all(mandate.office_ids for mandate in actor.mandates):
        offices = [each for each in offices if each[0] in named]
    if all(mandate.programme_ids for mandate in actor.mandates):
        programmes = [each for each in programmes if each[0] in codes]
    return offices, programmes


@requires(Permission.AUDIT_READ)
def show_bundle(bundle_id: str) -> ResponseReturnValue:
    """How far it is, what it holds, and its file."""
    actor = current_actor()
    bundle = queries.get_bundle(bundle_id, actor)
    wanted = wanted_from(bundle.wanted)
    is_open = bundle.state in OPEN
    is_all_open = is_open or queries.is_still_open(bundle.id, actor)
    why_not = rules.why_not_take(bundle.state, bundle.is_over(clock.now()), is_all_open)
    page = render_template(
        "exports/show_bundle.html", bundle=bundle, wanted=wanted, is_open=is_open, why_not=why_not,
        form=BundleForm(formdata=None), before=queries.count_before(bundle) if is_open else 0,
        has_worker=not is_open or making.is_worker_there(), asked_for=_in_words(bundle, actor),
        checker=hashlib.sha256(Path(verify.__file__).read_bytes()).hexdigest(),
        check=f"python3 -I verify.py {'' if bundle.is_signed else '--unsigned '}{_file_name(bundle)}",
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["X-Progress"] = f"{bundle.done if is_open else ''}"
    return answer


@requires(Permission.AUDIT_READ)
def list_bundle_cases(bundle_id: str) -> ResponseReturnValue:
    """The cases of the bundle, each with its entries at the moment of asking."""
    actor = current_actor()
    bundle = queries.get_bundle(bundle_id, actor)
    if not queries.is_still_open(bundle.id, actor):
        raise NotFound("what the mandate does not open any more")
    number, offset = bounds(bundle.total)
    rows = queries.list_entries(bundle, offset=offset, limit=SIZE)
    page = Page(items=rows, number=number, total=bundle.total)
    return render_template("exports/list_bundle_cases.html", bundle=bundle, page=page)


def _file_name(bundle: Bundle) -> str:
    return f"cases-{bundle.asked_at:%Y-%m-%d}.zip"


def _in_words(bundle: Bundle, actor: Actor) -> list[tuple[str, str]]:
    wanted, (offices, programmes) = wanted_from(bundle.wanted), _offered(actor)
    found = [
        (_("Office"), dict(offices).get(wanted.office_id or "", _("All of the mandate"))),
        (_("Programme"), dict(programmes).get(wanted.programme_id or "", _("All of the mandate"))),
        (_("Formats"), ", ".join(label(ExportFormat(each)) for each in (ExportFormat.JSONL, *wanted.formats))),
        (_("Stored documents"), _("Yes") if wanted.documents else _("No")),
    ]
    if wanted.references:
        found.append((_("References"), ", ".join(wanted.references)))
    return found


@requires(Permission.AUDIT_READ)
def cancel_bundle(bundle_id: str) -> ResponseReturnValue:
    """Call it off."""
    form, actor = BundleForm(), current_actor()
    queries.get_bundle(bundle_id, actor)
    if not form.validate_on_submit():
        raise UnprocessableEntity
    attempt(None, commands.cancel_bundle, form.to_cancel(bundle_id), actor=actor)
    flash(_("Cancelled. Nothing was taken away."))
    return redirect(url_for("exports.list_bundles"))


def _about_taking(bundle_id: str) -> Act:
    bundle = queries.get_bundle(bundle_id, current_actor())
    facts = [(_("Cases"), number(bundle.total)), (_("Entries"), number(bundle.entries))]
    back = url_for("exports.show_bundle", bundle_id=bundle_id)
    return Act(title=_("Take this bundle of cases away"), facts=facts, back=back)


@requires(Permission.AUDIT_EXPORT, describe=_about_taking, limit=EXPORTS)
def take_bundle(bundle_id: str) -> ResponseReturnValue:
    """The file, piece by piece; each time is recorded."""
    form, actor = BundleForm(), current_actor()
    queries.get_bundle(bundle_id, actor)
    if not form.validate_on_submit():
        raise UnprocessableEntity
    attempt(None, commands.record_taken, form.to_take(bundle_id), actor=actor)
    bundle = queries.get_bundle(bundle_id, actor)
    answer = Response(
        stream_with_context(pieces.read_pieces(bundle.id, bundle.attempt, bundle.pieces)), mimetype="application/zip"
    )
    answer.headers["Content-Length"] = str(bundle.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(bundle)}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
