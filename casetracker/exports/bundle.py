"""Writes a bundle (docs/bundle.md): one ZIP, from its first byte to its last, without looking back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import RawIOBase
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from flask_babel import gettext as _

from casetracker.audit.checkpoints import Head
from casetracker.audit.keys import PublicKey
from casetracker.core import clock
from casetracker.core.db import canonical_json
from casetracker.core.errors import N_, NotFound, Refused
from casetracker.core.tracking import canon
from casetracker.documents import queries as documents
from casetracker.documents import storage
from casetracker.exports import verify
from casetracker.exports.bundle_queries import Place
from casetracker.exports.bundle_states import FORMAT, Wanted
from casetracker.exports.case_history import write_history
from casetracker.exports.case_lines import as_told
from casetracker.exports.states import ABOUT_ASYLUM, CaseHistory, ExportFormat

README = N_(
    "Histories of cases and projects, taken away from Casetracker. To check that nothing in here was changed (Python "
    "3.9 or later, no network, nothing to install):\n\n    python3 -I verify.py\n\n"
    "It names the first thing that does not fit, or says what was checked and what that does not prove. The folder "
    "cases/ holds one folder for each case or project: history.jsonl is the record itself, the other files say the "
    "same to read. manifest.json says what was asked for and names every file with its SHA-256; record/ holds the "
    "signature."
)
README_UNSIGNED = N_(
    "This bundle has no signed head (a head tells how many entries the whole record has, so it goes to who may read "
    "the sending side of every case in the bundle, whatever the cases hold). Check it with:  python3 -I verify.py "
    "--unsigned  and have the printed SHA-256 of manifest.json compared with the record."
)


class _Counted(RawIOBase):
    """A file inside the ZIP, counted and hashed while it is written."""

    def __init__(self, inside: IO[bytes]) -> None:
        super().__init__()
        self.inside, self.size, self.hash = inside, 0, hashlib.sha256()

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: Any) -> int:
        """Take more of it."""
        self.hash.update(content)
        self.size += len(content)
        return self.inside.write(content)

    def tell(self) -> int:
        """How much was written."""
        return self.size


@dataclass(frozen=True)
class Missing:
    """A document whose stored file is gone or was changed, and so is not here."""

    case: str
    document: str
    why: str


class BundleWriter:
    """Files one after the other; what was written is known by path, size and SHA-256 alone."""

    def __init__(self, out: RawIOBase, bundle_id: str, wanted: Wanted) -> None:
        self.zip = ZipFile(cast(IO[bytes], out), "w", ZIP_DEFLATED)
        self.bundle_id, self.wanted, self.at = bundle_id, wanted, clock.now()
        self.files: list[dict[str, Any]] = []
        self.cases: list[dict[str, Any]] = []
        self.missing: list[Missing] = []
        self.entries = 0

    @contextmanager
    def file(self, path: str, *, is_named: bool = True, is_packed: bool = False) -> Iterator[IO[bytes]]:
        """Write a file; is_named: the manifest names it; is_packed: it would not become smaller."""
        about = ZipInfo(path, self.at.timetuple()[:6])
        about.compress_type = ZIP_STORED if is_packed else ZIP_DEFLATED
        about.external_attr = 0o600 << 16
        with self.zip.open(about, "w", force_zip64=True) as inside:
            counted = _Counted(inside)
            yield cast(IO[bytes], counted)
        if is_named:
            self.files.append({"path": path, "sha256": counted.hash.hexdigest(), "size": counted.size})

    def add(self, path: str, content: bytes, *, is_named: bool = True, is_packed: bool = False) -> None:
        """The same of what is known already."""
        with self.file(path, is_named=is_named, is_packed=is_packed) as out:
            out.write(content)

    def write_case(self, history: CaseHistory) -> Iterator[str]:
        """One case's folder; answers with the path of each file that is written."""
        reference = history.sight.reference
        for wanted in dict.fromkeys((ExportFormat.JSONL, *map(ExportFormat, self.wanted.formats))):
            path = f"cases/{reference}/history.{wanted}"
            with self.file(path, is_packed=wanted in (ExportFormat.PDF, ExportFormat.XLSX)) as out:
                write_history(history, wanted, out)
            yield path
        if self.wanted.documents and history.sight.erased_on is None:
            yield from self._write_documents(history)
        chains = [as_told(chain) for chain in history.chains]
        self.cases.append({"reference": reference, "entries": history.entries, "chains": chains})
        self.entries += history.entries

    def _write_documents(self, history: CaseHistory) -> Iterator[str]:
        reference = history.sight.reference
        for document in documents.list_documents(history.sight):
            path = f"cases/{reference}/documents/{document.id}.{storage.SUFFIXES[document.media_type]}"
            try:
                content = storage.read(document.storage_key, document.sha256)
            except NotFound:
                self.missing.append(Missing(reference, document.id, _("Its file is gone.")))
            except Refused as refused:
                self.missing.append(Missing(reference, document.id, str(refused.message)))
            else:
                self.add(path, content, is_packed=True)
                yield path

    def write_manifest(self, *, is_signed: bool) -> str:
        """What is in it, with what explains and checks it; answers the manifest's SHA-256."""
        words = [_(README), _(ABOUT_ASYLUM)] + ([] if is_signed else [_(README_UNSIGNED)])
        self.add("README.txt", ("\n\n".join(words) + "\n").encode("utf-8"))
        self.add("verify.py", Path(verify.__file__).read_bytes())
        manifest = {
            "format": FORMAT, "id": self.bundle_id, "written_at": canon(self.at), "asylum": _(ABOUT_ASYLUM),
            "asked": self.wanted.plain(), "signed": is_signed, "missing": [asdict(each) for each in self.missing],
            "cases": sorted(self.cases, key=lambda case: str(case["reference"])),
            "files": sorted(self.files, key=lambda file: str(file["path"])),
        }  # fmt: skip
        content = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8") + b"\n"
        self.add("manifest.json", content, is_named=False)
        return hashlib.sha256(content).hexdigest()

    def write_record(
        self, keys: Iterable[PublicKey], head: Head, entry: Place, body: str, places: Iterable[Place]
    ) -> None:
        """The signed head, the entry that names the manifest, and every chain's newest entry under the head."""
        lines = b"".join(canonical_json(asdict(key)).encode() + b"\n" for key in keys)
        self.add("record/keys.jsonl", lines, is_named=False)
        self.add("record/head.json", head.line([]), is_named=False)
        self.add("record/entry.json", _told(entry, body=body), is_named=False)
        with self.file("record/chains.jsonl", is_named=False) as out:
            for place in places:
                out.write(_told(place))

    def close(self) -> None:
        """End the file."""
        self.zip.close()


def _told(place: Place, **more: str) -> bytes:
    return canonical_json({**asdict(place), **more}).encode("utf-8") + b"\n"
