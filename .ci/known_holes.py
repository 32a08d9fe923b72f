"""`make holes`: which pinned packages have known holes, asked of osv.dev, and whether each is past its time.

docs/security.md (Components) names the times. Nothing is sent but names and versions that requirements*.txt publish.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SERVER = "https://api.osv.dev"
FROM_OUTSIDE, GRAVE, OTHER = timedelta(days=2), timedelta(days=7), timedelta(days=30)
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.M)
PATIENCE = 30
"""Seconds that the server has for an answer."""


@dataclass(frozen=True)
class Hole:
    """A known hole of a pinned package. `until`: the last day by which it is to be closed."""

    name: str
    version: str
    id: str
    aliases: frozenset[str]
    told_on: date
    until: date
    summary: str
    mended_in: str


def pinned(files: list[Path]) -> dict[tuple[str, str], bool]:
    """(package, version) -> whether the program runs on it: the first file is what it runs on."""
    found: dict[tuple[str, str], bool] = {}
    for file in files:
        for name, version in PINNED.findall(file.read_text(encoding="utf-8")):
            found.setdefault((name.lower(), version), file == files[0])
    return found


def ask(url: str, sent: Any = None) -> Any:
    """The server's answer (JSON)."""
    data = json.dumps(sent).encode() if sent is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310  # operator's choice
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # as above
        return json.load(answer)


def holes(server: str, packages: dict[tuple[str, str], bool]) -> Iterator[Hole]:
    """Each known hole once for each package, whatever lists it stands in."""
    wanted = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    answers = ask(f"{server}/v1/querybatch", {"queries": wanted})["results"]
    if len(answers) != len(wanted):
        raise ValueError("the server answered to less than it was asked")
    for ((name, version), runs), answer in zip(packages.items(), answers, strict=True):
        if answer.get("next_page_token"):
            raise ValueError(f"more holes of {name} {version} than the server tells at once")
        told: set[str] = set()
        for each in sorted(answer.get("vulns", []), key=lambda found: str(found["id"])):
            record = ask(f"{server}/v1/vulns/{each['id']}")
            hole = hole_of(name, version, runs, record)
            if "withdrawn" not in record and not told & hole.aliases:
                yield hole
            told |= hole.aliases


def hole_of(name: str, version: str, runs: bool, record: dict[str, Any]) -> Hole:
    """The record's own words, and the day until which docs/security.md gives; what is not said counts as grave."""
    told_on = date.fromisoformat(record["published"][:10])
    affected = [each for each in record.get("affected", []) if each.get("package", {}).get("name", "").lower() == name]
    mended = [event["fixed"] for each in affected for found in each.get("ranges", []) if found["type"] != "GIT"
              for event in found["events"] if "fixed" in event]  # fmt: skip
    return Hole(
        name, version, record["id"], frozenset({record["id"], *record.get("aliases", [])}), told_on,
        told_on + (time_for(record) if runs else OTHER), str(record.get("summary") or "").strip(),
        ", ".join(dict.fromkeys(mended)),
    )  # fmt: skip


def time_for(record: dict[str, Any]) -> timedelta:
    """How long it may stand: 2 days where it is reached from the network without an account, 7 where it is critical or
    high (or nobody says), 30 else."""
    vectors = " ".join(str(each.get("score", "")) for each in record.get("severity", []))
    if "AV:N" in vectors and ("PR:N" in vectors or "Au:N" in vectors):
        return FROM_OUTSIDE
    word = str(record.get("database_specific", {}).get("severity", "")).upper()
    return OTHER if word in ("LOW", "MODERATE", "MEDIUM") else GRAVE


def judged(file: Path) -> dict[str, str]:
    """Hole -> why it does not concern this program, as two people have found."""
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["hole"]: row["why"] for row in csv.DictReader(rows) if row["why"].strip()}


def main() -> int:
    """0: nothing is past its time; 1: something is; 2: the list could not be asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", default=SERVER)
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())  # noqa: DTZ011  # days are enough
    parser.add_argument("--judged", type=Path, default=ROOT / "docs" / "holes.csv")
    files = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
    parser.add_argument("files", type=Path, nargs="*", default=files, help="the first is what the program runs on")
    options = parser.parse_args()
    packages, known = pinned(options.files), judged(options.judged)
    try:
        found = list(holes(options.server, packages))
    except (OSError, ValueError, KeyError) as fault:
        sys.stderr.write(f"The list of known holes could not be asked: {fault}\n")
        return 2
    late = 0
    for hole in sorted(found, key=lambda each: (each.until, each.name, each.id)):
        why = next((known[name] for name in sorted(hole.aliases) if name in known), "")
        is_late = not why and hole.until < options.today
        late += is_late
        state = f"does not concern us: {why}" if why else f"{'PAST' if is_late else 'to be closed by'} {hole.until}"
        sys.stdout.write(
            f"{hole.name} {hole.version}: {hole.id}, known since {hole.told_on}, {state};"
            f" mended in {hole.mended_in or 'no version yet'}. {hole.summary}\n"
        )
    sys.stdout.write(f"{len(packages)} packages, {len(found)} known holes, {late} past their time.\n")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
