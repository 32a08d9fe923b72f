"""What is built and bought at the institutions of the community's project, from the bill of quantities to the owner."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw

from casetracker.community import (
    equipment_commands,
    handover_commands,
    inventory_commands,
    progress_commands,
    works_commands,
)
from casetracker.community.equipment_models import EquipmentItem
from casetracker.community.equipment_states import (
    CheckEntry,
    CustodyEntry,
    EquipmentCondition,
    EquipmentEntry,
)
from casetracker.community.models import Site
from casetracker.community.states import SiteStage
from casetracker.community.works_models import WorksItem
from casetracker.community.works_states import (
    AcceptanceEntry,
    BillEntry,
    DefectEntry,
    DefectSeverity,
    ProgressEntry,
    WorksEntry,
    WorksKind,
)
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
from casetracker.demo.project_money import line_of
from casetracker.demo.project_plan import PLANS, PlannedThings, PlannedWorks
from casetracker.demo.walk import on, version_of
from casetracker.documents.states import Upload

MISSING_AT = "Chasiv Yar"
"""Where a check finds less than there should be."""
WAITS = ("Oleksandrivka", WorksKind.HALL)
"""Works that are done and wait for a supervisor to accept them."""
FOUND = {
    WorksKind.ROOF: ("A gutter leaks at the corner.", "Sealed."),
    WorksKind.WINDOWS: ("Cracks beside a frame.", "Filled and painted."),
    WorksKind.HEATING: ("A radiator drips.", "The valve is a new one."),
    WorksKind.HALL: ("A board of the floor creaks.", "Screwed down."),
}
"""The small defect of works, and how it was mended."""


def picture(name: str, percent: int) -> Upload:
    """A drawn building, as far as it is built: nobody's photograph."""
    image = Image.new("RGB", (480, 320), (176, 205, 228))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 250, 480, 320), fill=(122, 142, 104))
    pen.rectangle((90, 130, 390, 260), fill=(222, 205, 176), outline=(90, 80, 70), width=3)
    pen.polygon([(70, 130), (240, 50), (410, 130)], outline=(90, 80, 70), width=3)
    for number in range(percent // 10):
        left = 78 + number * 33
        pen.rectangle((left, 122, left + 28, 136), fill=(152, 68, 52))
    for left in (120, 200, 320):
        pen.rectangle((left, 165, left + 45, 215), fill=(72, 98, 124), outline=(250, 250, 250), width=3)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return Upload(f"{name.lower().replace(' ', '-')}-{percent}.jpg", out.getvalue(), "image/jpeg")


@dataclass(frozen=True, kw_only=True)
class Buildings:
    """Works and equipment of one site; `before` and `after` do what belongs to a stage."""

    cast: Cast
    dossier_id: str
    site_id: str
    settlement: str
    owner: str

    @property
    def _place(self) -> dict[str, Any]:
        return {"dossier_id": self.dossier_id, "site_id": self.site_id}

    def before(self, stage: SiteStage, day: date, ids: dict[str, list[str]]) -> None:
        """What the stage needs; `ids` keeps what was entered, by "works" and "equipment"."""
        if stage == SiteStage.WORKS:
            self.plan(day, ids)
        elif stage == SiteStage.EQUIPPING:
            for works_id, planned in zip(ids["works"], PLANS[self.settlement].works, strict=True):
                self._build(works_id, day, planned.kind)
                if (self.settlement, planned.kind) != WAITS:
                    self._accept(works_id, day)
        elif stage == SiteStage.ACCEPTED:
            for number, equipment_id in enumerate(ids["equipment"]):
                self._receive(equipment_id, day - timedelta(days=4), number)
        elif stage == SiteStage.HANDED_OVER:
            self._hand_over(day)

    def after(self, stage: SiteStage, day: date, ids: dict[str, list[str]]) -> None:
        """How far a site has come in the stage in which it stands."""
        if stage == SiteStage.AGREED:
            self.plan(day + timedelta(days=14), ids, starts_in=75)
        elif stage == SiteStage.WORKS:
            self._begin(ids["works"][0], day)
        elif stage == SiteStage.EQUIPPING:
            self._receive(ids["equipment"][0], day + timedelta(days=21), 0)
            for works_id, planned in zip(ids["works"], PLANS[self.settlement].works, strict=True):
                if (self.settlement, planned.kind) == WAITS:
                    self._log(works_id, day + timedelta(days=28), 100, "The stage came last.")
        elif stage == SiteStage.IN_USE:
            self._check(ids["equipment"], day + timedelta(days=30))

    def plan(self, day: date, ids: dict[str, list[str]], starts_in: int = 7) -> None:
        """Works with their bills, and equipment."""
        wanted, actor = PLANS[self.settlement], self.cast.caseworker_kyiv
        ids["works"], ids["equipment"] = [], []
        for works in wanted.works:
            with on(day, 14):
                add = works_commands.AddWorks(**self._place, entry=self._works(works, day + timedelta(days=starts_in)))
                ids["works"].append(works_commands.add_works(add, actor=actor))
        for things in wanted.equipment:
            with on(day, 14, 30):
                buy = equipment_commands.AddEquipment(**self._place, entry=self._things(things))
                ids["equipment"].append(equipment_commands.add_equipment(buy, actor=actor))

    def _works(self, planned: PlannedWorks, starts_on: date) -> WorksEntry:
        return WorksEntry(
            kind=planned.kind, title=planned.title, description=None,
            provider_id=self.cast.providers[planned.provider] if planned.provider else None, contract_id=None,
            planned_start=starts_on, planned_end=starts_on + timedelta(days=50),
            bill=tuple(
                BillEntry(id=None, what=what, unit=unit, quantity=quantity, unit_price=price)
                for what, unit, quantity, price in planned.rows
            ),
            plan_line_id=line_of(self.dossier_id, self.site_id, planned.title).id,
        )  # fmt: skip

    def _things(self, planned: PlannedThings) -> EquipmentEntry:
        return EquipmentEntry(
            kind=planned.kind, title=planned.title, quantity=planned.quantity, unit=planned.unit, serials=(),
            provider_id=self.cast.providers[planned.provider],
            plan_line_id=line_of(self.dossier_id, self.site_id, planned.title).id,
        )  # fmt: skip

    def _start(self, works_id: str, day: date) -> None:
        cmd = works_commands.StartWorks(
            **self._place, works_id=works_id, started_on=day, version=version_of(WorksItem, works_id)
        )
        with on(day, 8):
            works_commands.start_works(cmd, actor=self.cast.caseworker_kyiv)

    def _log(self, works_id: str, day: date, percent: int, note: str | None = None) -> None:
        entry = ProgressEntry(day=day, percent=percent, note=note, reason=None)
        cmd = progress_commands.LogProgress(
            **self._place, works_id=works_id, entry=entry, uploads=(picture(self.settlement, percent),),
            keeps_place=False,
        )  # fmt: skip
        with on(day, 16):
            progress_commands.log_progress(cmd, actor=self.cast.caseworker_kyiv)

    def _find(self, works_id: str, day: date, what: str, severity: DefectSeverity) -> str:
        entry = DefectEntry(found_on=day, what=what, severity=severity, due_on=day + timedelta(days=10))
        cmd = progress_commands.LogDefect(**self._place, works_id=works_id, entry=entry)
        with on(day, 16, 30):
            return progress_commands.log_defect(cmd, actor=self.cast.caseworker_kyiv)

    def _begin(self, works_id: str, day: date) -> None:
        """Works under way, with a defect that is not mended."""
        self._start(works_id, day + timedelta(days=9))
        self._log(works_id, day + timedelta(days=24), 30, "The old tiles are down.")
        self._log(works_id, day + timedelta(days=45), 60)
        what = "Battens are further apart than the plan says."
        self._find(works_id, day + timedelta(days=45), what, DefectSeverity.SERIOUS)

    def _build(self, works_id: str, day: date, kind: WorksKind) -> None:
        """From the start to half of it, with a small defect that is mended; equipping begins on `day`."""
        self._start(works_id, day - timedelta(days=52))
        self._log(works_id, day - timedelta(days=30), 50)
        what, how = FOUND[kind]
        defect_id = self._find(works_id, day - timedelta(days=30), what, DefectSeverity.MINOR)
        mended = progress_commands.MendDefect(
            **self._place, works_id=works_id, defect_id=defect_id, mended_on=day - timedelta(days=20),
            note=how, version=1,
        )  # fmt: skip
        with on(day - timedelta(days=20), 10):
            progress_commands.mend_defect(mended, actor=self.cast.caseworker_kyiv)

    def _accept(self, works_id: str, day: date) -> None:
        """Done a week before `day`, accepted by a supervisor three days later."""
        self._log(works_id, day - timedelta(days=7), 100)
        accepted_on = day - timedelta(days=4)
        accept = progress_commands.AcceptWorks(
            **self._place, works_id=works_id, version=version_of(WorksItem, works_id),
            entry=AcceptanceEntry(accepted_on=accepted_on, warranty_months=24, warranty_until=None),
            upload=paper(f"Acceptance act, {self.settlement}"),
        )  # fmt: skip
        with on(accepted_on, 11):
            progress_commands.accept_works(accept, actor=self.cast.supervisor_kyiv)

    def _receive(self, equipment_id: str, day: date, number: int) -> None:
        things = PLANS[self.settlement].equipment[number]
        cmd = equipment_commands.ReceiveEquipment(
            **self._place, equipment_id=equipment_id, received_on=day,
            custody=CustodyEntry(custodian="Head of the institution", contact_name=None, place="Main building"),
            serials=tuple(f"{things.serial}{piece:02d}" for piece in range(1, things.quantity + 1) if things.serial),
            upload=paper(f"Receipt of equipment, {self.settlement}"), version=version_of(EquipmentItem, equipment_id),
        )  # fmt: skip
        with on(day, 10):
            equipment_commands.receive_equipment(cmd, actor=self.cast.caseworker_kyiv)

    def _hand_over(self, day: date) -> None:
        cmd = handover_commands.HandOver(
            **self._place, handed_on=day, receiver=self.owner, receiver_function="Head of the council",
            upload=paper(f"Handover certificate, {self.settlement}"), version=version_of(Site, self.site_id),
        )  # fmt: skip
        with on(day, 13):
            handover_commands.hand_over(cmd, actor=self.cast.caseworker_kyiv)

    def _check(self, equipment_ids: list[str], day: date) -> None:
        """A month later everything is there; in one place a piece is not."""
        for number, equipment_id in enumerate(equipment_ids):
            things = PLANS[self.settlement].equipment[number]
            gone = int(self.settlement == MISSING_AT and number == 0)
            entry = CheckEntry(
                day=day, found=things.quantity - gone,
                missing=(f"{things.serial}{things.quantity:02d}",) if gone else (),
                condition=EquipmentCondition.GOOD, note=None,
            )  # fmt: skip
            cmd = inventory_commands.CheckInventory(
                **self._place, equipment_id=equipment_id, entry=entry, uploads=(), keeps_place=False
            )
            with on(day, 12):
                inventory_commands.check_inventory(cmd, actor=self.cast.caseworker_kyiv)
