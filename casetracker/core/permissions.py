"""The one table of who may do what. Office scope, four eyes and the asylum firewall are judged on top of it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the organisation; `system` and `operator` are nobody's account."""

    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    FINANCE_OFFICER = "finance_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    OPERATOR = "operator"


class Permission(StrEnum):
    """resource:action, the keys of every door."""

    CASE_READ = "case:read"
    CASE_CREATE = "case:create"
    CASE_EDIT = "case:edit"
    CASE_CLOSE = "case:close"
    CASE_ASSIGN = "case:assign"
    CASE_ERASE = "case:erase"
    CASE_RESTRICT = "case:restrict"
    PERSON_EDIT = "person:edit"
    CONSENT_LOG = "consent:log"
    REFERRAL_SEND = "referral:send"
    REFERRAL_ANSWER = "referral:answer"
    NOTE_WRITE = "note:write"
    ASYLUM_READ = "asylum:read"
    ASYLUM_EDIT = "asylum:edit"
    COUNSELLING_LOG = "counselling:log"
    APPLICATION_LOG = "application:log"
    ELIGIBILITY_DECIDE = "eligibility:decide"
    JOURNEY_LOG = "journey:log"
    GRANT_READ = "grant:read"
    PLAN_READ = "plan:read"
    PLAN_WRITE = "plan:write"
    PLAN_APPROVE = "plan:approve"
    DISBURSEMENT_READ = "disbursement:read"
    DISBURSEMENT_REQUEST = "disbursement:request"
    DISBURSEMENT_APPROVE = "disbursement:approve"
    DELIVERY_LOG = "delivery:log"
    PAYMENT_READ = "payment:read"
    PAYMENT_RECORD = "payment:record"
    REVERSAL_REQUEST = "reversal:request"
    CLOCK_EXTEND = "clock:extend"
    DOCUMENT_READ = "document:read"
    DOCUMENT_ADD = "document:add"
    PROVIDER_READ = "provider:read"
    PROVIDER_EDIT = "provider:edit"
    ACCOUNT_CONFIRM = "provider_account:confirm"
    MONITORING_LOG = "monitoring:log"
    CHECK_READ = "check:read"
    CHECK_LIST = "check:list"
    FINDING_ANSWER = "finding:answer"
    SUBSTITUTE_NAME = "substitute:name"
    AUDIT_READ = "audit:read"
    ERASURE_READ = "erasure:read"
    AUDIT_EXPORT = "audit:export"
    SAMPLE_DRAW = "sample:draw"
    AUDIT_FINDING_READ = "audit_finding:read"
    AUDIT_FINDING_RAISE = "audit_finding:raise"
    AUDIT_FINDING_ANSWER = "audit_finding:answer"
    PROJECT_READ = "project:read"
    PROJECT_OPEN = "project:open"
    PROJECT_EDIT = "project:edit"
    SITE_DECIDE = "site:decide"
    SHARE_DECIDE = "share:decide"
    PROJECT_PUBLISH = "project:publish"
    USER_MANAGE = "user:manage"
    OFFICE_MANAGE = "office:manage"
    PROGRAMME_MANAGE = "programme:manage"
    RATE_MANAGE = "rate:manage"
    CHANGE_CONFIRM = "change:confirm"
    OWN_ACCOUNT = "account:own"
    CLOCKS_RUN = "clocks:run"
    INSTALLATION_KEEP = "installation:keep"


P = Permission

_CASEWORK = frozenset({
    P.CASE_READ, P.CASE_CREATE, P.CASE_EDIT, P.CASE_CLOSE, P.PERSON_EDIT, P.CONSENT_LOG, P.REFERRAL_SEND,
    P.REFERRAL_ANSWER, P.NOTE_WRITE, P.ASYLUM_READ, P.ASYLUM_EDIT, P.COUNSELLING_LOG, P.APPLICATION_LOG,
    P.JOURNEY_LOG, P.GRANT_READ, P.PLAN_READ, P.PLAN_WRITE, P.DISBURSEMENT_READ, P.DISBURSEMENT_REQUEST,
    P.DELIVERY_LOG, P.PAYMENT_READ, P.DOCUMENT_READ, P.DOCUMENT_ADD, P.PROVIDER_READ, P.PROVIDER_EDIT,
    P.MONITORING_LOG, P.REVERSAL_REQUEST, P.CHECK_READ, P.AUDIT_FINDING_READ, P.OWN_ACCOUNT,
    P.PROJECT_READ, P.PROJECT_OPEN, P.PROJECT_EDIT,
})  # fmt: skip

_SUPERVISION = frozenset({
    P.ELIGIBILITY_DECIDE, P.PLAN_APPROVE, P.DISBURSEMENT_APPROVE, P.CASE_ASSIGN, P.CASE_RESTRICT, P.CLOCK_EXTEND,
    P.ACCOUNT_CONFIRM, P.SUBSTITUTE_NAME, P.CHANGE_CONFIRM, P.CASE_ERASE, P.ERASURE_READ,
    P.CHECK_LIST, P.FINDING_ANSWER, P.AUDIT_FINDING_ANSWER, P.SITE_DECIDE, P.SHARE_DECIDE, P.PROJECT_PUBLISH,
})  # fmt: skip

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.CASEWORKER: _CASEWORK,
    Role.SUPERVISOR: _CASEWORK | _SUPERVISION,
    Role.FINANCE_OFFICER: frozenset({
        P.DISBURSEMENT_READ, P.PAYMENT_READ, P.PAYMENT_RECORD, P.REVERSAL_REQUEST, P.PROVIDER_READ,
        P.ACCOUNT_CONFIRM, P.OWN_ACCOUNT,
    }),
    Role.AUDITOR: frozenset({
        P.CASE_READ, P.ASYLUM_READ, P.GRANT_READ, P.PLAN_READ, P.DISBURSEMENT_READ, P.PAYMENT_READ, P.DOCUMENT_READ,
        P.PROVIDER_READ, P.CHECK_READ, P.CHECK_LIST, P.AUDIT_READ, P.AUDIT_EXPORT, P.ERASURE_READ, P.OWN_ACCOUNT,
        P.SAMPLE_DRAW, P.AUDIT_FINDING_READ, P.AUDIT_FINDING_RAISE, P.PROJECT_READ,
        P.PROJECT_PUBLISH,
    }),
    Role.ADMINISTRATOR: frozenset({
        P.USER_MANAGE, P.OFFICE_MANAGE, P.PROGRAMME_MANAGE, P.RATE_MANAGE, P.PROVIDER_READ, P.PROVIDER_EDIT,
        P.CHANGE_CONFIRM, P.OWN_ACCOUNT,
    }),
    Role.SYSTEM: frozenset({P.CLOCKS_RUN}),
    Role.OPERATOR: frozenset({
        P.USER_MANAGE, P.OFFICE_MANAGE, P.AUDIT_READ, P.AUDIT_EXPORT, P.INSTALLATION_KEEP, P.PROJECT_PUBLISH,
    }),
}  # fmt: skip
"""A caseworker's and a supervisor's rights hold within the cases of the own office; an auditor's within the mandate,
asylum data only with clearance. Reading a thing never means deciding on it."""


STEP_UP = frozenset({
    P.PLAN_APPROVE, P.DISBURSEMENT_APPROVE, P.PAYMENT_RECORD, P.REVERSAL_REQUEST, P.ACCOUNT_CONFIRM, P.AUDIT_EXPORT,
    P.USER_MANAGE, P.CHANGE_CONFIRM, P.SUBSTITUTE_NAME, P.ELIGIBILITY_DECIDE, P.RATE_MANAGE,
    P.CASE_ERASE, P.FINDING_ANSWER, P.SHARE_DECIDE, P.PROJECT_PUBLISH,
})  # fmt: skip
"""Approving (a decision on eligibility awards grants), paying, the rates that payments are made at, exporting, erasing,
answering what holds money up, and giving the power to: whoever does it has given the second factor just before."""


def has(role: Role, permission: Permission) -> bool:
    """Whether the role holds the permission at all."""
    return permission in GRANTED[role]
