"""Encrypted content opens for its key, its purpose and its thing, and in no other case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from casetracker.core.encryption import CannotDecrypt, Key, decrypt, encrypt, is_encrypted, keys
from config import settings

ONE, TWO = b"\x01" * 32, b"\x02" * 32


@pytest.fixture
def program() -> Iterator[Flask]:
    """No database: two keys and nothing else."""
    bare = Flask("bare")
    bare.config["ENCRYPTION_KEYS"] = (ONE,)
    with bare.app_context():
        yield bare


def test_what_was_encrypted_opens_again_and_does_not_show(program: Flask) -> None:
    encrypted = encrypt(b"a canary in a cage", "document", "key-1")
    assert b"canary" not in encrypted and is_encrypted(encrypted)
    assert decrypt(encrypted, "document", "key-1") == b"a canary in a cage"
    assert decrypt(encrypt(b"", "document"), "document") == b""
    assert encrypt(b"same", "document") != encrypt(b"same", "document")


@pytest.mark.parametrize(("purpose", "bound_to"), [("mail", "key-1"), ("document", "key-2"), ("document", "")])
def test_another_purpose_or_thing_does_not_open_it(program: Flask, purpose: str, bound_to: str) -> None:
    encrypted = encrypt(b"a canary", "document", "key-1")
    with pytest.raises(CannotDecrypt, match="damaged, or belongs to something else"):
        decrypt(encrypted, purpose, bound_to)


def test_no_byte_can_change_and_none_be_cut_off(program: Flask) -> None:
    encrypted = encrypt(b"a canary", "document")
    for place in range(len(encrypted)):
        changed = bytearray(encrypted)
        changed[place] ^= 1
        with pytest.raises(CannotDecrypt):
            decrypt(bytes(changed), "document")
        with pytest.raises(CannotDecrypt):
            decrypt(encrypted[:place], "document")


def test_the_first_key_encrypts_and_every_key_opens(program: Flask) -> None:
    old = encrypt(b"old", "document")
    program.config["ENCRYPTION_KEYS"] = (TWO, ONE)
    new = encrypt(b"new", "document")
    assert [decrypt(s, "document") for s in (old, new)] == [b"old", b"new"]
    program.config["ENCRYPTION_KEYS"] = (TWO,)
    assert decrypt(new, "document") == b"new"
    with pytest.raises(CannotDecrypt, match="not among the encryption keys"):
        decrypt(old, "document")


def test_a_key_is_never_printed(program: Flask) -> None:
    assert ONE.hex() not in repr(keys()) and repr(ONE) not in repr(keys())


def test_the_key_is_made_once_beside_the_data_or_given(tmp_path: Path) -> None:
    data = {"CASETRACKER_DATA": str(tmp_path / "data")}
    made = settings(data)["ENCRYPTION_KEYS"]
    assert settings(data)["ENCRYPTION_KEYS"] == made and len(made[0]) == 32
    assert ((tmp_path / "data" / "encryption_key").stat().st_mode & 0o777) == 0o600
    assert settings(data | {"ENCRYPTION_KEY": f"{TWO.hex()} {ONE.hex()}"})["ENCRYPTION_KEYS"] == (TWO, ONE)
    (tmp_path / "keys").write_text(f"{ONE.hex()}\n{TWO.hex()}\n")
    assert settings(data | {"ENCRYPTION_KEY_FILE": str(tmp_path / "keys")})["ENCRYPTION_KEYS"] == (ONE, TWO)


def test_a_key_that_is_none_stops_the_program_and_makes_no_other(tmp_path: Path) -> None:
    data = {"CASETRACKER_DATA": str(tmp_path / "data")}
    with pytest.raises(SystemExit, match="cannot be read: No such file"):
        settings(data | {"ENCRYPTION_KEY_FILE": str(tmp_path / "unmounted")})
    with pytest.raises(SystemExit, match="64 hexadecimal digits"):
        settings(data | {"ENCRYPTION_KEY": "secret"})
    assert not (tmp_path / "data" / "encryption_key").exists() and not (tmp_path / "unmounted").exists()


def test_what_was_encrypted_once_opens_for_good() -> None:
    key = Key(b"\x07" * 32)
    assert key.id.hex() == "9f08451abfe1167b"
    assert key.derived("document").hex() == "f9c839da2da41666ac0d0230a9216d4b765d7c78eb65b65f7cb0ae8821350e55"
