"""The form that names a search."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.audit.search_commands import SaveSearch
from casetracker.web.forms import Form, TextField


class SaveSearchForm(Form):
    """A name for what the filters ask."""

    name = TextField(
        _l("Name of this search"), max=80,
        hint=_l("For yourself, without names of people. Words searched for are not kept: type them again."),
    )  # fmt: skip

    def to_command(self, query: str) -> SaveSearch:
        """`query`: the filters as an address holds them, without words."""
        return SaveSearch(name=self.name.data, query=query, token=self.token)
