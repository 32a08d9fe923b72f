"""Forms of the plan's pages. What is typed here both offices read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.core.money import MAX_MINOR
from casetracker.documents.forms import to_upload
from casetracker.documents.states import Upload
from casetracker.grants.states import Holder, are_persons
from casetracker.plans.commands import RecallPlan, SubmitPlan
from casetracker.plans.correction_commands import CorrectAgreement, CorrectContribution
from casetracker.plans.draft_commands import RemoveActivity, RemoveLine, SaveActivity, SaveLine
from casetracker.plans.funding_commands import FundingPart, FundLine, LogAgreement, LogContribution
from casetracker.plans.page_queries import GrantRow
from casetracker.plans.states import (
    KINDS_OF_PERSONS,
    KINDS_OF_PLACES,
    ActivityKind,
    Frequency,
    FundingSource,
    PlanFacts,
)
from casetracker.web.formats import money
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    HiddenField,
    LongTextField,
    ManyChoiceField,
    MoneyField,
    RowForm,
    RowsField,
    TextField,
    VersionField,
    WholeNumberField,
)  # fmt: skip
from casetracker.web.labels import label, label_choices

LONGEST = 60


class AddActivityForm(Form):
    """A new activity."""

    kind = ChoiceField(_l("Kind"), choices=label_choices(ActivityKind))
    title = TextField(
        _l("What is planned"), max=120, hint=_l("A few words, e.g. children's playroom."), read_abroad=True
    )
    beneficiaries = ManyChoiceField(
        _l("Who benefits"), hint=_l("A child's grant pays only where the child alone benefits.")
    )
    place = TextField(_l("Place"), max=120, required=False, read_abroad=True)
    feasibility = LongTextField(
        _l("Can it work?"), required=False, read_abroad=True,
        hint=_l("What speaks for and against it: market, skills, premises, prices. Needed for submitting."),
    )  # fmt: skip

    def offer(self, holders: Iterable[Holder]) -> None:
        """Who may benefit, and the kinds of activity that fit them."""
        found = list(holders)
        self.beneficiaries.choices = [(holder.id, holder.name) for holder in found]
        kinds = KINDS_OF_PERSONS if are_persons(found) else KINDS_OF_PLACES
        self.kind.choices = [each for each in label_choices(ActivityKind) if each[0] in kinds]
        if kinds is KINDS_OF_PLACES:
            self.beneficiaries.description = _("The sites that it is for, or the whole project.")
            self.title.description = _("A few words, e.g. a new roof.")

    def to_command(self, dossier_id: str, activity_id: str | None = None) -> SaveActivity:
        """What was filled in, in types."""
        return SaveActivity(
            token=self.token, dossier_id=dossier_id, activity_id=activity_id, version=None,
            kind=ActivityKind(self.kind.data), title=self.title.data, place=self.place.data or "",
            feasibility=self.feasibility.data or "", beneficiary_ids=tuple(self.beneficiaries.data),
        )  # fmt: skip


class EditActivityForm(AddActivityForm):
    """An activity of the draft."""

    version = VersionField()

    def to_command(self, dossier_id: str, activity_id: str | None = None) -> SaveActivity:
        """The same for an activity that stands."""
        return replace(super().to_command(dossier_id, activity_id), version=self.version.data)


class AddLineForm(Form):
    """A new line of an activity."""

    description = TextField(_l("What is bought"), max=160, read_abroad=True)
    provider = ChoiceField(_l("Provider"), required=False, hint=_l("May stay open until quotes are there."))
    quantity = WholeNumberField(_l("Quantity"), min=1, max=100_000)
    unit_price = MoneyField(_l("Unit price"), currency_field="unit_currency")
    unit_currency = ChoiceField(
        _l("Currency of the price"),
        hint=_l("A local price is turned into the plan's currency at the stored rate."),
    )
    frequency = ChoiceField(_l("How often"), choices=label_choices(Frequency), radio=True)
    times = WholeNumberField(_l("Number of months"), min=1, max=LONGEST, required=False)

    def validate(self, extra_validators: Any = None) -> bool:
        """A monthly cost needs its number of months."""
        good = bool(super().validate(extra_validators))
        if self.frequency.data == Frequency.MONTHLY and self.times.data is None and not self.times.errors:
            self.times.errors = [*self.times.errors, _l("Please say for how many months.")]
            return False
        return good

    def to_command(self, dossier_id: str, activity_id: str, line_id: str | None = None) -> SaveLine:
        """What was filled in, in types."""
        return SaveLine(
            token=self.token, dossier_id=dossier_id, activity_id=activity_id, line_id=line_id,
            version=None, description=self.description.data,
            provider_id=self.provider.data, quantity=self.quantity.data, unit_price=self.unit_price.data,
            unit_currency=self.unit_currency.data, frequency=Frequency(self.frequency.data),
            times=self.times.data or 1,
        )  # fmt: skip


class EditLineForm(AddLineForm):
    """A line of the draft."""

    version = VersionField()

    def to_command(self, dossier_id: str, activity_id: str, line_id: str | None = None) -> SaveLine:
        """The same for a line that stands."""
        return replace(super().to_command(dossier_id, activity_id, line_id), version=self.version.data)


class FundingRow(RowForm):
    """A source: `key` is its name, a grant's with its id behind a colon."""

    key = HiddenField()
    amount = MoneyField(_l("Amount"), required=False, zero=True)


class FundLineForm(Form):
    """Who pays for a line."""

    version = VersionField()
    parts = RowsField(FundingRow, _l("Sources"), min_entries=0, max_entries=100)

    def name_rows(self, grants: Mapping[str, GrantRow]) -> None:
        """Give each row the words of its source; `grants` by the row's key."""
        for row in self.parts.forms:
            field, key = row["amount"], getattr(row["key"], "shown", "")
            field.label.text = _("Unknown source")
            if key in grants:
                limit, left = grants[key].limit, money(grants[key].left, grants[key].limit.currency)
                field.label.text = f"{limit.person} · {limit.package}"
                field.description = _("%(left)s of it is not planned yet.", left=left)
                if not limit.is_adult:
                    field.description += " " + _("A child's: only for what is for this child alone.")
                if not limit.is_open:
                    field.description += " " + _("Closed: it pays nothing new.")
            elif key in set(FundingSource):
                field.label.text = label(FundingSource(key))

    def to_command(self, dossier_id: str, line_id: str) -> FundLine:
        """What was filled in, in types; a key of no source counts as a grant that is not there."""
        parts: list[FundingPart] = []
        for row in self.parts.forms:
            source, _colon, grant_id = (row["key"].data or "").partition(":")
            known = source in {str(each) for each in FundingSource}
            parts.append(FundingPart(
                source=FundingSource(source) if known else FundingSource.GRANT,
                grant_id=(grant_id or "?") if not known or source == FundingSource.GRANT else None,
                amount=row["amount"].data or 0,
            ))  # fmt: skip
        return FundLine(
            token=self.token,
            dossier_id=dossier_id,
            line_id=line_id,
            version=self.version.data,
            parts=tuple(parts),
        )


class LogAgreementForm(Form):
    """A person's signed agreement to what the own grant pays."""

    amount = VersionField(max=MAX_MINOR)
    agreed_on = DateField(_l("Signed on"))
    file = FileField(_l("Signed agreement"))

    def to_command(self, dossier_id: str, line_id: str, person_id: str) -> LogAgreement:
        """What was filled in, in types."""
        file = self.file.data
        return LogAgreement(
            token=self.token, dossier_id=dossier_id, line_id=line_id, person_id=person_id,
            amount=self.amount.data,
            agreed_on=self.agreed_on.data,
            upload=Upload(file_name=file.filename or "", content=file.read(), media_type=file.mimetype),
        )  # fmt: skip


class LogContributionForm(Form):
    """Evidence of what somebody else than a grant paid."""

    amount = MoneyField(_l("Amount"))
    given_on = DateField(_l("Day"))
    file = FileField(_l("Evidence"), hint=_l("A receipt, a contract, a photograph of what was given."))

    def to_command(self, dossier_id: str, line_id: str, source: FundingSource) -> LogContribution:
        """What was filled in, in types."""
        file = self.file.data
        return LogContribution(
            token=self.token, dossier_id=dossier_id, line_id=line_id, source=source, amount=self.amount.data,
            given_on=self.given_on.data,
            upload=Upload(file_name=file.filename or "", content=file.read(), media_type=file.mimetype),
        )  # fmt: skip


class CorrectAgreementForm(Form):
    """When the person really signed; the file stays where none is chosen."""

    agreed_on = DateField(_l("Signed on"))
    file = FileField(_l("Another signed agreement"), required=False, hint=_l("Leave empty to keep the file."))
    reason = LongTextField(_l("Why this is corrected"), max=1000, read_abroad=True)
    version = VersionField()

    def to_command(self, dossier_id: str, line_id: str, person_id: str) -> CorrectAgreement:
        """The correction."""
        return CorrectAgreement(
            token=self.token, dossier_id=dossier_id, line_id=line_id, person_id=person_id,
            version=self.version.data, agreed_on=self.agreed_on.data, upload=to_upload(self.file.data),
            reason=self.reason.data,
        )  # fmt: skip


class CorrectContributionForm(Form):
    """What was really given; the file stays where none is chosen."""

    amount = MoneyField(_l("Amount"))
    given_on = DateField(_l("Day"))
    file = FileField(_l("Other evidence"), required=False, hint=_l("Leave empty to keep the file."))
    reason = LongTextField(_l("Why this is corrected"), max=1000, read_abroad=True)
    version = VersionField()

    def to_command(self, dossier_id: str, proof_id: str) -> CorrectContribution:
        """The correction."""
        return CorrectContribution(
            token=self.token, dossier_id=dossier_id, proof_id=proof_id, version=self.version.data,
            amount=self.amount.data, given_on=self.given_on.data, upload=to_upload(self.file.data),
            reason=self.reason.data,
        )  # fmt: skip


class PlanActForm(Form):
    """A button on the plan: its version when the page was opened."""

    version = VersionField()

    def to_submit(self, dossier_id: str) -> SubmitPlan:
        """Submit the plan."""
        return SubmitPlan(token=self.token, dossier_id=dossier_id, version=self.version.data)

    def to_recall(self, dossier_id: str) -> RecallPlan:
        """Take the submitted version back."""
        return RecallPlan(token=self.token, dossier_id=dossier_id, version=self.version.data)

    def to_remove_activity(self, dossier_id: str, activity_id: str) -> RemoveActivity:
        """Take an activity out of the draft."""
        return RemoveActivity(
            token=self.token, dossier_id=dossier_id, activity_id=activity_id, version=self.version.data
        )

    def to_remove_line(self, dossier_id: str, line_id: str) -> RemoveLine:
        """Take a line out of the draft."""
        return RemoveLine(token=self.token, dossier_id=dossier_id, line_id=line_id, version=self.version.data)

    def to_put_back(self, dossier_id: str, line_id: str) -> RemoveLine:
        """Put a removed line back."""
        return RemoveLine(token=self.token, dossier_id=dossier_id, line_id=line_id, version=None, put_back=True)


def funding_rows(
    plan: PlanFacts, line_id: str, grant_ids: list[str], is_of_persons: bool = True
) -> list[dict[str, Any]]:
    """The rows a funding form is opened with: each grant, own contribution in cash and kind, a third
    party."""
    line = next(line for line in plan.lines if line.id == line_id)
    there: Mapping[tuple[FundingSource, str | None], int] = {(f.source, f.grant_id): f.amount for f in line.funding}
    keys: list[tuple[FundingSource, str | None]] = [(FundingSource.GRANT, id) for id in grant_ids]
    keys += [(source, None) for source in FundingSource if source != FundingSource.GRANT and is_of_persons]
    return [
        {"key": f"{source}:{grant_id}" if grant_id else str(source), "amount": there.get((source, grant_id))}
        for source, grant_id in keys
    ]
