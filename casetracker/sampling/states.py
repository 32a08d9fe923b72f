"""Words of samples: what is drawn from, by which method, and what an item of a sample is."""

from __future__ import annotations

from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class PopulationKind(StrEnum):
    """What a sample is drawn from: entries of the record of one kind, each with its amount where it has one."""

    PAYMENTS = "payments"
    APPROVALS = "approvals"
    DELIVERIES = "deliveries"
    REVERSALS = "reversals"
    CASES = "cases"


class Method(StrEnum):
    """How the items are chosen."""

    SIMPLE_RANDOM = "simple_random"
    MONETARY_UNIT = "monetary_unit"
    STRATIFIED = "stratified"
    ALL_ABOVE = "all_above"


class SampleState(StrEnum):
    """Whether the auditor still works on it."""

    OPEN = "open"
    CLOSED = "closed"


name_values({
    PopulationKind.PAYMENTS: N_("Payments"),
    PopulationKind.APPROVALS: N_("Approvals of requests"),
    PopulationKind.DELIVERIES: N_("Deliveries with a handover certificate"),
    PopulationKind.REVERSALS: N_("Refunds and reversals"),
    PopulationKind.CASES: N_("Cases opened"),
    Method.SIMPLE_RANDOM: N_("Simple random"),
    Method.MONETARY_UNIT: N_("Monetary unit"),
    Method.STRATIFIED: N_("Stratified by amount"),
    Method.ALL_ABOVE: N_("All from an amount on"),
    SampleState.OPEN: N_("being worked on"),
    SampleState.CLOSED: N_("closed"),
})  # fmt: skip
