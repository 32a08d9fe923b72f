"""Files for tests: PDFs and pictures that really open, with a mark that makes each another one."""

from __future__ import annotations

import functools
import io

from PIL import Image
from pypdf import PdfWriter

from casetracker.documents.states import Upload


@functools.cache
def pdf_bytes(mark: str = "") -> bytes:
    """A PDF of one blank page."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": mark})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf(name: str = "signed.pdf", mark: str = "") -> Upload:
    """A PDF as it comes with a form."""
    return Upload(name, pdf_bytes(mark), "application/pdf")


def jpeg_bytes() -> bytes:
    """A photograph that says where and with what it was taken."""
    picture = Image.new("RGB", (40, 30), (200, 120, 40))
    exif = Image.Exif()
    exif[0x010F] = "Camera of a person"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 44.0, 12.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()
