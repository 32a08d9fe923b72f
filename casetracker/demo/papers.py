"""Papers for the demonstration: one-page PDFs that say what they stand for."""

from __future__ import annotations

from casetracker.documents.states import Upload


def paper(title: str) -> Upload:
    """A PDF with one line of text; plain ASCII."""
    line = "".join(c if c.isascii() and c not in "()\\" else " " for c in f"{title} - fictional")
    stream = f"BT /F1 16 Tf 72 760 Td ({line}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += str(number).encode() + b" 0 obj\n" + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n" + str(table).encode() + b"\n%%EOF\n"
    name = "-".join(line.lower().split())[:60] + ".pdf"
    return Upload(file_name=name, content=out, media_type="application/pdf")
