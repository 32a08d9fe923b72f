"""The one list of everything that is looked for, and who may say that a finding is a false alarm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casetracker.checks import buying_rules, case_rules, money_rules, paper_rules
from casetracker.checks.fact_states import CaseFacts
from casetracker.checks.states import Asked, Declared, Finding, Rule, RuleName, Severity
from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message
from casetracker.core.permissions import Permission
from casetracker.dossiers.states import Sight
from casetracker.events.states import Part

R, SERIOUS, QUESTION = RuleName, Severity.SERIOUS, Severity.QUESTION
MIN_NUMBER = 7
"""Characters of an account or telephone at least."""
ASK_BACK = N_("Ask for the money back, or show the right paper to a supervisor who answers.")

RULES: tuple[Rule, ...] = tuple(
    Rule(name=name, severity=severity, part=part, look=look, remedy=remedy)
    for name, severity, part, look, remedy in (
        (R.SPLIT_PURCHASE, QUESTION, Part.SHARED, buying_rules.split_purchase,
         N_("Buy together what belongs together; collect the quotes that the whole needs.")),
        (R.MISSING_QUOTES, SERIOUS, Part.SHARED, buying_rules.missing_quotes, N_("Add the quotes and submit anew.")),
        (R.ONE_SOURCE, QUESTION, Part.SHARED, buying_rules.one_source, N_("Ask somebody else for an offer.")),
        (R.SHARED_ACCOUNT, SERIOUS, Part.SHARED, buying_rules.shared_account,
         N_("Choose another provider, or withdraw the account.")),
        (R.SHARED_PHONE, QUESTION, Part.SHARED, buying_rules.shared_phone, N_("Correct the number, or explain it.")),
        (R.HOLDER_IS_BENEFICIARY, QUESTION, Part.SHARED, buying_rules.holder_is_beneficiary,
         N_("Have the account looked at by somebody else, or explain it.")),
        (R.PROOF_OF_PAYMENT, SERIOUS, Part.SHARED, paper_rules.proof_of_payment, ASK_BACK),
        (R.GOODS_RECEIVED, QUESTION, Part.SHARED, paper_rules.goods_received,
         N_("Log the delivery with its certificate, or ask for the money back.")),
        (R.INVOICE_PERIOD, SERIOUS, Part.SHARED, paper_rules.invoice_period, ASK_BACK),
        (R.ABOVE_BUDGET, SERIOUS, Part.SHARED, money_rules.above_budget, ASK_BACK),
        (R.FIGURES_DIFFER, SERIOUS, Part.SHARED, money_rules.figures_differ,
         N_("Have the operator verify the record: no page of the program leaves such figures.")),
        (R.FOUR_EYES, SERIOUS, Part.SHARED, money_rules.four_eyes, N_("Have the step done anew by somebody else.")),
        (R.ACCOUNT_AND_PAYMENT, QUESTION, Part.SHARED, money_rules.account_and_payment,
         N_("Let a supervisor confirm accounts where one finance officer pays.")),
        (R.SAME_DEVICE, QUESTION, Part.SHARED, money_rules.same_device,
         N_("Everybody signs in on a browser of the own; say where one computer is shared.")),
        (R.CHANGED_AFTER_APPROVAL, SERIOUS, Part.SHARED, money_rules.changed_after_approval,
         N_("Submit the request anew, so that it is approved as it is.")),
        (R.CORRECTED_AFTER_PAYMENT, QUESTION, Part.SHARED, money_rules.corrected_after_payment,
         N_("Say what was wrong, and whether the amount still holds.")),
        (R.CHILDS_GRANT, SERIOUS, Part.SHARED, case_rules.childs_grant,
         N_("Let another grant pay, or ask for the money back.")),
        (R.MONITORING_LATE, QUESTION, Part.SHARED, case_rules.monitoring_late, N_("Visit the family, and log it.")),
        (R.CONSENT_MISSING, SERIOUS, Part.SENDING, case_rules.consent_missing,
         N_("Correct the day if it was mistyped; else tell the person, and say what was disclosed.")),
        (R.ELIGIBILITY_EVIDENCE, SERIOUS, Part.SENDING, case_rules.eligibility_evidence,
         N_("Log what is missing, or decide anew.")),
        (R.NO_FINAL_REPORT, SERIOUS, Part.SHARED, case_rules.no_final_report,
         N_("Reopen the case and write the final report.")),
    )
)  # fmt: skip
"""Serious is what breaks a rule of the programme as the facts stand; patterns are questions. What is asked of papers
that the sending side alone has is that side's: nobody else is shown it, or held up by it."""
BY_NAME: Mapping[RuleName, Rule] = {rule.name: rule for rule in RULES}


def findings_of(case: CaseFacts) -> list[Finding]:
    """Everything an auditor would ask about the case: the serious first, then by when it began."""
    found = [
        Finding(
            dossier_id=case.dossier_id, rule=rule.name, severity=rule.severity, part=rule.part,
            subject_id=each.subject_id, text=each.text, since=each.since, basis=each.basis, evidence=each.evidence,
            request_ids=each.request_ids, people=each.people,
        )
        for rule in RULES
        for each in rule.look(case)
    ]  # fmt: skip
    return sorted(found, key=lambda f: (f.severity != Severity.SERIOUS, f.since, f.rule, f.subject_id))


def why_not_answer(finding: Finding, actor: Actor) -> Message | None:
    """A false alarm is called so by a supervisor of the case whose own work is not asked about."""
    if not actor.may(Permission.FINDING_ANSWER):
        return Message(N_("A supervisor of the case whose work this does not ask about answers it."))
    if actor.id in finding.people:
        return Message(N_("This asks about your own work, so another supervisor of the case has to answer it."))
    return None


def is_known_to(finding: Finding, office_id: str | None, sight: Sight) -> bool:
    """Whether the people of an office of the case may know of it."""
    return finding.part == Part.SHARED or office_id == sight.sending_office_id


def holding(asked: Iterable[Asked], request_id: str) -> list[Finding]:
    """The serious open findings that hold up a request's money."""
    return [
        each.finding for each in asked
        if each.is_open and each.finding.severity == Severity.SERIOUS and request_id in each.finding.request_ids
    ]  # fmt: skip


def why_not_pay(asked: Iterable[Asked], request_id: str) -> Message | None:
    """What has to be put right, or answered, before this request is paid."""
    found = holding(asked, request_id)
    if not found:
        return None
    return Message(
        N_("An auditor would ask: %(question)s Put it right, or let a supervisor answer it, before money moves."),
        {"question": found[0].text},
    )


def why_not_close(asked: Iterable[Asked]) -> Message | None:
    """What has to be put right, or answered, before the case is closed as completed."""
    found = [each.finding for each in asked if each.is_open and each.finding.severity == Severity.SERIOUS]
    if not found:
        return None
    return Message(
        N_(
            "An auditor would ask: %(question)s Put it right, or let a supervisor answer it, before the case is closed."
        ),
        {"question": found[0].text},
    )


def why_not_number(kind: Declared, key: str | None) -> Message | None:
    """Why what was typed cannot be compared: `key` is what two numbers are compared by."""
    if key is not None and len(key) >= MIN_NUMBER:
        return None
    words = {
        Declared.ACCOUNT: N_("This is too short for a bank account. Enter the whole number."),
        Declared.PHONE: N_("This is too short for a telephone number. Enter it with its area code."),
    }
    return Message(words[kind], field="number")
