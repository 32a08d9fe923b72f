"""The demonstration's bundle, with documents and every format, is verified by the file that lies in it, alone."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from casetracker.accounts.models import User
from casetracker.accounts.queries import actor_of
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.exports import bundle_commands as commands
from casetracker.exports import making, pieces
from casetracker.exports.bundle_forms import READ_FORMATS
from casetracker.exports.bundle_queries import get_bundle
from casetracker.exports.bundle_states import Wanted
from tests.conftest import Places, _demonstration, rolled_back
from tests.demonstration import folder_of_demonstration
from tests.exports.conftest import apart


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_it_proves_itself(places: Places, dialect: str, shared_folder: Path, tmp_path: Path) -> None:
    app = _demonstration(places, dialect, shared_folder, "demo")
    folder = folder_of_demonstration(places, shared_folder, places.folder)
    with apart(app, tmp_path), rolled_back(app):
        app.config |= {"FILES_FOLDER": str(folder / "files")}
        app.config |= {"ENCRYPTION_KEYS": [bytes.fromhex((folder / "encryption_key").read_text().strip())]}
        actor = actor_of(db.session.scalars(select(User).where(User.role == Role.AUDITOR)).first())  # type: ignore[arg-type]  # there is one
        wanted = Wanted(formats=tuple(READ_FORMATS), documents=True)
        bundle_id = commands.ask_bundle(commands.AskBundle(wanted=wanted), actor=actor)
        making.make(bundle_id, patience=0, seals=True)
        bundle = get_bundle(bundle_id, actor)
        assert bundle.state == "done", bundle.why
        file = tmp_path / "bundle.zip"
        file.write_bytes(b"".join(pieces.read_pieces(bundle.id, bundle.attempt, bundle.pieces)))
        cases, entries = bundle.total, bundle.entries
    with zipfile.ZipFile(file) as archive:
        archive.extract("verify.py", tmp_path)
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(file)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={})
    assert (told.returncode, told.stderr) == (0, "")
    assert f"Whole: {cases} cases" in told.stdout and f"{entries} entries" in told.stdout
    assert "documents" in told.stdout and "does not prove" in told.stdout
