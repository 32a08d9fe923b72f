"""What is logged of the way home; `write_…` is for commands of rooms above, which record the event."""

from casetracker.returns.commands.application import (
    CorrectApplication,
    LogApplication,
    correct_application,
    log_application,
    write_eligibility,
)
from casetracker.returns.commands.contact import (
    CorrectContact,
    CorrectNeedsAssessment,
    LogContact,
    LogNeedsAssessment,
    correct_contact,
    correct_needs_assessment,
    log_contact,
    log_needs_assessment,
)
from casetracker.returns.commands.counselling import (
    AdultStatement,
    CorrectCounselling,
    LogCounselling,
    correct_counselling,
    log_counselling,
)
from casetracker.returns.commands.expulsion import LogExpulsionOrder, log_expulsion_order
from casetracker.returns.commands.journey import (
    CorrectJourney,
    LogArrival,
    after_arrival,
    after_corrected_arrival,
    correct_journey,
    log_arrival,
    write_arrival,
    write_departure,
    write_not_departed,
)
from casetracker.returns.commands.travel import LogTravel, log_travel

__all__ = [
    "AdultStatement",
    "CorrectApplication",
    "CorrectContact",
    "CorrectCounselling",
    "CorrectJourney",
    "CorrectNeedsAssessment",
    "LogApplication",
    "LogArrival",
    "LogContact",
    "LogCounselling",
    "LogExpulsionOrder",
    "LogNeedsAssessment",
    "LogTravel",
    "after_arrival",
    "after_corrected_arrival",
    "correct_application",
    "correct_contact",
    "correct_counselling",
    "correct_journey",
    "correct_needs_assessment",
    "log_application",
    "log_arrival",
    "log_contact",
    "log_counselling",
    "log_expulsion_order",
    "log_needs_assessment",
    "log_travel",
    "write_arrival",
    "write_departure",
    "write_eligibility",
    "write_not_departed",
]
