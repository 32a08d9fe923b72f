"""What LibreOffice wrote of a file that it opened is read as it stands: formulas are seen, texts whole."""

from __future__ import annotations

from tests.exports.hostile import Reopened, control_table, read_reopened

FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="taken-away">
<table:table-row><table:table-cell office:value-type="string"><text:p>sum</text:p></table:table-cell>
<table:table-cell table:formula="of:=1+1" office:value-type="float"><text:p>2</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="3"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>'=1+1 <text:span>Kyiv</text:span></text:p>
<text:p>and on</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document>"""


def test_formulas_and_texts_of_a_reopened_file() -> None:
    assert read_reopened(FLAT.encode()) == Reopened(("of:=1+1",), ("sum", "2", "'=1+1 Kyiv\nand on"))
    assert b"=1+1" in control_table() and b"'=" not in control_table()
