"""The acts on a case: opening, persons, consents, referral, caseload; and what higher rooms write."""

from __future__ import annotations

from casetracker.cases.commands.caseload import (
    AssignCaseworker,
    HandOverCaseload,
    assign_caseworker,
    hand_over_caseload,
)
from casetracker.cases.commands.consents import (
    CorrectConsent,
    LogConsent,
    correct_consent,
    log_consent,
    write_consent_withdrawn,
)
from casetracker.cases.commands.opening import CorrectCase, CreateCase, correct_case, create_case
from casetracker.cases.commands.persons import (
    AddPerson,
    ChangeContact,
    ChooseGuardian,
    EditPerson,
    add_person,
    change_contact,
    choose_guardian,
    edit_person,
    standing_contact,
    standing_entry,
)
from casetracker.cases.commands.referrals import (
    AcceptReferral,
    RecallReferral,
    ReturnReferral,
    SendReferral,
    accept_referral,
    recall_referral,
    return_referral,
    send_referral,
)
from casetracker.cases.commands.retroactive import (
    AskRetroactive,
    ReconsiderRetroactive,
    RefuseRetroactive,
    ask_retroactive,
    reconsider_retroactive,
    refuse_retroactive,
)
from casetracker.cases.commands.writing import (
    fix_adulthood,
    raise_coming_of_age,
    write_person_status,
    write_programme,
)

__all__ = [
    "AcceptReferral",
    "AddPerson",
    "AskRetroactive",
    "AssignCaseworker",
    "ChangeContact",
    "ChooseGuardian",
    "CorrectCase",
    "CorrectConsent",
    "CreateCase",
    "EditPerson",
    "HandOverCaseload",
    "LogConsent",
    "RecallReferral",
    "ReconsiderRetroactive",
    "RefuseRetroactive",
    "ReturnReferral",
    "SendReferral",
    "accept_referral",
    "add_person",
    "ask_retroactive",
    "assign_caseworker",
    "change_contact",
    "choose_guardian",
    "correct_case",
    "correct_consent",
    "create_case",
    "edit_person",
    "fix_adulthood",
    "hand_over_caseload",
    "log_consent",
    "raise_coming_of_age",
    "recall_referral",
    "reconsider_retroactive",
    "refuse_retroactive",
    "return_referral",
    "send_referral",
    "standing_contact",
    "standing_entry",
    "write_consent_withdrawn",
    "write_person_status",
    "write_programme",
]
