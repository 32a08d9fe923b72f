"""Pictures for the documents, taken on the way of a journey where `CASETRACKER_PICTURES` names a folder."""

from __future__ import annotations

import html
import io
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from PIL import Image
from playwright.sync_api import Locator, Page

FOLDER = "CASETRACKER_PICTURES"
WIDTH = 1280
COLOURS = 96
"""A page has few: with so many a picture of it is a third as large, and looks the same."""
_SHOWN_PDF = """
#let wanted = json(bytes(sys.inputs.wanted))
#set page(width: auto, height: auto, margin: 6pt, fill: rgb("#8a8a8a"))
#let shown(n) = box(fill: white, image("shown.pdf", page: n, width: 400pt))
#grid(columns: wanted.pages.len(), gutter: 6pt, ..wanted.pages.map(shown))
"""
_SHOWN_TEXT = """<body style="margin:0;background:#16202b"><pre style="margin:0;padding:20px 24px;width:1232px;
color:#e6edf3;font:15px/1.5 'DejaVu Sans Mono',monospace;white-space:pre-wrap">{}</pre></body>"""


@dataclass(frozen=True)
class Album:
    """Where the pictures go; None: nobody asked for any, and nothing is written."""

    folder: Path | None

    @classmethod
    def asked_for(cls) -> Album:
        """As the environment says."""
        named = os.environ.get(FOLDER)
        return cls(Path(named) if named else None)

    def take(self, page: Page, name: str, *, top: Locator | None = None, height: int = 760) -> None:
        """What the page shows, from its top or from `top` on, so many pixels of it; whole where it is less."""
        if self.folder is None:
            return
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement?.blur()")
        begins = 0.0
        if top is not None:
            box = top.first.bounding_box()
            begins = (box["y"] if box else 0.0) + page.evaluate("window.scrollY") - 16
        whole = page.evaluate("document.documentElement.scrollHeight")
        clip: Any = {"x": 0, "y": begins, "width": WIDTH, "height": min(height, whole - begins)}
        self._keep(name, page.screenshot(clip=clip, full_page=True))

    def take_pdf(self, content: bytes, name: str, *pages: int) -> None:
        """Pages of a document, side by side."""
        if self.folder is None:
            return
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "shown.pdf").write_bytes(content)
            source = Path(folder, "shown.typ")
            source.write_text(_SHOWN_PDF)
            inputs = {"wanted": json.dumps({"pages": pages})}
            picture = typst.compile(source, format="png", ppi=110.0, sys_inputs=inputs)
        assert isinstance(picture, bytes)
        self._keep(name, picture)

    def take_text(self, page: Page, name: str, text: str) -> None:
        """What a program wrote, as a terminal shows it; on a page of its own."""
        if self.folder is None:
            return
        blank = page.context.new_page()
        blank.set_content(_SHOWN_TEXT.format(html.escape(text)))
        self._keep(name, blank.locator("pre").screenshot())
        blank.close()

    def _keep(self, name: str, picture: bytes) -> None:
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(self.folder / f"{name}.png", optimize=True)
