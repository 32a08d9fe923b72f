"""The Flask extensions, made once and bound in create_app."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask import g
from flask_babel import Babel, Domain
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from casetracker.core.db import db


class _Words(Domain):  # type: ignore[misc]  # flask-babel has no types
    """A language's words, looked for once in a request: flask-babel looks again at each of a page's hundreds of
    sentences, and asks Babel each time what the language is called.

    They are kept where flask-babel itself forgets them when the language changes in the middle of a request.
    """

    def get_translations(self) -> Any:
        """The words of the language of this request; of none outside one."""
        kept = getattr(g, "_flask_babel", None) if g else None
        words = getattr(kept, "babel_translations", None)
        if words is None:
            words = super().get_translations()
            if g:
                g._flask_babel.babel_translations = words
        return words


class _Babel(Babel):  # type: ignore[misc]  # as above
    @cached_property
    def domain_instance(self) -> _Words:
        """Where words come from."""
        return _Words(domain=self.domain)


migrate = Migrate()
csrf = CSRFProtect()
login = LoginManager()
babel = _Babel()

__all__ = ["babel", "csrf", "db", "login", "migrate"]
