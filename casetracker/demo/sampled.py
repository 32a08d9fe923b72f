"""A sample as an auditor leaves it in the evening: drawn, two items looked at, a finding that waits for its answer."""

from __future__ import annotations

from datetime import timedelta

from casetracker.core import clock
from casetracker.demo.people import Cast
from casetracker.sampling import commands, finding_commands, mark_commands, queries
from casetracker.sampling.finding_states import AskedOffice
from casetracker.sampling.item_states import ItemRow
from casetracker.sampling.mark_commands import NOT_YET
from casetracker.sampling.mark_states import Tick
from casetracker.sampling.states import Asked, Method, PopulationFilter, PopulationKind

UNITS = 12


def build(cast: Cast) -> None:
    """Payments by monetary unit: the largest is in it for certain, so what is said of it is the same in every build."""
    drawing = commands.DrawSample(
        name="Payments of the programme, first visit", population=PopulationKind.PAYMENTS, until=None,
        wanted=PopulationFilter(currency="EUR", office_id=cast.tallinn), method=Method.MONETARY_UNIT,
        asked=Asked(size=UNITS),
        seed="demonstration",
    )  # fmt: skip
    sample_id = commands.draw_sample(drawing, actor=cast.auditor)
    rows = queries.list_items(queries.get_sample(sample_id, cast.auditor), cast.auditor)
    largest, second, *_others = sorted(rows, key=_falling)
    _look_at(sample_id, largest, cast, wrong=True)
    _look_at(sample_id, second, cast, wrong=False)
    finding_commands.raise_audit_finding(
        finding_commands.RaiseAuditFinding(
            dossier_id=largest.dossier_id, item_id=largest.item_id, asked=AskedOffice.RECEIVING,
            title="Proof of the payment shows another payee",
            text="The statement of the bank names a person, the invoice a company. Please show who was paid, and why.",
            due_on=clock.today(cast.auditor.zone) + timedelta(days=21),
        ),
        actor=cast.auditor,
    )  # fmt: skip


def _falling(row: ItemRow) -> tuple[int, str, int]:
    return -(row.amount.minor if row.amount else 0), row.reference or "", row.number


def _look_at(sample_id: str, row: ItemRow, cast: Cast, *, wrong: bool) -> None:
    note = "The statement of the bank names another payee." if wrong else None
    seen = mark_commands.ExamineItem(
        sample_id=sample_id, number=row.number, document_seen=Tick.YES, agrees=Tick.NO if wrong else Tick.YES,
        is_exception=wrong, wrong_amount=row.amount.minor if wrong and row.amount else None, note=note, version=NOT_YET,
    )  # fmt: skip
    mark_commands.examine_item(seen, actor=cast.auditor)
