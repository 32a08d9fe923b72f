"""The words of every kind of entry, and the groups that an auditor asks for together."""

from __future__ import annotations

from collections.abc import Iterable

from casetracker.core.errors import N_
from casetracker.events.states import EVENT_KINDS, Category, payload_fields

KIND_WORDS: dict[str, str] = {
    "account.password_changed": N_("Password changed"),
    "account.sessions_ended": N_("Sessions ended"),
    "account.signed_in": N_("Signed in"),
    "account.signed_out": N_("Signed out"),
    "application.corrected": N_("Return application corrected"),
    "application.signed": N_("Return application logged"),
    "approval.given": N_("First of several approvals given"),
    "approval_policy.edited": N_("Approval policy changed"),
    "approval_policy.set": N_("Approval policy set"),
    "asylum.appealed": N_("Asylum appeal logged"),
    "asylum.attempt_refused": N_("Attempt on the asylum part refused"),
    "asylum.claim_withdrawn": N_("Asylum claim withdrawn"),
    "asylum.corrected": N_("Asylum application corrected"),
    "asylum.decided": N_("Asylum application decided"),
    "asylum.filed": N_("Asylum application filed"),
    "asylum.none_recorded": N_("No asylum application recorded"),
    "asylum.read": N_("Asylum part opened"),
    "audit_finding.answered": N_("Finding of an auditor answered"),
    "audit_finding.closed": N_("Finding of an auditor closed"),
    "audit_finding.raised": N_("Finding of an auditor raised"),
    "audit_finding.sent_back": N_("Answer to an auditor sent back"),
    "backup.made": N_("Backup made"),
    "backup.restored": N_("Backup restored"),
    "budget_line.added": N_("Budget line added"),
    "budget_line.edited": N_("Budget line changed"),
    "bundle.asked": N_("Bundle asked for"),
    "bundle.cancelled": N_("Bundle called off"),
    "bundle.made": N_("Bundle made"),
    "bundle.taken": N_("Bundle taken away"),
    "case.adulthood_fixed": N_("Adult or child fixed at the application"),
    "case.assigned": N_("Caseworker assigned"),
    "case.closed": N_("Case closed"),
    "case.corrected": N_("Case corrected"),
    "case.created": N_("Case opened"),
    "case.exported": N_("Case exported"),
    "case.programme_chosen": N_("Programme chosen"),
    "case.reopened": N_("Case reopened"),
    "case.resumed": N_("Case resumed"),
    "case.retroactive_asked": N_("Opening afterwards asked for"),
    "case.retroactive_declined": N_("Opening afterwards refused"),
    "case.retroactive_erased": N_("Request for opening afterwards erased"),
    "case.retroactive_opened": N_("Case opened afterwards"),
    "case.retroactive_reconsidered": N_("Opening afterwards reconsidered"),
    "case.stage_entered": N_("Stage entered"),
    "case.suspended": N_("Case suspended"),
    "caseload.handed_over": N_("Caseload handed over"),
    "change.confirmed": N_("Change confirmed by a second person"),
    "change.refused": N_("Change refused by a second person"),
    "change.requested": N_("Change asked for"),
    "change.withdrawn": N_("Change withdrawn by who asked"),
    "changes.exported": N_("Change report taken away"),
    "clock.extended": N_("Clock extended"),
    "complaint.answered": N_("Complaint or feedback answered"),
    "complaint.corrected": N_("Complaint or feedback corrected"),
    "complaint.received": N_("Complaint or feedback received"),
    "consent.corrected": N_("Consent corrected"),
    "consent.given": N_("Consent given"),
    "consent.withdrawn": N_("Consent withdrawn"),
    "contact.corrected": N_("Contact corrected"),
    "contact.made": N_("Contact logged"),
    "counselling.corrected": N_("Counselling corrected"),
    "counselling.held": N_("Counselling held"),
    "declaration.made": N_("Own account or telephone declared"),
    "declaration.withdrawn": N_("Declaration withdrawn"),
    "delivery.corrected": N_("Delivery corrected"),
    "disbursement.approved": N_("Disbursement approved"),
    "disbursement.cancelled": N_("Disbursement cancelled"),
    "disbursement.drafted": N_("Disbursement drafted"),
    "disbursement.edited": N_("Disbursement edited"),
    "disbursement.quote_added": N_("Quote added"),
    "disbursement.quote_chosen": N_("Quote chosen"),
    "disbursement.quote_dropped": N_("Quote taken out"),
    "disbursement.refused": N_("Disbursement refused"),
    "disbursement.returned": N_("Disbursement returned"),
    "disbursement.submitted": N_("Disbursement submitted"),
    "document.added": N_("Document added"),
    "document.corrected": N_("Document corrected"),
    "document.opened": N_("Document opened"),
    "document.shared": N_("Document shared"),
    "dossier.access_refused": N_("Asked for what is not open"),
    "dossier.attempt_refused": N_("Attempt refused by a rule"),
    "dossier.erased": N_("Case erased"),
    "dossier.read": N_("Case opened to read"),
    "dossier.restricted": N_("Case restricted or opened again"),
    "eligibility.decided": N_("Eligibility decided"),
    "entitlement_rule.added": N_("Entitlement rule added"),
    "entitlement_rule.edited": N_("Entitlement rule changed"),
    "erasure.asked": N_("Erasure asked for"),
    "erasure.declined": N_("Erasure declined"),
    "erasure.withdrawn": N_("Erasure withdrawn"),
    "expulsion_order.logged": N_("Expulsion order logged"),
    "factor.added": N_("Second factor set up"),
    "factor.codes_made": N_("Recovery codes made"),
    "factor.given": N_("Second factor given"),
    "factor.removed": N_("Second factor removed"),
    "factor.reset": N_("Second factors reset"),
    "final_report.corrected": N_("Final report corrected"),
    "final_report.written": N_("Final report written"),
    "finding.answered": N_("Finding answered"),
    "grant.clocks_started": N_("Clocks of a grant started"),
    "grant.lapsed": N_("Grant lapsed"),
    "grant.made": N_("Grant made"),
    "grant.relinquished": N_("Grant relinquished"),
    "installation.marked": N_("Installation marked"),
    "instalment.delivered": N_("Delivery logged"),
    "instalment.invoiced": N_("Invoice logged"),
    "instalment.ordered": N_("Instalment ordered"),
    "instalment.paid": N_("Instalment paid"),
    "instalment.skipped": N_("Instalment skipped"),
    "instalment.verified": N_("Delivery checked"),
    "invitation.accepted": N_("One-time link used"),
    "invitation.sent": N_("One-time link sent"),
    "invoice.corrected": N_("Invoice corrected"),
    "journey.arrived": N_("Arrival logged"),
    "journey.corrected": N_("Journey corrected"),
    "link.asked": N_("One-time link asked for"),
    "mandate.given": N_("Mandate given"),
    "mandate.revoked": N_("Mandate revoked"),
    "needs.assessed": N_("Needs assessed"),
    "needs.corrected": N_("Needs assessment corrected"),
    "note.written": N_("Note written"),
    "office.attempt_refused": N_("Attempt without a case refused"),
    "office.deactivated": N_("Office deactivated"),
    "office.edited": N_("Office changed"),
    "office.opened": N_("Office opened"),
    "office.reactivated": N_("Office reactivated"),
    "order.corrected": N_("Order corrected"),
    "package.added": N_("Package added"),
    "package.edited": N_("Package changed"),
    "person.added": N_("Person added"),
    "person.came_of_age": N_("Person came of age"),
    "person.completed": N_("Details of a person completed"),
    "person.contact_changed": N_("How a person is reached changed"),
    "person.corrected": N_("Person corrected"),
    "person.departed": N_("Departure logged"),
    "person.guardian_chosen": N_("Guardian chosen"),
    "person.left": N_("Person left the case"),
    "person.not_departed": N_("Person did not depart"),
    "person.rejoined": N_("Person taken in again"),
    "plan.activity_removed": N_("Activity taken out of a plan"),
    "plan.activity_saved": N_("Activity of a plan saved"),
    "plan.approved": N_("Plan finally approved"),
    "plan.contribution_corrected": N_("Proof of a contribution corrected"),
    "plan.contribution_shown": N_("Contribution proved"),
    "plan.line_funded": N_("Line of a plan funded"),
    "plan.line_removed": N_("Line taken out of a plan"),
    "plan.line_saved": N_("Line of a plan saved"),
    "plan.lines_unfunded": N_("Funding of a plan taken back"),
    "plan.recalled": N_("Plan taken back"),
    "plan.returned": N_("Plan returned"),
    "plan.started": N_("Plan started"),
    "plan.submitted": N_("Plan submitted"),
    "plan.validated": N_("Plan validated"),
    "point.cleared": N_("Point settled"),
    "point.raised": N_("Point raised"),
    "pool.agreed": N_("Agreement to pool logged"),
    "pool.corrected": N_("Agreement to pool corrected"),
    "programme.created": N_("Programme entered"),
    "programme.edited": N_("Programme changed"),
    "provider.added": N_("Provider added"),
    "provider.edited": N_("Provider changed"),
    "provider_account.added": N_("Provider's account added"),
    "provider_account.confirmed": N_("Provider's account confirmed"),
    "provider_account.withdrawn": N_("Provider's account withdrawn"),
    "rate.added": N_("Exchange rate stored"),
    "rate.edited": N_("Exchange rate corrected"),
    "rate.imported": N_("Exchange rates imported"),
    "reading.held_up": N_("Reading held up"),
    "record.searched": N_("Record searched"),
    "referral.accepted": N_("Referral accepted"),
    "referral.recalled": N_("Referral recalled"),
    "referral.returned": N_("Referral returned"),
    "referral.sent": N_("Referral sent"),
    "reversal.approved": N_("Reversal approved"),
    "reversal.refused": N_("Reversal refused"),
    "reversal.requested": N_("Reversal asked for"),
    "sample.closed": N_("Sample closed"),
    "sample.drawn": N_("Sample drawn"),
    "sample.item_marked": N_("Item of a sample looked at"),
    "sample.reopened": N_("Sample opened again"),
    "sign_in.failed": N_("Sign-in failed"),
    "signing_key.made": N_("Signing key made"),
    "signing_key.rotated": N_("Signing key rotated"),
    "spot_check.entered": N_("Visit of an auditor entered"),
    "substitute.named": N_("Substitute named"),
    "substitute.revoked": N_("Substitute revoked"),
    "travel.prepared": N_("Travel papers and booking logged"),
    "tries.held_up": N_("Tries held up"),
    "user.clearance_ended": N_("Asylum clearance ended"),
    "user.cleared": N_("Asylum clearance given"),
    "user.created": N_("Account made"),
    "user.deactivated": N_("Account deactivated"),
    "user.invited": N_("Person invited"),
    "user.left_office": N_("Person left an office"),
    "user.renamed": N_("Person renamed"),
    "user.role_changed": N_("Role given"),
    "verification.corrected": N_("Check of a delivery corrected"),
    "visit.corrected": N_("Monitoring visit corrected"),
    "visit.made": N_("Monitoring visit made"),
}
"""Kind -> what it is called in a list of kinds."""

CATEGORY_WORDS: dict[Category, str] = {
    Category.CASEWORK: N_("Casework"),
    Category.MONEY: N_("Money"),
    Category.APPROVALS: N_("Approvals"),
    Category.DOCUMENTS: N_("Documents"),
    Category.ACCESS: N_("Access"),
    Category.ADMINISTRATION: N_("Administration"),
}

READS = ("dossier.read", "asylum.read", "document.opened", "case.exported", "bundle.taken", "changes.exported",
         "workpaper.exported")  # fmt: skip
REFUSALS = (
    "asylum.attempt_refused", "dossier.access_refused", "dossier.attempt_refused", "office.attempt_refused",
    "reading.held_up", "sign_in.failed", "tries.held_up",
)  # fmt: skip
APPROVALS = (
    "approval.given", "change.confirmed", "disbursement.approved", "eligibility.decided", "plan.approved",
    "plan.validated", "provider_account.confirmed", "reversal.approved",
)  # fmt: skip
PROVIDERS = (
    "provider.added", "provider.edited", "provider_account.added", "provider_account.confirmed",
    "provider_account.withdrawn",
)  # fmt: skip
ROLES = (
    "mandate.given", "mandate.revoked", "substitute.named", "substitute.revoked", "user.clearance_ended",
    "user.cleared", "user.created", "user.deactivated", "user.invited", "user.left_office", "user.role_changed",
)  # fmt: skip
FINDINGS = (
    "audit_finding.answered", "audit_finding.closed", "audit_finding.raised", "audit_finding.sent_back",
    "finding.answered",
)  # fmt: skip
REOPENED = ("case.reopened", "case.retroactive_opened", "case.retroactive_reconsidered")
AMOUNTS = {"amount": "currency", "paid_amount": "paid_currency", "ceiling": "currency"}
"""Fields of events that hold minor units, each with the field that holds the currency."""

GROUPS: dict[str, str] = {
    "reads": N_("Who read"),
    "approvals": N_("Approvals"),
    "corrections": N_("Corrections"),
    "providers": N_("Providers and their accounts"),
    "roles": N_("Roles, mandates, substitutes"),
    "findings": N_("Findings of auditors, and answers"),
    "refused": N_("Refused attempts"),
    "workpaper.exported": N_("Workpaper or forms for visits taken away"),
}
"""What is asked for together -> words."""


def kinds_of(group: str) -> tuple[str, ...]:
    """The kinds of a group of GROUPS, or the one kind that it names."""
    if group == "corrections":
        return tuple(kind for kind in sorted(EVENT_KINDS) if kind.endswith((".corrected", "_corrected", ".edited")))
    named = {
        "reads": READS, "approvals": APPROVALS, "providers": PROVIDERS, "roles": ROLES, "findings": FINDINGS,
        "refused": REFUSALS,
    }  # fmt: skip
    return named.get(group, (group,))


def kinds_with_amounts() -> tuple[str, ...]:
    """The kinds that tell an amount."""
    return tuple(
        k for k, event in sorted(EVENT_KINDS.items()) if {n for n, _p in payload_fields(event)} & AMOUNTS.keys()
    )


def word_of(kind: str) -> str:
    """What a kind is called in English; one without words of its own in plain letters.

    >>> word_of("disbursement.quote_chosen"), word_of("visit.ended_early")
    ('Quote chosen', 'Visit ended early')
    """
    return KIND_WORDS.get(kind) or kind.replace(".", " ").replace("_", " ").capitalize()


def kinds_by_category(*, without: Iterable[str] = ()) -> list[tuple[str, list[str]]]:
    """(English words of the category, its kinds by their words), without kinds that begin with one of `without`."""
    left_out = tuple(without)
    kinds = [kind for kind in EVENT_KINDS if not left_out or not kind.startswith(left_out)]
    return [
        (words, sorted((k for k in kinds if EVENT_KINDS[k].category == category), key=word_of))
        for category, words in CATEGORY_WORDS.items()
    ]
