"""Two programs that check bundles, one of them shipped, refuse the same damaged ones and name the same file."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask

from casetracker.core.actor import Actor
from casetracker.exports import bundle_commands as commands
from casetracker.exports import making, pieces, verify
from casetracker.exports.bundle_queries import get_bundle
from casetracker.exports.bundle_states import Wanted
from tests.exports import damage_kinds, damage_kinds_of_record
from tests.exports.damage_kinds import KINDS, damage
from tests.exports.damages import Damaged, Files, name_of
from tests.exports.second_reader import look
from tests.factories.accounts import make_people
from tests.factories.cases import playroom_case, refer

DAMAGED = 500
Seed = tuple[Files, Files, Ed25519PrivateKey]
_kept: list[Seed] = []


def made(actor: Actor, **wanted: object) -> bytes:
    """A bundle that the actor asks for."""
    cmd = commands.AskBundle(wanted=Wanted(**wanted))  # type: ignore[arg-type]  # as the test says
    bundle_id = commands.ask_bundle(cmd, actor=actor)
    making.make(bundle_id, patience=0, seals=True)
    bundle = get_bundle(bundle_id, actor)
    assert bundle.state == "done", bundle.why
    return b"".join(pieces.read_pieces(bundle.id, bundle.attempt, bundle.pieces))


def unpacked(content: bytes) -> Files:
    """Its files."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def seed(bundling: Flask) -> Seed:
    """One small bundle, another one of the same cases, and the key that signed both; made once in each process."""
    if not _kept:
        people = make_people()
        for _ in range(2):
            refer(playroom_case(people, actor=people.caseworker_tallinn), people)
        first, second = (unpacked(made(people.auditor, documents=True)) for _ in range(2))
        key = load_pem_private_key(Path(bundling.config["SIGNING_KEY_FILE"]).read_bytes(), None)
        assert isinstance(key, Ed25519PrivateKey)
        _kept.append((first, second, key))
    return _kept[0]


def damaged(seed: Seed, number: int) -> Damaged:
    """Not damaged yet."""
    return Damaged(dict(seed[0]), dict(seed[1]), Random(number), seed[2])


def verified(place: Path, key: str) -> str | None:
    """The file that the shipped program names; None where it finds nothing."""
    try:
        verify.verify(str(place), key)
    except verify.Fault as fault:
        return fault.file
    return None


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_both_refuse_the_same_and_name_the_same_file(seed: Seed, tmp_path: Path) -> None:
    place, key = tmp_path / "bundle.zip", name_of(seed[2])
    place.write_bytes(damaged(seed, 0).zipped())
    assert verified(place, key) is None and look(place, key=key) is None
    refused, named, number = Counter[str](), Counter[str](), 0
    while refused.total() < DAMAGED:
        it, number = damaged(seed, number), number + 1
        what = damage(it, number)
        content = it.zipped()
        place.write_bytes(content)
        one, doubt = verified(place, key), look(place, key=key)
        assert one == (doubt and doubt[0]), (number, what, one, doubt)
        if one is None:
            assert what.startswith("bits_of_the_zip") and unpacked(content) == seed[0], (number, what)
            continue
        refused[what.split()[0]] += 1
        named["other" if one.startswith("cases/") or one == "bundle" else one] += 1
    assert {func.__module__ for func, _depths in KINDS} == {damage_kinds.__name__, damage_kinds_of_record.__name__}
    assert set(refused) == {func.__name__ for func, _depths in KINDS}
    assert {"manifest.json", "record/keys.jsonl", "record/head.json", "record/entry.json", "record/chains.jsonl",
            "other"} <= set(named)  # fmt: skip


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_shipped_file_alone_says_where(seed: Seed, tmp_path: Path) -> None:
    it = damaged(seed, 0)
    own = tmp_path / "elsewhere" / "verify.py"
    own.parent.mkdir()
    own.write_bytes(it.files["verify.py"])
    assert own.read_bytes() == Path(verify.__file__).read_bytes()
    place = tmp_path / "bundle.zip"

    def run() -> subprocess.CompletedProcess[str]:
        place.write_bytes(it.zipped())
        return subprocess.run([sys.executable, "-I", own, place], capture_output=True, text=True, cwd="/", check=False)

    whole = run()
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "Whole: 2 cases" in whole.stdout and "does not prove" in whole.stdout and name_of(seed[2]) in whole.stdout
    name = it.history()
    told = it.lines(name)
    third = [each for each in told if each["line"] == "entry"][2]
    third["body"] = third["body"].replace('"seq":', '"seq": ')
    it.put(name, told)
    from tests.exports.damages import rehash, resign

    rehash(it)
    resign(it)
    broken = run()
    assert (broken.returncode, broken.stdout) == (1, "")
    for word in (name, name.split("/")[1], third["chain"], f"entry {third['seq']}", "is not what its hash says"):
        assert word in broken.stderr
