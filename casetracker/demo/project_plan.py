"""What is built and bought at each institution of the community's project, by whom and for how much; all fictional."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.community.equipment_states import EquipmentKind
from casetracker.community.works_rules import row_amount
from casetracker.community.works_states import WorksKind

Row = tuple[str, str, int, int]
"""What, unit, thousandths of the unit, price of one in minor units."""


@dataclass(frozen=True, kw_only=True)
class PlannedWorks:
    """Works with their bill of quantities; provider: who builds and is paid, None: not chosen yet."""

    kind: WorksKind
    title: str
    provider: str | None
    rows: tuple[Row, ...]

    @property
    def quantity(self) -> int:
        """Of the plan's line: the works are one thing."""
        return 1

    @property
    def price(self) -> int:
        """What the whole bill comes to, in minor units."""
        return sum(row_amount(quantity, price) for _what, _unit, quantity, price in self.rows)


@dataclass(frozen=True, kw_only=True)
class PlannedThings:
    """Equipment at a price of each piece in minor units; serial: how their serial numbers begin, none where empty."""

    kind: EquipmentKind
    title: str
    quantity: int
    unit: str
    price: int
    serial: str = ""
    provider: str = "electronics"


@dataclass(frozen=True, kw_only=True)
class SitePlan:
    """What an institution gets. version: with which version of the project's plan; goal, use: titles of the plan's
    activities, for the works and for the equipment."""

    version: int
    goal: str
    works: tuple[PlannedWorks, ...]
    use: str = ""
    equipment: tuple[PlannedThings, ...] = ()


PLANS = {
    "Mykolaivka": SitePlan(version=1, goal="A dry hall", use="A stage, and a room to sew", works=(
        PlannedWorks(kind=WorksKind.ROOF, title="Roof of the hall", provider="cooperative", rows=(
            ("Metal tiles", "m²", 410_000, 34_00), ("Battens and insulation", "m²", 410_000, 21_00),
            ("Gutters", "m", 100_000, 14_50),
        )),
        PlannedWorks(kind=WorksKind.HALL, title="Concert hall", provider="joiner", rows=(
            ("Floor of the hall", "m²", 162_500, 24_00), ("Stage", "set", 1_000, 2_200_00),
            ("Painting", "m²", 380_000, 5_00),
        )),
    ), equipment=(
        PlannedThings(kind=EquipmentKind.AUDIO_VIDEO, title="Sound and light of the hall", quantity=1, unit="set",
                      price=4_200_00, serial="AV-M"),
        PlannedThings(kind=EquipmentKind.SEWING_MACHINES, title="Sewing machines", quantity=6, unit="pieces",
                      price=400_00, serial="SM-M"),
    )),
    "Paraskoviivka": SitePlan(version=2, goal="A warm club", use="Films and concerts", works=(
        PlannedWorks(kind=WorksKind.ROOF, title="Roof", provider="cooperative", rows=(
            ("Metal tiles", "m²", 180_000, 28_00), ("Battens and insulation", "m²", 180_000, 18_00),
            ("Gutters", "m", 60_000, 12_00),
        )),
        PlannedWorks(kind=WorksKind.WINDOWS, title="Windows and doors", provider="joiner", rows=(
            ("Windows", "pieces", 12_000, 425_00), ("Entrance doors", "pieces", 2_000, 600_00),
        )),
    ), equipment=(
        PlannedThings(kind=EquipmentKind.AUDIO_VIDEO, title="Loudspeakers and a projector", quantity=1, unit="set",
                      price=1_500_00),
    )),
    "Chasiv Yar": SitePlan(version=1, goal="The whole house", use="Workshops", works=(
        PlannedWorks(kind=WorksKind.WINDOWS, title="Windows and doors", provider="builder", rows=(
            ("Windows", "pieces", 60_000, 420_00), ("Entrance doors", "pieces", 4_000, 1_200_00),
        )),
        PlannedWorks(kind=WorksKind.HEATING, title="Heating", provider="builder", rows=(
            ("Boilers", "pieces", 2_000, 6_000_00), ("Radiators", "pieces", 80_000, 125_00),
            ("Pipes", "m", 600_000, 20_00),
        )),
    ), equipment=(
        PlannedThings(kind=EquipmentKind.COMPUTERS, title="Computers", quantity=8, unit="pieces", price=550_00,
                      serial="PC-C"),
        PlannedThings(kind=EquipmentKind.BOARD, title="Interactive board", quantity=1, unit="piece", price=2_800_00,
                      serial="IB-C"),
        PlannedThings(kind=EquipmentKind.SEWING_MACHINES, title="Sewing machines", quantity=4, unit="pieces",
                      price=400_00, serial="SM-C"),
    )),
    "Oleksandrivka": SitePlan(version=2, goal="A warm school with a hall", use="Lessons", works=(
        PlannedWorks(kind=WorksKind.HEATING, title="Heating", provider="cooperative", rows=(
            ("Boiler", "piece", 1_000, 4_300_00), ("Radiators", "pieces", 40_000, 75_00),
            ("Pipes", "m", 200_000, 8_50),
        )),
        PlannedWorks(kind=WorksKind.HALL, title="Concert hall", provider="joiner", rows=(
            ("Floor of the hall", "m²", 120_000, 25_00), ("Stage", "set", 1_000, 1_500_00),
            ("Painting", "m²", 300_000, 5_00),
        )),
    ), equipment=(
        PlannedThings(kind=EquipmentKind.AUDIO_VIDEO, title="Recording and sound equipment", quantity=1, unit="set",
                      price=2_400_00, serial="AV-O"),
        PlannedThings(kind=EquipmentKind.BOARD, title="Interactive board", quantity=1, unit="piece", price=2_800_00),
    )),
    "Krasne": SitePlan(version=3, goal="A warm ambulatory", works=(
        PlannedWorks(kind=WorksKind.WINDOWS, title="Windows and doors", provider=None, rows=(
            ("Windows", "pieces", 10_000, 400_00), ("Entrance door", "piece", 1_000, 600_00),
        )),
        PlannedWorks(kind=WorksKind.HEATING, title="Heating", provider=None, rows=(
            ("Boiler", "piece", 1_000, 3_500_00), ("Radiators", "pieces", 25_000, 80_00),
            ("Pipes", "m", 200_000, 7_50),
        )),
    )),
}  # fmt: skip
"""By settlement; kinds as published. Together with the partner's work it is the donor's whole share."""
