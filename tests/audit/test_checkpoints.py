"""What docs/checkpoints.md tells: the folder is checked without the program; verification says how far it reaches."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from casetracker.audit import commands, sealing
from casetracker.audit.keys import Signer, signers
from casetracker.core.actor import operator
from casetracker.core.db import db
from tests.audit.tampering import Bare
from tests.factories.accounts import make_office

PAGE = Path(__file__).parents[2] / "docs" / "checkpoints.md"


def check_by_hand(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the page's check as its reader would: without the program."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    assert found
    return subprocess.run(
        [sys.executable, "-I", "-c", found[1], str(folder)], capture_output=True, text=True, check=False
    )


def edit(file: Path, number: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change one line of a file."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    change(lines[number])
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_anybody_can_check_the_folder(sealed_app: Flask) -> None:
    for number in range(3):
        make_office(f"Office {number}")
        sealing.seal_now()
    commands.rotate_key(sealing.key_file(), actor=operator("tests"))
    sealing.seal_now()
    folder = sealing.folder().path
    done = check_by_hand(folder)
    assert done.returncode == 0 and done.stdout.startswith("whole: 5 events"), done.stderr
    heads, keys = folder / "heads-00000.jsonl", folder / "keys.jsonl"
    whole = {file: file.read_text() for file in (heads, keys)}
    first = json.loads(heads.read_text().splitlines()[0])

    def changed(file: Path, number: int, change: Callable[[dict[str, Any]], None]) -> str:
        edit(file, number, change)
        done = check_by_hand(folder)
        file.write_text(whole[file])
        assert done.returncode
        return done.stderr

    assert "not what was signed" in changed(heads, 1, lambda line: line["leaves"][0].__setitem__(2, "00" * 32))
    assert "not what was signed" in changed(heads, 1, lambda line: line["leaves"].clear())
    assert "InvalidSignature" in changed(heads, 3, lambda line: line["head"].update(at=first["head"]["at"]))
    assert "InvalidSignature" in changed(heads, 3, lambda line: line["head"].update(key=first["head"]["key"]))
    assert "InvalidSignature" in changed(keys, 1, lambda line: line.update(before_signature=line["signature"]))
    assert "InvalidSignature" in changed(keys, 1, lambda line: line.update(before=None))
    stranger = Signer(Ed25519PrivateKey.generate()).public
    assert "InvalidSignature" in changed(keys, 0, lambda line: line.update(public=stranger))


def test_verify_says_how_far_the_heads_reach(sealed_fresh_app: Flask) -> None:
    make_office()
    run = sealed_fresh_app.test_cli_runner().invoke
    assert "No signed head lies in" in run(args=["verify"]).output
    sealing.seal_now()
    make_office("Kyiv")
    told = run(args=["verify"])
    assert told.exit_code == 0, told.output
    assert "Signed heads outside cover 2 events" in told.output
    assert "1 event after the last head: not covered" in told.output


def first_finding(app: Flask) -> str:
    """What `verify` says first; it ends with 1."""
    db.session.remove()
    done = app.test_cli_runner().invoke(args=["verify"])
    assert done.exit_code == 1, done.output
    return done.output


def test_a_folder_that_was_changed_is_told_of(sealed_fresh_app: Flask) -> None:
    for number in range(3):
        make_office(f"Office {number}")
        sealing.seal_now()
    heads, keys = sealing.folder().path / "heads-00000.jsonl", sealing.folder().path / "keys.jsonl"
    whole = heads.read_text()
    lines = whole.splitlines(keepends=True)
    heads.write_text(lines[0] + "nonsense\n" + lines[1] + lines[2])
    assert "heads-00000.jsonl:2, column -: is no signed head" in first_finding(sealed_fresh_app)
    heads.write_text(lines[0] + lines[2])
    assert "does not follow the head of 2 entries" in first_finding(sealed_fresh_app)
    heads.write_text(lines[0] + lines[1])
    run = sealed_fresh_app.test_cli_runner().invoke(args=["verify"])
    assert run.exit_code == 0 and "1 event after the last head" in run.output
    heads.write_text(whole + '{"half a li')
    assert sealed_fresh_app.test_cli_runner().invoke(args=["verify"]).exit_code == 0, "somebody writes at this moment"
    heads.unlink()
    assert "no signed head lies in" in first_finding(sealed_fresh_app)
    heads.write_text(whole)
    edit(heads, 2, lambda line: line["head"].update(root="00" * 32))
    assert "is not the head that lies outside" in first_finding(sealed_fresh_app)
    heads.write_text(whole)
    signer = Signer(Ed25519PrivateKey.generate())
    named = commands.endorsed(signer, None)
    edit(keys, 0, lambda line: line.update(key_id=named.key_id, public=named.public, signature=named.signature))
    assert f"does not name the key {named.key_id}" in first_finding(sealed_fresh_app)


def test_an_event_taken_from_the_queue_is_told_of(sealed_fresh_app: Flask) -> None:
    make_office()
    sealing.seal_now()
    make_office("Kyiv")
    db.session.remove()
    db.engine.dispose()
    bare = Bare(db.engine.url.render_as_string(hide_password=False))
    assert bare.run("DELETE FROM unsealed_event") == 1
    bare.close()
    assert "stands in no signed head and waits for none" in first_finding(sealed_fresh_app)


def test_an_event_that_is_made_to_wait_longer_is_told_of(sealed_fresh_app: Flask) -> None:
    make_office()
    sealing.seal_now()
    make_office("Kyiv")
    db.session.remove()
    db.engine.dispose()
    assert sealed_fresh_app.test_cli_runner().invoke(args=["verify"]).exit_code == 0
    bare = Bare(db.engine.url.render_as_string(hide_password=False))
    assert bare.run("UPDATE unsealed_event SET at = '2099-01-01 00:00:00.000000'") == 1
    bare.close()
    assert "column at: waits since another moment" in first_finding(sealed_fresh_app)


def test_a_head_by_a_replaced_key_is_not_accepted(sealed_fresh_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_office()
    sealing.seal_now()
    [signer] = signers(sealing.key_file()).values()
    commands.rotate_key(sealing.key_file(), actor=operator("tests"))
    sealing.seal_now()
    make_office("Kyiv")
    monkeypatch.setattr(commands, "_signer", lambda key_file: signer)
    sealing.seal_now()
    assert "had been replaced when this head was signed" in first_finding(sealed_fresh_app)
