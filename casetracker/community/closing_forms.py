"""Forms of closing a project and of opening it again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.community.closing_commands import CloseProject, ReopenProject
from casetracker.dossiers.states import Sight
from casetracker.web.forms import Form, LongTextField


class CloseProjectForm(Form):
    """Why the project is closed."""

    reason = LongTextField(_l("Why"), max=1000, rows=3)

    def to_command(self, sight: Sight) -> CloseProject:
        """The closing."""
        return CloseProject(token=self.token, dossier_id=sight.dossier_id, reason=self.reason.data)


class ReopenProjectForm(Form):
    """Why a closed project is opened again."""

    reason = LongTextField(_l("Why"), max=1000, rows=3)

    def to_command(self, sight: Sight) -> ReopenProject:
        """The reopening."""
        return ReopenProject(token=self.token, dossier_id=sight.dossier_id, reason=self.reason.data)
