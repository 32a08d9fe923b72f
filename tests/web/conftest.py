"""A small application with the web room only: no feature, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.datastructures import MultiDict

from casetracker.web import labels, wiring
from casetracker.web.forms import Form
from tests.compiled import keep_templates

F = TypeVar("F", bound=Form)
TOKEN = "0" * 32


@pytest.fixture
def web_app() -> Flask:
    """The room wired into an empty application, English, a zone that is not UTC."""
    app = Flask("web", template_folder="../../templates", static_folder=None, root_path=__file__.rsplit("/", 1)[0])
    app.config.update(SECRET_KEY="test", WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    Babel(app, locale_selector=lambda: "en_GB", timezone_selector=lambda: "Europe/Tallinn")
    CSRFProtect(app)
    wiring.init_app(app)
    labels.init_app(app)
    keep_templates(app)
    return app


@pytest.fixture
def in_request(web_app: Flask) -> Iterator[Flask]:
    """Inside a GET request."""
    with web_app.test_request_context("/"):
        yield web_app


@pytest.fixture
def sent(web_app: Flask) -> Iterator[Callable[..., Any]]:
    """`sent(FormClass, field=value, …)`: the form as it arrives by POST; a list sends a key several times."""
    contexts = []

    def send(form_class: type[F], pairs: list[tuple[str, Any]] | None = None, /, **values: Any) -> F:
        data: MultiDict[str, Any] = MultiDict([("form_token", TOKEN)])
        for name, value in [*(pairs or []), *values.items()]:
            for each in value if isinstance(value, list) else [value]:
                data.add(name, each)
        context = web_app.test_request_context("/", method="POST", data=data)
        context.push()
        contexts.append(context)
        return form_class()

    yield send
    for context in reversed(contexts):
        context.pop()
