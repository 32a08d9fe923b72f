"""The key that signs: its owner's alone, renewed by the old one, missed when it is gone; on both databases."""

from __future__ import annotations

import stat

import pytest
from flask import Flask
from sqlalchemy import select

from casetracker.audit import commands, keys, sealing, tree_queries
from casetracker.audit.keys import SealingFault
from casetracker.core.actor import operator
from casetracker.core.db import db
from casetracker.events.models import UnsealedEvent
from tests.audit.test_sealing import count, lines
from tests.factories.accounts import make_office


def test_only_its_owner_reads_the_key_and_the_database_holds_none(sealed_app: Flask) -> None:
    make_office()
    sealing.seal_now()
    path = sealing.key_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    [signer] = keys.signers(path).values()
    secret = signer.private.private_bytes_raw()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            assert not any(secret in v if isinstance(v, bytes) else secret.hex() in str(v) for v in row)
    for file in sealing.folder().path.iterdir():
        assert secret.hex() not in file.read_text()


@pytest.mark.usefixtures("sealed_app")
def test_a_new_key_is_endorsed_by_the_old_one_and_signs_from_there_on() -> None:
    make_office()
    sealing.seal_now()
    old = tree_queries.list_keys()[0]
    new_id = commands.rotate_key(sealing.key_file(), actor=operator("tests"))
    sealing.seal_now()
    first, second = sealing.folder().keys()
    assert first == old and second.key_id == new_id and second.is_right(first)
    assert not second.is_right(None) and not second.is_right(second)
    assert [line["head"]["key"] for line in lines()] == [old.key_id, new_id]
    forged = keys.PublicKey(second.key_id, second.public, second.signature, first.key_id, second.signature)
    assert not forged.is_right(first)


@pytest.mark.usefixtures("sealed_app")
def test_without_its_key_nothing_is_signed() -> None:
    make_office()
    sealing.seal_now()
    sealing.key_file().unlink()
    make_office("Kyiv")
    with pytest.raises(SealingFault, match="does not hold the key"):
        sealing.seal_now()
    sealing.key_file().write_text("-----BEGIN PRIVATE KEY-----\nnothing\n-----END PRIVATE KEY-----\n")
    with pytest.raises(SealingFault, match="cannot be read"):
        sealing.seal_now()
    assert tree_queries.newest_size() == 2 and count(UnsealedEvent) == 1
