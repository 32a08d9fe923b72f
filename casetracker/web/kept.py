"""What was typed into a form that could not be acted on, put back when its page is opened again; knows no accounts."""

from __future__ import annotations

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from casetracker.web.fields import printable

_HERE = "casetracker_kept"
_FIELD = "csrf_token"
_SALT = "wtf-csrf-token"
"""As Flask-WTF signs the hidden field."""
LONGEST_NAME = 80
"""Characters of a file's name that are shown to whoever has to choose it again."""
SECRETS = ("current", "password", "repeated", "factor-")
"""How the names of fields begin that hold passwords and codes: what stood in them is never kept nor shown again."""


def put_back(fields: list[tuple[str, str]]) -> None:
    """For the rest of this request every form shows these values, as if they had just been sent, unjudged."""
    setattr(g, _HERE, MultiDict(fields))


def typed() -> MultiDict[str, str] | None:
    """What is to stand in the forms of the page that is being opened, if anything."""
    found = g.get(_HERE)
    return found if isinstance(found, MultiDict) else None


def sent_seed() -> str | None:
    """What the hidden CSRF field that came along was made from, if we signed it; also when no session is left."""
    token = request.form.get(_FIELD, "")
    key = str(current_app.config.get("WTF_CSRF_SECRET_KEY") or current_app.secret_key)
    try:
        seed = URLSafeTimedSerializer(key, salt=_SALT).loads(token)
    except BadData:
        return None
    return seed if isinstance(seed, str) else None


def sent_fields(*unseen: str) -> list[tuple[str, str]]:
    """(name, value) of what was typed and chosen, in order; no tokens, and no field whose name is or begins with one
    of `unseen`."""
    skipped = (_FIELD, "form_token", *unseen)
    return [(name, value) for name, value in request.form.items(multi=True) if not name.startswith(skipped)]


def sent_files() -> list[str]:
    """The names of all files that came along, in order; their contents are kept nowhere."""
    return [printable(file.filename)[:LONGEST_NAME] for _name, file in request.files.items(multi=True) if file.filename]
