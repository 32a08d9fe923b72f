"""Adding, reading and sharing the documents of a case."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts.limit_rules import DOWNLOADS
from casetracker.accounts.session import current_actor, requires
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.documents import commands, queries, rules, storage
from casetracker.documents.forms import AddDocumentForm, CorrectDocumentForm, ShareDocumentForm
from casetracker.documents.models import Document
from casetracker.dossiers.attempts import attempt, open_any, open_dossier
from casetracker.dossiers.queries import require_open
from casetracker.dossiers.states import Relation, Sight
from casetracker.events.states import Part

bp = Blueprint("documents", __name__)


@bp.route("/cases/<reference>/documents/new", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
def add_document(reference: str) -> ResponseReturnValue:
    """The page on which a document is added."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    form = AddDocumentForm()
    form.offer(queries.list_subjects(sight.dossier_id))
    if form.validate_on_submit() and attempt(
        form, commands.add_document, form.to_command(sight), actor=actor, sight=sight
    ):
        flash(_("The document was added."))
        return _to_panel(reference)
    return render_template("documents/add_document.html", form=form, sight=sight), form.status


@bp.route("/cases/<reference>/documents/<document_id>/share", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
def share_document(reference: str, document_id: str) -> ResponseReturnValue:
    """Says what sharing means before it is done."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    require_open(actor, sight.dossier_id, relation=Relation.SENDING, part=Part.SENDING)
    document = queries.get_document(sight, document_id)
    form = ShareDocumentForm(data={"version": document.version})
    why_not = rules.why_not_share(commands.sharing_facts(document))
    if form.validate_on_submit() and attempt(
        form, commands.share_document, form.to_command(sight, document_id), actor=actor, sight=sight
    ):
        flash(_("The receiving office sees the document now."))
        return _to_panel(reference)
    page = render_template("documents/share_document.html", form=form, sight=sight, document=document, why_not=why_not)
    return page, form.status


@bp.route("/cases/<reference>/documents/<document_id>/correct", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
def correct_document(reference: str, document_id: str) -> ResponseReturnValue:
    """What was entered about a document, as it should have been."""
    actor = current_actor()
    sight = _to_act(reference, actor)
    document = queries.get_document(sight, document_id)
    form = CorrectDocumentForm(obj=document, data={"person": document.person_id})
    form.offer(queries.list_subjects(sight.dossier_id))
    if form.validate_on_submit() and attempt(
        form, commands.correct_document, form.to_command(sight, document_id), actor=actor, sight=sight
    ):
        flash(_("The document was corrected."))
        return _to_panel(reference)
    page = render_template("documents/correct_document.html", form=form, sight=sight, document=document)
    return page, form.status


@bp.route("/<dossier:reference>/documents/<document_id>")
@requires(Permission.DOCUMENT_READ, limit=DOWNLOADS)
def download_document(reference: str, document_id: str) -> ResponseReturnValue:
    """The file, as a download that no browser runs."""
    actor = current_actor()
    sight = open_any(reference, actor)
    commands.record_opened(queries.get_document(sight, document_id), actor=actor)
    return as_download(queries.get_document(sight, document_id))


def as_download(document: Document) -> Response:
    """The answer that carries a document: an attachment, its type not guessed, everything in it forbidden."""
    content = storage.read(document.storage_key, document.sha256)
    name = f"{_file_name(document.title) or document.kind}.{storage.SUFFIXES[document.media_type]}"
    answer = Response(content, mimetype=document.media_type)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    answer.headers.set("Content-Disposition", "attachment", **{"filename": plain, "filename*": f"UTF-8''{quote(name)}"})
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file_name(title: str) -> str:
    """The title as a file's name: letters of any script stay, what a system or an eye trips over goes."""
    kept = (c if c.isalnum() or c in " -_.,()" else "_" for c in title if unicodedata.category(c) != "Cf")
    return "".join(kept).strip(" ._")[:100]


def _to_act(reference: str, actor: Actor) -> Sight:
    """The case, for somebody of one of its offices; an auditor has no acts."""
    sight = require_open(actor, open_dossier(reference, actor).dossier_id)
    if sight.relation is None:
        raise NotFound("not an office of this case")
    return sight


def _to_panel(reference: str) -> ResponseReturnValue:
    return redirect(url_for("casefile.show_case", reference=reference, _anchor="documents"))
