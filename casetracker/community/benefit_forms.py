"""Forms of figures of people: a number, how it came about, and what is known of the people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from casetracker.community.benefit_commands import CorrectBenefit, EnterBenefit
from casetracker.community.benefit_rules import field_of
from casetracker.community.benefit_states import (
    Aim,
    Basis,
    CountEntry,
    Exactness,
    FigureEntry,
    Method,
    PeopleGroup,
    Reach,
)
from casetracker.community.states import GroupProfile
from casetracker.documents.forms import to_upload
from casetracker.dossiers.states import Sight
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    FileField,
    Form,
    LongTextField,
    ManyChoiceField,
    TextField,
    TickField,
    VersionField,
    WholeNumberField,
)
from casetracker.web.labels import label_choices

MOST_PEOPLE = 100_000_000
COUNT = ("number", "exactness", "basis", "method", "source", "note")


def _of(label: Any) -> WholeNumberField:
    return WholeNumberField(label, required=False, min=0, max=MOST_PEOPLE)


class CountForm(Form):
    """A number of people; of which groups they are is asked as far as it is known."""

    exactness = ChoiceField(_l("The number is"), choices=label_choices(Exactness), radio=True)
    number = WholeNumberField(_l("How many people"), min=0, max=MOST_PEOPLE)
    basis = ChoiceField(_l("Counted or estimated"), choices=label_choices(Basis), radio=True)
    method = ChoiceField(_l("How it came about"), choices=label_choices(Method))
    source = TextField(
        _l("Source"), max=200, hint=_l("Who says so, and where: a register of the school, a letter of the council.")
    )
    people_female = _of(_l("Female"))
    people_male = _of(_l("Male"))
    people_another_sex = _of(_l("Another sex"))
    people_under_18 = _of(_l("Under 18"))
    people_from_18 = _of(_l("18 to 29"))
    people_from_30 = _of(_l("30 to 59"))
    people_from_60 = _of(_l("60 and older"))
    people_local = _of(_l("Local"))
    people_displaced = _of(_l("Displaced"))
    people_returnee = _of(_l("Returnees"))
    people_with_disability = _of(_l("With a disability"))
    people_without_disability = _of(_l("Without a disability"))

    def to_count(self) -> CountEntry:
        """The number with what is known of the people."""
        known = [(group, self[field_of(group)].data) for group in PeopleGroup]
        return CountEntry(
            number=self.number.data, exactness=Exactness(self.exactness.data), basis=Basis(self.basis.data),
            method=Method(self.method.data), source=self.source.data,
            shares=tuple((group, number) for group, number in known if number is not None),
        )  # fmt: skip


def count_data(figure: Any, shares: Iterable[tuple[PeopleGroup, int]]) -> dict[str, Any]:
    """What the form shows of a number of people as it stands."""
    return {name: getattr(figure, name) for name in COUNT} | {field_of(group): number for group, number in shares}


class _FigureForm(CountForm):
    aim = ChoiceField(_l("What the figure is"), choices=label_choices(Aim), radio=True)
    reach = ChoiceField(
        _l("How they benefit"), choices=label_choices(Reach), radio=True,
        hint=_l("Direct: they use it themselves. Indirect: they have something of it through others."),
    )  # fmt: skip
    about = ChoiceField(_l("Whom it counts"), required=False, hint=_l("Everybody, or one of these groups alone."))
    as_of = DateField(_l("As of"))
    from_on = DateField(
        _l("First day of the period"), required=False,
        hint=_l("Where people were counted over a time; the day above is then its last."),
    )  # fmt: skip
    note = LongTextField(
        _l("Double counting"), required=False, max=1000, rows=2,
        hint=_l("How the same people may stand in it twice, or what was done about it."),
    )  # fmt: skip
    are_others = TickField(
        _l("These people are in no earlier figure of this kind"),
        hint=_l("Ticked, it adds to the earlier figure. Otherwise it takes its place."),
    )  # fmt: skip
    overlaps = ManyChoiceField(
        _l("May count the same people as"), required=False,
        hint=_l("Sums then say how many may be counted twice."),
    )  # fmt: skip
    file = FileField(_l("Document"), required=False, hint=_l("What the figure was taken from."))

    def offer(self, figures: Iterable[tuple[str, str]]) -> None:
        """The project's other figures as (id, words)."""
        self.about.choices = [("", _l("Everybody")), *label_choices(GroupProfile)]
        self.overlaps.choices = list(figures)

    def _entry(self) -> FigureEntry:
        about = self.about.data
        return FigureEntry(
            aim=Aim(self.aim.data), reach=Reach(self.reach.data), about=GroupProfile(about) if about else None,
            count=self.to_count(), from_on=self.from_on.data, as_of=self.as_of.data, note=self.note.data,
            are_others=self.are_others.data, overlaps=tuple(self.overlaps.data),
        )  # fmt: skip


class EnterBenefitForm(_FigureForm):
    """A figure of a site, or of the whole project."""

    site_id = ChoiceField(_l("Where"), required=False)

    def offer_sites(self, sites: Iterable[tuple[str, str]]) -> None:
        """The project's sites as (id, name)."""
        self.site_id.choices = [("", _l("The whole project")), *sites]

    def to_command(self, sight: Sight) -> EnterBenefit:
        """A new figure."""
        return EnterBenefit(
            token=self.token, dossier_id=sight.dossier_id, site_id=self.site_id.data or None, entry=self._entry(),
            upload=to_upload(self.file.data),
        )  # fmt: skip


class CorrectBenefitForm(_FigureForm):
    """A figure as it should have been entered."""

    reason = LongTextField(_l("Why this is corrected"), max=1000, rows=2)
    version = VersionField()

    def to_command(self, sight: Sight, figure_id: str) -> CorrectBenefit:
        """The corrected figure."""
        return CorrectBenefit(
            token=self.token, dossier_id=sight.dossier_id, figure_id=figure_id, entry=self._entry(),
            upload=to_upload(self.file.data), reason=self.reason.data, version=self.version.data,
        )  # fmt: skip
