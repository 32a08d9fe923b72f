"""Giving a grant's clock more time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.grants.commands import ExtendClock
from casetracker.grants.states import Clock
from casetracker.web.forms import DateField, Form, LongTextField, VersionField


class ExtendClockForm(Form):
    """Until when, and why."""

    until = DateField(_l("New last day"))
    reason = LongTextField(_l("Reason"), max=1000, read_abroad=True)
    version = VersionField()

    def to_command(self, dossier_id: str, grant_id: str, clock: Clock) -> ExtendClock:
        """What was filled in, in types."""
        return ExtendClock(
            token=self.token, dossier_id=dossier_id, grant_id=grant_id, clock=clock, until=self.until.data,
            reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
