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
    EquipmentKind,
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
from casetracker.demo.walk import on, version_of
from casetracker.documents.states import Upload

Row = tuple[str, str, int, int]
"""What, unit, thousandths of the unit, price of one in minor units."""
Works = tuple[WorksKind, str, tuple[Row, ...]]
Things = tuple[EquipmentKind, str, int, str, str]
"""Kind, what, how many, unit, and how their serial numbers begin (none where empty)."""
ROOF: Works = (WorksKind.ROOF, "Roof", (
    ("Metal tiles", "m²", 410_000, 18_50), ("Battens and insulation", "m²", 410_000, 9_20),
    ("Gutters", "m", 86_500, 7_45),
))  # fmt: skip
WINDOWS: Works = (WorksKind.WINDOWS, "Windows and doors", (
    ("Windows", "pieces", 24_000, 165_00), ("Entrance doors", "pieces", 2_000, 540_00),
))  # fmt: skip
HEATING: Works = (WorksKind.HEATING, "Heating", (
    ("Boiler", "piece", 1_000, 4_300_00), ("Radiators", "pieces", 31_000, 68_00), ("Pipes", "m", 240_500, 6_35),
))  # fmt: skip
HALL: Works = (WorksKind.HALL, "Concert hall", (
    ("Floor of the hall", "m²", 162_500, 31_00), ("Stage", "set", 1_000, 2_400_00), ("Painting", "m²", 380_000, 5_75),
))  # fmt: skip
PLANS: dict[str, tuple[tuple[Works, ...], tuple[Things, ...]]] = {
    "Mykolaivka": ((ROOF, HALL), (
        (EquipmentKind.AUDIO_VIDEO, "Sound and light of the hall", 1, "set", "AV-M"),
        (EquipmentKind.SEWING_MACHINES, "Sewing machines", 6, "pieces", "SM-M"),
    )),
    "Paraskoviivka": ((ROOF, WINDOWS), ((EquipmentKind.AUDIO_VIDEO, "Loudspeakers and a projector", 1, "set", ""),)),
    "Chasiv Yar": ((WINDOWS, HEATING), (
        (EquipmentKind.COMPUTERS, "Computers", 8, "pieces", "PC-C"),
        (EquipmentKind.BOARD, "Interactive board", 1, "piece", "IB-C"),
        (EquipmentKind.SEWING_MACHINES, "Sewing machines", 4, "pieces", "SM-C"),
    )),
    "Oleksandrivka": ((HEATING, HALL), (
        (EquipmentKind.AUDIO_VIDEO, "Recording and sound equipment", 1, "set", "AV-O"),
        (EquipmentKind.BOARD, "Interactive board", 1, "piece", ""),
    )),
    "Krasne": ((WINDOWS, HEATING), ()),
}  # fmt: skip
"""Works and equipment by settlement; kinds as published, everything else fictional."""
MISSING_AT = "Chasiv Yar"
"""Where a check finds less than there should be."""


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
            for works_id in ids["works"]:
                self._build(works_id, day)
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
        elif stage == SiteStage.IN_USE:
            self._check(ids["equipment"], day + timedelta(days=30))

    def plan(self, day: date, ids: dict[str, list[str]], starts_in: int = 7) -> None:
        """Works with their bills, and equipment."""
        works, equipment = PLANS[self.settlement]
        actor, starts_on = self.cast.caseworker_kyiv, day + timedelta(days=starts_in)
        ids["works"], ids["equipment"] = [], []
        for kind, title, rows in works:
            entry = WorksEntry(
                kind=kind, title=title, description=None, provider_id=self.cast.providers["builder"], contract_id=None,
                planned_start=starts_on, planned_end=starts_on + timedelta(days=50),
                bill=tuple(
                    BillEntry(id=None, what=what, unit=unit, quantity=quantity, unit_price=price)
                    for what, unit, quantity, price in rows
                ),
            )  # fmt: skip
            with on(day, 14):
                cmd = works_commands.AddWorks(**self._place, entry=entry)
                ids["works"].append(works_commands.add_works(cmd, actor=actor))
        for sort, title, quantity, unit, _serial in equipment:
            listed = EquipmentEntry(kind=sort, title=title, quantity=quantity, unit=unit, serials=(), provider_id=None)
            with on(day, 14, 30):
                wanted = equipment_commands.AddEquipment(**self._place, entry=listed)
                ids["equipment"].append(equipment_commands.add_equipment(wanted, actor=actor))

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

    def _build(self, works_id: str, day: date) -> None:
        """From the start to the acceptance by a supervisor, four days before `day`."""
        self._start(works_id, day - timedelta(days=52))
        self._log(works_id, day - timedelta(days=30), 50)
        defect_id = self._find(works_id, day - timedelta(days=30), "Cracks beside a frame.", DefectSeverity.MINOR)
        mended = progress_commands.MendDefect(
            **self._place, works_id=works_id, defect_id=defect_id, mended_on=day - timedelta(days=20),
            note="Filled and painted.", version=1,
        )  # fmt: skip
        with on(day - timedelta(days=20), 10):
            progress_commands.mend_defect(mended, actor=self.cast.caseworker_kyiv)
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
        _kind, _title, quantity, _unit, prefix = PLANS[self.settlement][1][number]
        cmd = equipment_commands.ReceiveEquipment(
            **self._place, equipment_id=equipment_id, received_on=day,
            custody=CustodyEntry(custodian="Head of the institution", contact_name=None, place="Main building"),
            serials=tuple(f"{prefix}{piece:02d}" for piece in range(1, quantity + 1)) if prefix else (),
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
            quantity, prefix = PLANS[self.settlement][1][number][2], PLANS[self.settlement][1][number][4]
            gone = int(self.settlement == MISSING_AT and number == 0)
            entry = CheckEntry(
                day=day, found=quantity - gone, missing=(f"{prefix}{quantity:02d}",) if gone else (),
                condition=EquipmentCondition.GOOD, note=None,
            )  # fmt: skip
            cmd = inventory_commands.CheckInventory(
                **self._place, equipment_id=equipment_id, entry=entry, uploads=(), keeps_place=False
            )
            with on(day, 12):
                inventory_commands.check_inventory(cmd, actor=self.cast.caseworker_kyiv)
