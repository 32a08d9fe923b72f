"""Forms on a case of the sites its members use."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from casetracker.community.case_site_commands import EndSiteUse, NameSite
from casetracker.dossiers.states import Sight
from casetracker.web.forms import ChoiceField, DateField, Form, LongTextField, VersionField


class NameSiteForm(Form):
    """Which site, and since when."""

    site_id = ChoiceField(_l("Site"), read_abroad=True)
    since = DateField(_l("Since"))

    def offer(self, sites: Iterable[tuple[str, str]]) -> None:
        """The sites that the case can name as (id, words)."""
        self.site_id.choices = list(sites)

    def to_command(self, sight: Sight) -> NameSite:
        """They use it."""
        return NameSite(token=self.token, dossier_id=sight.dossier_id, site_id=self.site_id.data, since=self.since.data)


class EndSiteUseForm(Form):
    """Until when, and why no longer."""

    ended_on = DateField(_l("Last day"))
    reason = LongTextField(_l("Why"), max=1000, rows=2, read_abroad=True)
    version = VersionField()

    def to_command(self, sight: Sight, case_site_id: str) -> EndSiteUse:
        """They no longer use it."""
        return EndSiteUse(
            token=self.token, dossier_id=sight.dossier_id, case_site_id=case_site_id, ended_on=self.ended_on.data,
            reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
