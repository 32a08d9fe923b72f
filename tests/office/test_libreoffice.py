"""Files to take away, opened by LibreOffice: of forty hostile beginnings in every column of text none is a formula.

`make office-test`; no part of the everyday run, for it needs LibreOffice (`soffice`). Without it these tests fail, they
do not skip.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.exports import hostile
from tests.exports.hostile import HOSTILE, Reopened

FILTER = "Text - txt - csv (StarCalc)"
SEPARATORS = {"comma": "44", "semicolon": "59", "tab": "9"}
"""As countries differ; the file is written with commas, and a reader's machine may split it at another sign."""
PATIENCE_SECONDS = 180
Opens = Callable[..., Reopened]


def opened_how(separator: str) -> str:
    """Tokens of the filter: quote ("), UTF-8, first line, cells of any kind, numbers in any dress; the thirteenth says
    that what begins like a formula is one, the fifteenth that numbers may be written with an exponent."""
    return f"{FILTER}:{separator},34,76,1,,,false,true,,,,,true,,true"


@pytest.fixture
def opens(tmp_path: Path) -> Opens:
    """Opens a file as LibreOffice does, with a profile of its own, and reads what it made of it."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.fail(
            "LibreOffice is not on the PATH (soffice): apt install libreoffice-calc, then make office-test again"
        )

    def open_(content: bytes, ending: str, how: str = "") -> Reopened:
        source = tmp_path / f"taken-away.{ending}"
        source.write_bytes(content)
        command = [
            soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--norestore",
            *([f"--infilter={how}"] if how else []), "--convert-to", "fods", "--outdir", str(tmp_path / "out"),
            str(source),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
        made = tmp_path / "out" / "taken-away.fods"
        assert made.exists(), f"LibreOffice wrote nothing: {done.stdout}{done.stderr}"
        found = hostile.read_reopened(made.read_bytes())
        made.unlink()
        return found

    return open_


def test_it_would_see_a_formula(opens: Opens) -> None:
    """Otherwise the other tests prove nothing."""
    table = opens(hostile.control_table(), "csv", opened_how(SEPARATORS["comma"]))
    for found in (table, opens(hostile.control_book(), "xlsx")):
        assert len(found.formulas) == 1 and found.formulas[0].endswith("=1+1") and "Kyiv" in found.texts


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
def test_no_cell_of_a_csv_is_a_formula(
    app: Flask, opens: Opens, monkeypatch: pytest.MonkeyPatch, separator: str
) -> None:
    history, report = hostile.case_table(monkeypatch), hostile.change_files()[1]
    for content, mark in ((history, "shared.sentence"), (report, "Row.told")):
        found = opens(content, "csv", opened_how(separator))
        assert found.formulas == ()
        assert sum(text.count(mark) for text in found.texts) >= len(HOSTILE), "every line came in"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_cell_of_a_workbook_is_a_formula(app: Flask, opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    books = {
        "shared.sentence": hostile.case_book(monkeypatch)[0], "Row.told": hostile.change_files()[0],
        "MarkLine.note": hostile.workpaper_book(),
    }  # fmt: skip
    for mark, content in books.items():
        found = opens(content, "xlsx")
        assert found.formulas == ()
        assert sum(mark in text for text in found.texts) >= len(HOSTILE), mark
        assert not [text for text in found.texts if re.match("#(NAME|REF|VALUE)", text)]
