"""The forms of deciding: one thing at a time, or several requests at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from casetracker.approvals.commands import DecideDisbursement
from casetracker.approvals.plan_commands import DecidePlan
from casetracker.approvals.reversal_commands import DecideReversal
from casetracker.web.forms import ChoiceField, Form, HiddenField, LongTextField, ManyChoiceField

APPROVE, RETURN, REFUSE = "approve", "return", "refuse"


class DecisionForm(Form):
    """Approve, return or refuse, bound to the content that was seen. The view sets the open choices."""

    decision = ChoiceField(_l("Decision"), radio=True)
    reason = LongTextField(
        _l("Reason"), required=False, hint=_l("Needed to return or refuse."), max=1000, read_abroad=True
    )
    content_hash = HiddenField(required=True)

    def to_disbursement(self, submission_id: str) -> DecideDisbursement:
        """The decision on a submission."""
        return DecideDisbursement(
            token=self.token,
            submission_id=submission_id,
            content_hash=self.content_hash.data,
            reason=self.reason.data,
        )

    def to_plan(self, version_id: str) -> DecidePlan:
        """The decision on a version of a plan."""
        return DecidePlan(
            token=self.token,
            version_id=version_id,
            content_hash=self.content_hash.data,
            reason=self.reason.data,
        )


class ReversalForm(Form):
    """Approve or refuse giving money back."""

    decision = ChoiceField(
        _l("Decision"),
        radio=True,
        choices=[(APPROVE, _l("Approve the refund")), (REFUSE, _l("Refuse it"))],
    )
    reason = LongTextField(_l("Reason"), required=False, hint=_l("Needed to refuse."), max=1000, read_abroad=True)

    def to_command(self, reversal_id: str) -> DecideReversal:
        """The decision."""
        return DecideReversal(token=self.token, reversal_id=reversal_id, reason=self.reason.data)


class SeveralForm(Form):
    """Approve several requests at once; each is judged by itself. A value is `submission id:content hash`."""

    chosen = ManyChoiceField(_l("Disbursements"))

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Set the requests that can be ticked."""
        self.chosen.choices = list(choices)

    def to_commands(self) -> list[DecideDisbursement]:
        """One command each, with a token of its own."""
        pairs = [value.partition(":") for value in self.chosen.data]
        return [
            DecideDisbursement(
                token=hashlib.sha256(f"{self.token}{submission_id}".encode()).hexdigest()[:32],
                submission_id=submission_id,
                content_hash=content_hash,
            )
            for submission_id, _colon, content_hash in pairs
        ]
