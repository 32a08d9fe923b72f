"""Forms of the selection: criteria, scores, the vote."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.community.selection_commands import CorrectVote, LogVote, ScoreSite, SetCriteria
from casetracker.community.selection_rules import HIGHEST
from casetracker.community.states import CriterionEntry, VoteEntry
from casetracker.documents.forms import need_upload, to_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    DateField,
    FileField,
    Form,
    HiddenField,
    LongTextField,
    RowForm,
    RowsField,
    TextField,
    VersionField,
    WholeNumberField,
)

MOST_CRITERIA = 20
MOST_VOTES = 100_000


class CriterionRow(RowForm):
    """A criterion; one without scores can be taken away, so `keep` says which cannot (the command judges)."""

    id = HiddenField()
    keep = HiddenField()
    name = TextField(_l("Criterion"), max=120)
    weight = WholeNumberField(_l("Weight"), min=1, max=100)

    @property
    def known(self) -> bool:
        """Whether the row stays."""
        return bool(self.keep.shown)

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it; what was stored is not nothing."""
        return not self.name.typed.strip() and not self.weight.typed.strip()


class SetCriteriaForm(Form):
    """What the project's sites are compared by."""

    criteria = RowsField(
        CriterionRow, _l("Criteria"), min_entries=1, max_entries=MOST_CRITERIA, add_label=_l("Another criterion"),
        row_label=_l("Criterion"),
        hint=_l("Weights go from 1 to 100; one with twice the weight of another counts twice as much."),
    )  # fmt: skip
    reason = LongTextField(_l("Why this is changed"), required=False, max=1000, rows=2)
    version = VersionField()

    def need_reason(self) -> None:
        """A site has scores by these criteria already."""
        self.reason.required = True

    def to_command(self, sight: Sight) -> SetCriteria:
        """The criteria as they are to stand."""
        rows: list[Any] = self.criteria.filled
        criteria = tuple(
            CriterionEntry(id=row.id.data or None, name=row.name.data, weight=row.weight.data) for row in rows
        )
        return SetCriteria(
            token=self.token, dossier_id=sight.dossier_id, criteria=criteria, reason=self.reason.data,
            version=self.version.data,
        )  # fmt: skip


class ScoreRow(RowForm):
    """A score for one criterion."""

    criterion = HiddenField()
    score = WholeNumberField(_l("Score"), min=0, max=HIGHEST)


class ScoreSiteForm(Form):
    """A score for each criterion."""

    scores = RowsField(
        ScoreRow, _l("Scores from 0 (not at all) to 10 (fully)"), min_entries=0, max_entries=MOST_CRITERIA
    )
    reason = LongTextField(_l("Why this is changed"), required=False, max=1000, rows=2)
    version = VersionField()

    def need_reason(self) -> None:
        """The site has scores already."""
        self.reason.required = True

    def to_command(self, sight: Sight, site_id: str) -> ScoreSite:
        """The site's scores."""
        rows: list[Any] = self.scores.filled
        return ScoreSite(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id,
            scores=tuple((row.criterion.data or "", row.score.data) for row in rows), reason=self.reason.data,
            version=self.version.data,
        )  # fmt: skip


class _VoteForm(Form):
    held_on = DateField(_l("Day of the vote"))
    votes_for = WholeNumberField(_l("Votes for the site"), max=MOST_VOTES)
    votes_against = WholeNumberField(_l("Votes against it"), max=MOST_VOTES)
    abstained = WholeNumberField(_l("Abstained"), max=MOST_VOTES)

    def _vote(self) -> VoteEntry:
        return VoteEntry(
            held_on=self.held_on.data, votes_for=self.votes_for.data, votes_against=self.votes_against.data,
            abstained=self.abstained.data,
        )  # fmt: skip


class LogVoteForm(_VoteForm):
    """The vote on a site."""

    file = FileField(_l("Minutes"))

    def to_command(self, sight: Sight, site_id: str) -> LogVote:
        """The vote."""
        return LogVote(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, vote=self._vote(),
            upload=need_upload(self.file.data),
        )  # fmt: skip


class CorrectVoteForm(_VoteForm):
    """The vote as it should have been logged."""

    file = FileField(_l("Minutes"), hint=_l("Without a file those stored before stay."), required=False)
    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, site_id: str) -> CorrectVote:
        """The corrected vote."""
        return CorrectVote(
            token=self.token, dossier_id=sight.dossier_id, site_id=site_id, vote=self._vote(),
            upload=to_upload(self.file.data), reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
