"""Forms of programmes: budgets, packages, rules, policies and rates."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from casetracker.programmes import commands
from casetracker.programmes.states import (
    CURRENCIES,
    ApplicantRole,
    BandFacts,
    BasisDate,
    QuoteStep,
    ReturnType,
)
from casetracker.web.forms import (
    ChoiceField,
    DateField,
    Form,
    MoneyField,
    RowForm,
    RowsField,
    TextField,
    TickField,
    VersionField,
    WholeNumberField,
    country_choices,
)
from casetracker.web.labels import label_choices

CURRENCY_CHOICES = [(code, code) for code in CURRENCIES]
MONTHS: dict[str, Any] = {"min": 1, "max": 120, "required": False}
NO_EEA, NO_EXPULSION = _("Not for nationals of the European Economic Area"), _("Not with an expulsion order in force")
RETENTION_HINT = _(
    "Counted from the day a case was closed. Then it is due to be erased, and two supervisors decide. Left empty, no "
    "case of this programme is ever due. The donor's rules on keeping records say how long."
)
EXPULSION_HINT = _("Whether there is one is asked at the return application, and must be known before the decision.")


class CountryCodesField(TextField):
    """Countries as two-letter codes, separated by commas or spaces; `data` is a tuple of codes in order."""

    def parse(self, text: str, form: Any) -> Any:
        codes = [code.upper() for code in re.split(r"[\s,;]+", super().parse(text, form)) if code]
        known = {code for code, _name in country_choices()}
        for code in codes:
            if code not in known:
                raise ValidationError(
                    gettext("%(code)s is not a country's code. Write codes like UA, MD, GE.", code=code[:20])
                )
        return tuple(sorted(set(codes)))

    def format(self, data: Any) -> str:
        return ", ".join(data) if isinstance(data, tuple | list) else super().format(data)


class ProgrammeForm(Form):
    """A new programme."""

    code = TextField(_("Code"), max=20, hint=_("Short, as it stands in reports, e.g. AMIF-3.3."))
    name = TextField(_("Name"), max=120)
    donor = TextField(_("Donor"), max=120)
    currency = ChoiceField(_("Currency"), choices=CURRENCY_CHOICES, hint=_("It cannot be changed later."))
    ceiling = MoneyField(_("Ceiling of the whole programme"), currency_field="currency")
    eligible_from = DateField(_("Eligible from"))
    eligible_until = DateField(_("Eligible until"))
    plan_within_months = WholeNumberField(_("Plan ideally within (months after return)"), **MONTHS)
    excludes_eea = TickField(NO_EEA)
    excludes_expulsion = TickField(NO_EXPULSION, hint=EXPULSION_HINT)

    def to_command(self) -> commands.CreateProgramme:
        """What is asked for, in types."""
        return commands.CreateProgramme(
            token=self.token,
            code=self.code.data,
            name=self.name.data,
            donor=self.donor.data,
            currency=self.currency.data,
            ceiling=self.ceiling.data,
            eligible_from=self.eligible_from.data,
            eligible_until=self.eligible_until.data,
            plan_within_months=self.plan_within_months.data,
            excludes_eea=self.excludes_eea.data,
            excludes_expulsion=self.excludes_expulsion.data,
        )


class EditProgrammeForm(Form):
    """A programme's facts."""

    version = VersionField()
    name = TextField(_("Name"), max=120)
    donor = TextField(_("Donor"), max=120)
    ceiling = MoneyField(_("Ceiling of the whole programme"))
    eligible_from = DateField(_("Eligible from"))
    eligible_until = DateField(_("Eligible until"))
    plan_within_months = WholeNumberField(_("Plan ideally within (months after return)"), **MONTHS)
    excludes_eea = TickField(NO_EEA)
    excludes_expulsion = TickField(NO_EXPULSION, hint=EXPULSION_HINT)
    retention_months = WholeNumberField(
        _("Closed cases are kept for (months)"), min=1, max=600, required=False, hint=RETENTION_HINT
    )
    is_active = TickField(_("Open for new cases"))

    def to_command(self, programme_id: str) -> commands.EditProgramme:
        """What is asked for, in types."""
        return commands.EditProgramme(
            token=self.token,
            programme_id=programme_id,
            version=self.version.data,
            name=self.name.data,
            donor=self.donor.data,
            ceiling=self.ceiling.data,
            eligible_from=self.eligible_from.data,
            eligible_until=self.eligible_until.data,
            plan_within_months=self.plan_within_months.data,
            excludes_eea=self.excludes_eea.data,
            excludes_expulsion=self.excludes_expulsion.data,
            retention_months=self.retention_months.data,
            is_active=self.is_active.data,
        )


class BudgetLineForm(Form):
    """A new budget line."""

    code = TextField(_("Code"), max=20)
    name = TextField(_("Name"), max=120)
    ceiling = MoneyField(_("Ceiling"))

    def to_command(self, programme_id: str) -> commands.AddBudgetLine:
        """What is asked for, in types."""
        return commands.AddBudgetLine(
            token=self.token,
            programme_id=programme_id,
            code=self.code.data,
            name=self.name.data,
            ceiling=self.ceiling.data,
        )


class EditBudgetLineForm(Form):
    """A budget line's name and ceiling."""

    version = VersionField()
    name = TextField(_("Name"), max=120)
    ceiling = MoneyField(_("Ceiling"))

    def to_command(self, budget_line_id: str) -> commands.EditBudgetLine:
        """What is asked for, in types."""
        return commands.EditBudgetLine(
            token=self.token,
            budget_line_id=budget_line_id,
            version=self.version.data,
            name=self.name.data,
            ceiling=self.ceiling.data,
        )


class PackageTerms(Form):
    """What a package gives and asks; the part that a new and an edited one share."""

    needs_plan = TickField(_("Needs an approved reintegration plan"))
    in_kind_only = TickField(_("Wholly in kind: no cash at all"))
    cash_cap = MoneyField(_("At most in cash"), required=False, hint=_("Empty: no cap, unless wholly in kind."))
    contact_within_months = WholeNumberField(_("Contact within (months after arrival)"), **MONTHS)
    use_within_months = WholeNumberField(_("Use within (months after arrival)"), **MONTHS)
    within_working_days = WholeNumberField(
        _("Or within (working days after arrival)"),
        min=1,
        max=260,
        required=False,
        hint=_("Monday to Friday; national holidays are not taken out. Instead of the months, not beside them."),
    )

    def terms(self) -> dict[str, Any]:
        """The shared part of both commands."""
        return {
            "token": self.token,
            "needs_plan": self.needs_plan.data,
            "in_kind_only": self.in_kind_only.data,
            "cash_cap": self.cash_cap.data,
            "contact_within_months": self.contact_within_months.data,
            "use_within_months": self.use_within_months.data,
            "within_working_days": self.within_working_days.data,
        }


class PackageForm(PackageTerms):
    """A new package; the view sets the budget lines."""

    code = TextField(_("Code"), max=20)
    name = TextField(_("Name"), max=120)
    budget_line_id = ChoiceField(_("Budget line"))

    def to_command(self, programme_id: str) -> commands.AddPackage:
        """What is asked for, in types."""
        return commands.AddPackage(
            programme_id=programme_id,
            budget_line_id=self.budget_line_id.data,
            code=self.code.data,
            name=self.name.data,
            **self.terms(),
        )


class EditPackageForm(PackageTerms):
    """A package's facts."""

    version = VersionField()
    name = TextField(_("Name"), max=120)
    is_active = TickField(_("New grants are made of it"))

    def to_command(self, package_id: str) -> commands.EditPackage:
        """What is asked for, in types."""
        return commands.EditPackage(
            package_id=package_id,
            version=self.version.data,
            name=self.name.data,
            is_active=self.is_active.data,
            **self.terms(),
        )


class RuleForm(Form):
    """A new entitlement rule."""

    applicant_role = ChoiceField(_("Applicant role"), choices=label_choices(ApplicantRole))
    return_type = ChoiceField(_("Return"), choices=label_choices(ReturnType), radio=True)
    amount = MoneyField(_("Amount per person"))
    is_maximum = TickField(_("Up to this amount: the decision may grant less"))
    basis = ChoiceField(
        _("Counts by"),
        choices=label_choices(BasisDate),
        radio=True,
        hint=_("The rule that is valid on this day of the person is the one in force."),
    )
    valid_from = DateField(_("Valid from"))
    valid_until = DateField(_("Valid until"), required=False, hint=_("Empty: until further notice."))
    nationalities_included = CountryCodesField(
        _("Only these nationalities"), required=False, max=800, hint=_("Codes like UA, MD. Empty: all.")
    )
    nationalities_excluded = CountryCodesField(
        _("Except these nationalities"), required=False, max=800, hint=_("Codes like UA, MD. Empty: none.")
    )

    def terms(self, package_id: str) -> dict[str, Any]:
        """The shared part of both commands."""
        return {
            "token": self.token,
            "package_id": package_id,
            "applicant_role": ApplicantRole(self.applicant_role.data),
            "return_type": ReturnType(self.return_type.data),
            "amount": self.amount.data,
            "is_maximum": self.is_maximum.data,
            "basis": BasisDate(self.basis.data),
            "valid_from": self.valid_from.data,
            "valid_until": self.valid_until.data,
            "nationalities_included": self.nationalities_included.data or (),
            "nationalities_excluded": self.nationalities_excluded.data or (),
        }

    def to_command(self, package_id: str) -> commands.AddRule:
        """What is asked for, in types."""
        return commands.AddRule(**self.terms(package_id))


class EditRuleForm(RuleForm):
    """An entitlement rule as it shall stand."""

    version = VersionField()

    def to_edit(self, package_id: str, rule_id: str) -> commands.EditRule:
        """What is asked for, in types."""
        return commands.EditRule(rule_id=rule_id, version=self.version.data, **self.terms(package_id))


class BandRowForm(RowForm):
    """One band of an approval policy."""

    up_to = MoneyField(_("Up to"), required=False, hint=_("Empty: everything above."))
    receiving = WholeNumberField(_("Approvals of the receiving office"), max=5)
    sending = WholeNumberField(_("Approvals of the sending office"), max=5)


class QuoteRowForm(RowForm):
    """From an amount on, so many quotes."""

    from_amount = MoneyField(_("From"), zero=True)
    number = WholeNumberField(_("Quotes"), max=10)


class PolicyTerms(Form):
    """Bands and quotes of an approval policy."""

    bands = RowsField(
        BandRowForm,
        _("Bands"),
        min_entries=2,
        max_entries=8,
        row_label=_("Band"),
        add_label=_("Add a band"),
        hint=_("They look at the total for the same provider and activity. The last band has no upper end."),
    )
    quotes = RowsField(
        QuoteRowForm,
        _("Quotes"),
        min_entries=2,
        max_entries=8,
        row_label=_("Step"),
        add_label=_("Add a step"),
    )
    own_procedure_limit = MoneyField(
        _("Own procedure of buying up to"),
        required=False,
        hint=_(
            "A larger total for the same provider and activity is refused: it would not be eligible. Empty: no limit."
        ),
    )

    def band_facts(self) -> tuple[BandFacts, ...]:
        """The bands that were filled in, in order."""
        rows: list[Any] = self.bands.filled
        return tuple(
            BandFacts(up_to=row.up_to.data, receiving=row.receiving.data, sending=row.sending.data) for row in rows
        )

    def quote_steps(self) -> tuple[QuoteStep, ...]:
        """The steps that were filled in, in order."""
        rows: list[Any] = self.quotes.filled
        return tuple(QuoteStep(from_amount=row.from_amount.data, number=row.number.data) for row in rows)


class PolicyForm(PolicyTerms):
    """A policy from a day on."""

    valid_from = DateField(_("In force from"), hint=_("The policy before it ends the day before."))

    def to_command(self, programme_id: str) -> commands.SetPolicy:
        """What is asked for, in types."""
        return commands.SetPolicy(
            token=self.token,
            programme_id=programme_id,
            valid_from=self.valid_from.data,
            bands=self.band_facts(),
            quotes=self.quote_steps(),
            own_procedure_limit=self.own_procedure_limit.data,
        )


class EditPolicyForm(PolicyTerms):
    """A policy that is not yet in force."""

    version = VersionField()

    def to_command(self, policy_id: str) -> commands.EditPolicy:
        """What is asked for, in types."""
        return commands.EditPolicy(
            token=self.token,
            policy_id=policy_id,
            version=self.version.data,
            bands=self.band_facts(),
            quotes=self.quote_steps(),
            own_procedure_limit=self.own_procedure_limit.data,
        )
