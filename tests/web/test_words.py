"""Words of a page are looked for once in a request, and anew when its language changes."""

from __future__ import annotations

from unittest import mock

from flask import Flask
from flask_babel import Domain, force_locale, get_locale, gettext, refresh

from casetracker import extensions
from casetracker.core.errors import Message
from casetracker.web.formats import message


def _app(language: list[str]) -> Flask:
    app = Flask("words")
    extensions.babel.init_app(app, locale_selector=lambda: language[0])
    return app


def test_words_are_looked_for_once_in_a_request() -> None:
    app = _app(["en_GB"])
    with mock.patch.object(Domain, "get_translations", autospec=True, side_effect=Domain.get_translations) as looked:
        with app.test_request_context("/"):
            assert [gettext("Save"), message(Message("Save", {})), gettext("%(n)d sites", n=3)] == [
                "Save", "Save", "3 sites",
            ]  # fmt: skip
            assert looked.call_count == 1
        with app.test_request_context("/"):
            assert gettext("Save") == "Save"
        assert looked.call_count == 2


def test_another_language_in_the_middle_of_a_request_has_its_own_words() -> None:
    language = ["en_GB"]
    app = _app(language)
    words = {"en_GB": mock.Mock(), "uk": mock.Mock(), "ka": mock.Mock()}
    for name, spoken in words.items():
        spoken.ugettext.side_effect = lambda text, name=name: f"{text} ({name})"

    def of_language(_self: Domain) -> mock.Mock:
        return words[str(get_locale())]

    looked = mock.patch.object(Domain, "get_translations", autospec=True, side_effect=of_language)
    with looked, app.test_request_context("/"):
        assert gettext("Save") == "Save (en_GB)"
        with force_locale("uk"):
            assert gettext("Save") == "Save (uk)"
        assert gettext("Save") == "Save (en_GB)"
        language[0] = "ka"
        refresh()
        assert gettext("Save") == "Save (ka)"


def test_outside_a_request_a_sentence_is_said_as_it_is_written() -> None:
    assert gettext("Save") == "Save"
