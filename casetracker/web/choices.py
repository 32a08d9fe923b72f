"""Form fields for picking: one, several, yes or no, a tick; and lists of countries and languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation, ValidationError

from casetracker.web import forged
from casetracker.web.fields import BoxField, printable

Choices = Iterable[tuple[str, Any]]


def optional_choice(choices: Choices, label: Any = None) -> list[tuple[str, Any]]:
    """The choices with an empty one before them, which the form reads as None."""
    return [("", label if label is not None else _l("Not chosen")), *choices]


class ChoiceField(BoxField):
    """One of several: a list, or radio buttons with `radio=True`; `data` is the value's text or None.

    `choices` are (value, label) pairs, given here or set by the view before `validate()`.
    """

    kind = "select"

    def __init__(
        self, label: Any = None, *args: Any, choices: Choices = (), radio: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, *args, **kwargs)
        self.choices: Sequence[tuple[str, Any]] = list(choices)
        if radio:
            self.kind = "radios"

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        """(value, label, chosen) of everything that can be picked, for the page."""
        rows = [(str(value), label, str(value) == self.shown) for value, label in self.choices]
        if self.kind == "select" and not any(value == "" for value, _label, _chosen in rows):
            rows.insert(0, ("", _("Please choose") if self.required else _("Not chosen"), self.shown == ""))
        return rows

    def missing(self) -> str:
        return str(_("Please choose one."))

    def parse(self, text: str, form: Any) -> str:
        if text not in {str(value) for value, _label in self.choices}:
            forged.note(forged.CHOICE)
            raise ValidationError(_("This cannot be chosen here. Please choose one of the list."))
        return text

    def format(self, data: Any) -> str:
        return printable(str(getattr(data, "value", data)))

    def words(self, text: str) -> str:
        return str(dict(self.choices).get(text, text)) or "–"


class YesNoField(ChoiceField):
    """Yes or no as two radio buttons; `data` is True, False, or None when optional and not answered."""

    def __init__(self, label: Any = None, *args: Any, **kwargs: Any) -> None:
        choices = [("yes", _l("Yes")), ("no", _l("No"))]
        super().__init__(label, *args, **{"choices": choices, "radio": True, **kwargs})

    def parse(self, text: str, form: Any) -> Any:
        return super().parse(text, form) == "yes"

    def format(self, data: Any) -> str:
        return "yes" if data is True else "no" if data is False else ""


class TickField(BoxField):
    """One box to tick; `data` is True or False. With `required=True` it has to be ticked."""

    kind = "tick"

    def __init__(self, label: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(label, *args, **{"required": False, **kwargs})

    @property
    def ticked(self) -> bool:
        """Whether the page shows the box ticked."""
        return bool(self.typed) if self.raw_data is not None else bool(self.data)

    def missing(self) -> str:
        return str(_("Please tick this box to go on."))

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.data = bool(self.data)

    def parse(self, text: str, form: Any) -> bool:
        return True

    def format(self, data: Any) -> str:
        return "yes" if data else ""

    def words(self, text: str) -> str:
        return str(_("Yes") if text else _("No"))


class ManyChoiceField(BoxField):
    """Several of several, as boxes to tick; `data` is a list of values in the order of the choices."""

    kind = "checkboxes"

    def __init__(self, label: Any = None, *args: Any, choices: Choices = (), **kwargs: Any) -> None:
        super().__init__(label, *args, **kwargs)
        self.choices: Sequence[tuple[str, Any]] = list(choices)

    @property
    def chosen(self) -> list[str]:
        """The values that came with the form, or that it was opened with."""
        if self.raw_data is not None:
            return [value for value in self.raw_data if isinstance(value, str) and value != ""]
        return [str(getattr(value, "value", value)) for value in self.data or ()]

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        """(value, label, chosen) of everything that can be picked, for the page."""
        chosen = set(self.chosen)
        return [(str(value), label, str(value) in chosen) for value, label in self.choices]

    @property
    def shown(self) -> str:
        return ", ".join(printable(value) for value in self.chosen)

    def stored(self) -> str:
        return self._labels([str(getattr(value, "value", value)) for value in self.object_data or ()])

    def typed_words(self) -> str:
        return self._labels(self.chosen)

    def _labels(self, values: list[str]) -> str:
        return ", ".join(str(label) for value, label in self.choices if str(value) in values) or "–"

    def pre_validate(self, form: Any) -> None:
        known, chosen = [str(value) for value, _label in self.choices], self.chosen
        self.data = [value for value in known if value in chosen]
        if set(chosen) - set(known):
            forged.note(forged.CHOICE)
            raise StopValidation(_("Something that cannot be chosen here was sent. Please choose again."))
        if self.required and not chosen:
            raise StopValidation(_("Please choose at least one."))


def country_choices() -> list[tuple[str, str]]:
    """(ISO code, name) of all countries in the page's language, by name."""
    names = _locale().territories
    pairs = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    ]
    return sorted(pairs, key=lambda pair: pair[1])


def language_choices() -> list[tuple[str, str]]:
    """(code, name) of the languages that have a two-letter code, in the page's language, by name."""
    pairs = [(code, name) for code, name in _locale().languages.items() if len(code) == 2]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def country_name(code: str) -> str:
    """The country's name in the page's language; the code itself when it is none."""
    return str(_locale().territories.get(code, code))


def language_name(code: str) -> str:
    """The language's name in the page's language; the code itself when it is none."""
    return str(_locale().languages.get(code, code))


def _locale() -> Locale:
    return get_locale() or Locale("en")
