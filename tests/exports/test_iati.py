"""A project as IATI 2.03: valid against the public schema, money equal to the ledger's, nobody's name in it."""

from __future__ import annotations

import functools
import importlib.util
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import xmlschema

from casetracker.community.benefit_states import Aim, Exactness, PeopleGroup, Reach
from casetracker.community.states import DonorEntry, IndicatorEntry, SiteOutcome, SiteStage
from casetracker.core.money import Money
from casetracker.exports.iati import write_iati
from casetracker.exports.publication_rules import transactions_of
from casetracker.exports.publication_states import (
    ActivityStatus,
    Organisation,
    PeopleFigure,
    PlannedPayment,
    PublishedProject,
    PublishedSite,
    Transaction,
)
from casetracker.ledger.states import Move

US = Organisation(identifier="XM-DAC-99999", kind="10", name="Return & Reintegration <Office>")
S = SiteStage


@functools.cache
def schema() -> xmlschema.XMLSchema:
    """The public schema, as it lies in the package; nothing of the package is run."""
    spec = importlib.util.find_spec("iati")
    assert spec is not None and spec.submodule_search_locations, "make test installs it (.ci/iati-schema.txt)"
    folder = Path(next(iter(spec.submodule_search_locations))) / "resources" / "standard" / "2-03" / "schemas"
    return xmlschema.XMLSchema(str(folder / "iati-activities-schema.xsd"), allow="local")


def check(content: bytes) -> ElementTree.Element:
    """The activity of a file that is valid."""
    faults = [f"{fault.path}: {fault.reason}" for fault in schema().iter_errors(content.decode("utf-8"))]
    assert faults == []
    activity = ElementTree.fromstring(content).find("iati-activity")
    assert activity is not None
    return activity


def site(**changes: Any) -> PublishedSite:
    """A culture club that is in use, unless changed."""
    typed: dict[str, Any] = {
        "number": 1, "name": "Culture club", "local_name": "Будинок культури", "kind": "Culture club",
        "settlement": "Mykolaivka", "oblast": "Donetsk", "raion": None, "hromada": None,
        "oblast_code": "UA14000000000091971", "raion_code": None, "hromada_code": None, "place_code": None,
        "latitude": -48_853_600, "longitude": 37_000_001, "stage": S.IN_USE, "stage_on": date(2026, 3, 1),
        "outcome": None, "users_before": 800, "works_percent": 42,
        "pledged": 12_000_00, "delivered": 4_000_00,
    }  # fmt: skip
    return PublishedSite(**{**typed, **changes})


def project(transactions: Iterator[Transaction] = iter(()), **changes: Any) -> PublishedProject:
    """A project with all that can be known, unless changed."""
    typed: dict[str, Any] = {
        "reference": "UA-2026-C0001", "title": "Places & <people>\x0b", "purpose": "Renovate.\nEquip.", "country": "UA",
        "regions": ("Donetsk",), "sector": "16061", "starts_on": date(2026, 1, 1), "ends_on": date(2027, 12, 31),
        "closed_on": None, "status": ActivityStatus.IMPLEMENTATION, "currency": "EUR",
        "changed_at": datetime(2026, 5, 4, 9, tzinfo=UTC), "written_at": datetime(2026, 5, 5, 9, tzinfo=UTC),
        "partners": ("Partner organisation",), "donors": (DonorEntry(name="European Union", share=100),),
        "indicators": (IndicatorEntry(objective="People meet", indicator="Institutions in use", target=70),),
        "sites": (site(), site(number=2, latitude=None, longitude=None, outcome=SiteOutcome.STOPPED)),
        "people": (
            PeopleFigure(site_number=None, aim=Aim.REACHED, reach=Reach.DIRECT, number=28_000,
                         exactness=Exactness.AT_LEAST),
            PeopleFigure(site_number=1, aim=Aim.PLANNED, reach=Reach.DIRECT, number=900, exactness=Exactness.EXACT,
                         shares=((PeopleGroup.FEMALE, 500), (PeopleGroup.DISPLACED, 120))),
            PeopleFigure(site_number=1, aim=Aim.PLANNED, reach=Reach.INDIRECT, number=3_000,
                         exactness=Exactness.ABOUT),
        ),
        "budget": Money(90_000_00, "EUR"),
        "planned": (PlannedPayment(day=date(2026, 7, 1), amount=Money(50_00, "EUR")),),
    }  # fmt: skip
    return PublishedProject(**{**typed, **changes}, transactions=transactions)


def written(published: PublishedProject) -> bytes:
    """The file."""
    out = io.BytesIO()
    write_iati(published, US, out)
    return out.getvalue()


def texts(activity: ElementTree.Element, path: str) -> list[str]:
    """What stands in these elements."""
    return [each.text or "" for each in activity.findall(path)]


def test_everything_that_can_be_known_is_valid() -> None:
    moved = transactions_of(Move.SPEND, date(2026, 4, 1), Money(1_200_50, "EUR"))
    awarded = transactions_of(Move.AWARD, date(2026, 1, 2), Money(90_000_00, "EUR"))
    activity = check(written(project(iter([*awarded, *moved]), closed_on=date(2027, 6, 1))))
    assert texts(activity, "iati-identifier") == ["XM-DAC-99999-UA-2026-C0001"]
    assert texts(activity, "title/narrative") == ["Places & <people>"], "escaped; what XML cannot hold is gone"
    assert texts(activity, "reporting-org/narrative") == [US.name]
    assert [(each.get("role"), *texts(each, "narrative")) for each in activity.findall("participating-org")] == [
        ("1", "European Union"), ("2", US.name), ("4", "Partner organisation"),
    ]  # fmt: skip
    assert texts(activity, "location/point/pos") == ["-48.853600 37.000001"]
    assert texts(activity, "location/name/narrative") == ["Culture club", "Будинок культури"] * 2
    dates = {each.get("type"): each.get("iso-date") for each in activity.findall("activity-date")}
    assert dates == {"1": "2026-01-01", "3": "2027-12-31", "4": "2027-06-01"}
    values = [
        (each.text, each.get("currency"), each.get("value-date")) for each in activity.findall("transaction/value")
    ]
    assert values == [("90000.00", "EUR", "2026-01-02"), ("1200.50", "EUR", "2026-04-01")]
    assert texts(activity, "planned-disbursement/value") == ["50.00"]
    assert activity.find("budget") is None, "IATI's budgets are of a year at most"
    short = check(written(project(ends_on=date(2026, 12, 31))))
    assert texts(short, "budget/value") == ["90000.00"]
    assert texts(activity, "transaction/provider-org/narrative") == ["European Union"]
    targets = [(each.get("value"), each.find("dimension") is not None) for each in activity.iter("target")]
    assert targets == [("70", False), ("900", False), ("500", True), ("120", True), ("3000", False)]
    assert [each.get("value") for each in activity.iter("actual")] == ["28000"]
    assert texts(activity, ".//actual/comment/narrative") == ["at least"], "an estimate is told as one"


def test_what_is_not_known_is_left_out_and_still_valid() -> None:
    bare = project(
        sector=None,
        indicators=(),
        sites=(),
        people=(),
        donors=(DonorEntry(name="A", share=None),),
        budget=None,
        planned=(),
    )
    activity = check(written(bare))
    assert [
        each
        for each in ("sector", "location", "transaction", "result", "budget", "planned-disbursement")
        if activity.find(each)
    ] == []
    with pytest.raises(AssertionError):
        check(written(bare).replace(b"activity-status", b"activity-state"))
