"""`docs/asvs.csv` names every requirement of the OWASP ASVS 5.0.0, levels 1 and 2, and proofs that are there."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.sources import ROOT, Source, imported, program
from tests.architecture.test_absent import ABSENT, CHECKS

LEVELS = """
V1.1 22 V1.2 1111122223 V1.3 112222222223 V1.4 222 V1.5 123 V2.1 122 V2.2 112 V2.3 12223 V2.4 23 V3.1 3 V3.2 113
V3.3 12223 V3.4 11222233 V3.5 11122333 V3.6 3 V3.7 22333 V4.1 12233 V4.2 23333 V4.3 22 V4.4 1222 V5.1 2 V5.2 112333
V5.3 113 V5.4 222 V6.1 122 V6.2 111111112222 V6.3 11223333 V6.4 112233 V6.5 22222333 V6.6 2223 V6.7 33 V6.8 2222
V7.1 222 V7.2 1111 V7.3 22 V7.4 11222 V7.5 223 V7.6 22 V8.1 1233 V8.2 1123 V8.3 133 V8.4 23 V9.1 111 V9.2 1222
V10.1 22 V10.2 223 V10.3 22223 V10.4 1111122222233333 V10.5 22222 V10.6 22 V10.7 222 V11.1 2233 V11.2 22233 V11.3 11233
V11.4 1222 V11.5 23 V11.6 23 V11.7 33 V12.1 12233 V12.2 11 V12.3 22223 V13.1 2333 V13.2 222223 V13.3 2233 V13.4 1222233
V14.1 22 V14.2 12223333 V14.3 122 V15.1 12233 V15.2 12233 V15.3 1222222 V15.4 3333 V16.1 2 V16.2 22222 V16.3 2222
V16.4 222 V16.5 2223 V17.1 23 V17.2 22223333 V17.3 22
"""
"""Each section of the standard and the level of each of its requirements, in their order."""
STATES = ("tested", "documented", "feature absent", "not yet")
PROBES = "tests/architecture/test_absent.py"
CRYPTOGRAPHY = ("hashlib", "hmac", "secrets", "cryptography", "argon2", "pyotp", "webauthn", "itsdangerous")

Row = dict[str, str]


def requirements() -> dict[str, str]:
    """Requirement -> level, levels 1 and 2."""
    words = LEVELS.split()
    return {
        f"{section}.{number}": level
        for section, levels in zip(words[::2], words[1::2], strict=True)
        for number, level in enumerate(levels, 1)
        if level != "3"
    }


def rows() -> list[Row]:
    """The list as it stands."""
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names_in(name: str) -> frozenset[str]:
    """The tests of a file, without running it."""
    path = ROOT / name
    if not name.startswith("tests/") or not path.is_file():
        return frozenset()
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


@cache
def headings(page: str) -> frozenset[str]:
    """The anchors of a page."""
    found = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.M)
    return frozenset(re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in found)


def why_no_proof(proof: str) -> str | None:
    """What is wrong with one test or page that a row names."""
    if "::" not in proof:
        page, _hash, anchor = proof.partition("#")
        if not page.endswith(".md") or not (ROOT / page).is_file():
            return "no page"
        return "no such heading" if anchor and anchor not in headings(page) else None
    name, _colons, test = proof.partition("::")
    test, bracket, which = test.partition("[")
    if not test.startswith("test_") or test not in names_in(name):
        return "no test"
    known = {*ABSENT, *(check.__name__ for check, _bad in CHECKS)} if name == PROBES else set()
    return "no such case" if bracket and which.rstrip("]") not in known else None


def faults(row: Row) -> Iterator[str]:
    """What a row claims and does not hold."""
    proofs, state = row["proof"].split(), row["state"]
    if state not in STATES:
        yield f"{row['requirement']}: no state {state!r}"
    if not 0 < len(row["about"].split()) <= 8:
        yield f"{row['requirement']}: about is up to eight words"
    if (state == "not yet") == bool(proofs) or (state == "not yet" and not row["note"]):
        yield f"{row['requirement']}: a proof, or what is missing"
    if state == "documented" and not any(".md" in proof for proof in proofs):
        yield f"{row['requirement']}: no page"
    if state == "tested" and not any("::" in proof for proof in proofs):
        yield f"{row['requirement']}: no test"
    if state == "feature absent" and not any(proof.startswith(PROBES) for proof in proofs):
        yield f"{row['requirement']}: nothing looks for it"
    for proof in proofs:
        if why := why_no_proof(proof):
            yield f"{row['requirement']}: {proof} {why}"


def test_every_requirement_stands_once() -> None:
    assert Counter(requirements().values()) == {"1": 70, "2": 183}, "as the standard counts them"
    assert [(row["requirement"], row["level"]) for row in rows()] == list(requirements().items())


def test_every_proof_is_there() -> None:
    assert [fault for row in rows() for fault in faults(row)] == []


GOOD = {"requirement": "V1.1.1", "level": "2", "about": "a", "note": "", "state": "tested",
        "proof": "tests/test_asvs.py::test_every_proof_is_there"}  # fmt: skip


@pytest.mark.parametrize(
    "bad",
    [
        {"state": "done"},
        {"about": "one two three four five six seven eight nine"},
        {"proof": ""},
        {"proof": "tests/test_asvs.py::test_nothing"},
        {"proof": "tests/test_nowhere.py::test_nothing"},
        {"proof": f"{PROBES}::test_it_is_not_there[dragons]"},
        {"proof": "docs/security.md#dragons"},
        {"proof": "docs/dragons.md"},
        {"state": "documented"},
        {"state": "feature absent"},
        {"state": "not yet", "proof": ""},
        {"state": "not yet", "note": "soon"},
    ],
)
def test_check_can_fail(bad: Row) -> None:
    assert list(faults(GOOD)) == []
    assert list(faults({**GOOD, **bad}))


def test_the_figures_are_those_of_the_list() -> None:
    """The table in docs/assurance.md: state, level 1, level 2."""
    counted = Counter((row["state"], row["level"]) for row in rows())
    section = (ROOT / "docs" / "assurance.md").read_text().split("\n## OWASP ASVS")[1].split("\n## ")[0]
    told = re.findall(r"^\| (tested|documented|feature absent|not yet) \| (\d+) \| (\d+) \|", section, re.M)
    assert {state: (int(first), int(second)) for state, first, second in told} == {
        state: (counted[state, "1"], counted[state, "2"]) for state in STATES
    }


def uses_cryptography(source: Source) -> bool:
    """Whether a module hashes, encrypts, signs, or draws a secret."""
    return any(name.partition(".")[0] in CRYPTOGRAPHY for _line, name in imported(source))


def test_the_inventory_of_cryptography_is_whole() -> None:
    section = (ROOT / "docs" / "security.md").read_text().split("\n## Cryptography")[1].split("\n## ")[0]
    named = {name if name == "config.py" else f"casetracker/{name}" for name in re.findall(r"`([\w/]+\.py)`", section)}
    using = {source.name for source in program() if uses_cryptography(source)}
    assert using - named == set(), "say what for in docs/security.md"
    assert named - using == set(), "these use none any more"


def test_every_package_is_pinned_with_its_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        parts = re.split(r"\n(?=[a-zA-Z])", (ROOT / name).read_text())
        packages = [part for part in parts if re.match(r"[a-zA-Z]", part)]
        assert len(packages) > 20
        for package in packages:
            assert re.match(r"[\w.\[\]-]+==[\w.]+", package) and "--hash=sha256:" in package, package[:60]
