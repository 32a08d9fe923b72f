"""What somebody entitled reads of a world: every page that is linked, every row's, and all that can be taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import select
from werkzeug.wrappers import Response

from casetracker.core.db import db
from casetracker.exports.states import ExportFormat
from casetracker.sampling.models import Sample
from tests.access.canaries import KEY_OWNER
from tests.access.cells import Access
from tests.access.projects import PROJECT, PROJECTS
from tests.access.test_every_address import is_misplaced, of_case
from tests.access.world import forgotten, undone

LINK = re.compile(r'href="(/[^"#]*)')
WHOLE = ("accepted", PROJECT, "")
"""Sorts of which every single word is looked for: the case and the project that offices work with, and what is no
case's. Of the others, which tell the same on the same pages, one word of every column."""
UNREAD = {
    "user_account.password_hash": "secret: compared, never shown",
    "recovery_code.code_hash": "secret: compared, never shown",
    "staff_declaration.number_hash": "secret: compared, never shown",
    "provider.registration_key": "the number without blanks and dashes, compared only; the number itself is read",
    "submission.content": "what was submitted, compared with what is asked now; the timeline tells it",
    "note.text": "the timeline tells a note from the history",
    "erasure.decline_reason": "the timeline tells why from the history",
    "dossier_point.clearing_reason": "a point that is settled is on no list; the timeline tells why from the history",
}
"""Columns whose own cells nobody is shown, with the reason. Their words in the history are looked for like others."""
NOT_OF_EVERY_ROW = {
    "document.file_name": "the papers of a visit are called by it; all others by their title",
    "person_grant.state_reason": "of a grant that ended; an open one has no reason",
    "disbursement.choice_reason": "of a choice among quotes; cash has none",
    "pending_change.reason": "of what was refused; what waits has none",
    "retroactive_request.circumstances": "before whoever opens the case, while the request waits",
}
"""Columns whose words some rows keep back, with the reason; at least one word of each is found."""


def read_everything(access: Access) -> None:
    """The pages that list and tell, of every case and by those who may read the most; and the files of one case."""
    world = access.world
    for sort, reference in world.cases.items():
        for who in ("supervisor_tallinn", "supervisor_riga", "auditor", "supervisor_kyiv"):
            if sort in world.sees[who]:
                room = "projects" if sort in PROJECTS else "cases"
                access.ask(who, "GET", f"/{room}/{reference}")
                access.ask(who, "GET", f"/{room}/{reference}/timeline")
        for who in ("auditor", "auditor_riga"):
            if sort in world.sees[who]:
                formats = list(ExportFormat) if sort in WHOLE else [ExportFormat.CSV]
                for each in formats:
                    access.ask(who, "POST", f"/audit/{reference}/export/{each}")
    for who, sort in (("supervisor_tallinn", "accepted"), ("supervisor_kyiv", PROJECT)):
        # every page of it, but not as it was at each moment
        _follow_all(access, who, sort, r"(?!/at/)(/[^?]*)?(?=\?|$)")
    _follow_all(access, "supervisor_kyiv", "closed", r"/grants/\w+$")  # which ended there
    for who, sort in (("supervisor_tallinn", "waiting"), ("supervisor_tallinn", "restricted"),
                      ("finance_kyiv", "accepted")):  # fmt: skip
        _read_rows(access, who, sort)
    _read_rooms(access)


def follow(access: Access, who: str, start: str, wanted: re.Pattern[str]) -> None:
    """A page, and every page behind its links and theirs whose address is as wanted, once each; all of them open."""
    asked, todo = set[str](), [start]
    while todo:
        path = todo.pop()
        if path in asked:
            continue
        asked.add(path)
        answer = access.ask(who, "GET", path)
        assert answer.status_code < 400, f"{who}: {path}, which a page links to, answered {answer.status_code}"
        if answer.mimetype == "text/html":
            links = map(unescape, LINK.findall(answer.get_data(as_text=True)))
            todo += [found[0] for link in links if (found := wanted.match(link))]


def _follow_all(access: Access, who: str, sort: str, rest: str) -> None:
    """The page of the case or project, and every page of it whose address ends as this says."""
    reference = access.world.cases[sort]
    start = f"/{'projects' if sort in PROJECTS else 'cases'}/{reference}"
    follow(access, who, start, re.compile(rf"(/\w+)?/{reference}{rest}"))


def _read_rows(access: Access, who: str, sort: str) -> None:
    """The case's pages that open on a row, each row once."""
    for rule in access.rules:
        if "reference" in rule.arguments and "GET" in (rule.methods or ()) and not is_misplaced(rule, sort):
            for path in access.places.every(rule, access.world.cases[sort]):
                access.ask(who, "GET", path)


def _read_rooms(access: Access) -> None:
    """What hangs on no case: every room, all providers, the requests to open a case, the own declarations, samples."""
    for rule in access.rules:
        if not of_case(rule) and "GET" in (rule.methods or ()):
            for who in ("administrator", "supervisor_kyiv", "supervisor_tallinn", KEY_OWNER):
                for path in list(access.places.fill(rule, ""))[:1]:
                    access.ask(who, "GET", path)
    access.ask("caseworker_kyiv", "GET", "/account/declared")
    follow(access, "administrator", "/providers/", re.compile(r"/providers/(\w{26})?$"))
    follow(access, "supervisor_tallinn", "/referrals/", re.compile(r"/cases/new\?request=.*"))
    samples = db.session.scalars(select(Sample.id)).all()
    db.session.rollback()
    for sample in samples:
        access.ask("auditor", "POST", f"/audit/samples/{sample}/workpaper/xlsx")


def take_bundle(access: Access, who: str, *sorts: str) -> Response:
    """The histories of these as one file, to read too, by an auditor: asked for, made, and taken away."""
    browser, app = access.client(who), access.world.app
    wanted = {"references": " ".join(access.world.cases[sort] for sort in sorts), "formats": ["xlsx", "pdf"]}
    with forgotten(browser), undone(app), _signed_apart(app):
        asked = browser.post("/audit/bundles/new", data=wanted | {"form_token": "0" * 32})
        assert asked.status_code == 302, asked.get_data(as_text=True)
        file = browser.post(f"{asked.location}/file", data={"form_token": "1" * 32})
    assert (file.status_code, file.mimetype) == (200, "application/zip")
    return file


@contextmanager
def _signed_apart(app: Flask) -> Iterator[None]:
    """Heads of the record that are signed inside go to a folder that is thrown away, like the record that they head."""
    with TemporaryDirectory() as folder:
        kept = app.config["CHECKPOINT_DIR"]
        app.config["CHECKPOINT_DIR"] = folder
        try:
            yield
        finally:
            app.config["CHECKPOINT_DIR"] = kept
