"""Logging consents with their signed files."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.session import current_actor, requires
from casetracker.cases import commands, queries
from casetracker.cases.consent_forms import CorrectConsentForm
from casetracker.cases.forms import LogConsentForm
from casetracker.cases.routes.blueprint import bp
from casetracker.core import clock
from casetracker.core.permissions import Permission
from casetracker.dossiers.attempts import attempt, open_dossier
from casetracker.dossiers.queries import require_open


@bp.route("/cases/<reference>/consents/new", methods=["GET", "POST"])
@requires(Permission.CONSENT_LOG)
def log_consent(reference: str) -> ResponseReturnValue:
    """A consent of one person, signed on a day."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id)
    names = queries.list_names(sight.dossier_id)
    wanted = request.args.get("person_id", "")
    form = LogConsentForm(data={
        "given_on": clock.today(actor.zone), "scope": "sharing",
        "person_id": wanted if wanted in dict(names) else None,
    })  # fmt: skip
    form.person_id.choices = names
    if form.validate_on_submit() and attempt(
        form, commands.log_consent, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The consent is recorded."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="consents"))
    return render_template("cases/log_consent.html", form=form, reference=reference), form.status


@bp.route("/cases/<reference>/consents/<consent_id>/correct", methods=["GET", "POST"])
@requires(Permission.CONSENT_LOG)
def correct_consent(reference: str, consent_id: str) -> ResponseReturnValue:
    """The right day or file of a consent; taking one back is another act."""
    actor = current_actor()
    sight = open_dossier(reference, actor)
    require_open(actor, sight.dossier_id)
    form = CorrectConsentForm(obj=queries.get_consent(sight.dossier_id, consent_id))
    if form.validate_on_submit() and attempt(
        form, commands.correct_consent, form.to_command(sight, consent_id), actor=actor, sight=sight
    ):
        flash(_("The consent was corrected."))
        return redirect(url_for("casefile.show_case", reference=reference, _anchor="consents"))
    return render_template("cases/correct_consent.html", form=form, reference=reference), form.status
