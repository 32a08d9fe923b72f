"""Checks a bundle of case histories, offline and without the program that made it.

    python3 -I verify.py [bundle.zip or folder] [--key NAME] [--unsigned]

Names the first thing that does not fit and ends with 1; with 0 it says what was checked, and what that does not prove.
docs/bundle.md of the program tells the format and the order. Needs Python 3.9 or later, nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NoReturn

MANIFEST = "manifest.json"
KEYS, HEAD, ENTRY, CHAINS = "record/keys.jsonl", "record/head.json", "record/entry.json", "record/chains.jsonl"
RECORD = (KEYS, HEAD, ENTRY, CHAINS)
_NAME = re.compile(r"(?!\.)[A-Za-z0-9._-]+(/(?!\.)[A-Za-z0-9._-]+)*")
_HASH, _SALT = re.compile(r"[0-9a-f]{64}"), re.compile(r"([0-9a-f]{2})*")
COUNTED = {"cases": "case", "chains": "chain", "entries": "entry", "values": "value", "erased values": "erased value",
           "documents": "document", "files": "file"}  # fmt: skip
NOT_PROVEN = """This does not prove:
- that the key is the right one: compare its name with the one that you were told on another way (or give it: --key);
- that this verify.py is the right one: compare its SHA-256, too, or take it from somewhere else;
- what the cases hold beyond what the asker could see, or what was recorded after the bundle was made;
- that what was recorded is true; a value that was erased is not here, and only its place is shown."""


class Fault(Exception):
    """The first thing that does not fit: in which file, and where in it."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}")
        self.file, self.what = file, what


class Bundle:
    """The files of a bundle, in a ZIP or in a folder."""

    def __init__(self, path: str) -> None:
        self.path, self.zip = path, None
        if os.path.isdir(path):
            self.names = [
                os.path.relpath(os.path.join(folder, name), path).replace(os.sep, "/")
                for folder, _folders, names in os.walk(path) for name in names
            ]  # fmt: skip
            return
        try:
            self.zip = zipfile.ZipFile(path)
        except Exception as error:  # whatever a damaged file makes the library raise
            raise Fault("bundle", f"is no whole ZIP ({error})") from None
        self.names = [name for name in self.zip.namelist() if not name.endswith("/")]

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a file, piece by piece."""
        try:
            path = os.path.join(self.path, *name.split("/"))
            inside = self.zip.open(name) if self.zip else open(path, "rb")  # noqa: SIM115  # closed below
            with inside as file:
                while piece := file.read(1 << 20):
                    yield piece
        except Exception as error:  # as above
            raise Fault(name, f"cannot be read ({error})") from None

    def lines(self, name: str) -> Iterator[Any]:
        """What each line of a file says (JSON)."""
        rest = b""
        for piece in self.pieces(name):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield read_json(name, line)
        if rest:
            raise Fault(name, "its last line is not whole")

    def json(self, name: str) -> Any:
        """What a file says (JSON)."""
        return read_json(name, b"".join(self.pieces(name)))


def sha(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_json(name: str, content: bytes) -> Any:
    """What the text says."""
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Fault(name, f"is no JSON ({error})") from None


def canonical(value: Any) -> bytes:
    """JSON as it was signed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def take(file: str, told: Any, **kinds: type) -> list[Any]:
    """The members of these names and kinds; Fault where one is missing or something else."""
    if not isinstance(told, dict):
        raise Fault(file, "says something else than it should")
    for name, kind in kinds.items():
        if type(told.get(name)) is not kind:
            raise Fault(file, f"says nothing fit for {name}")
    return [told[name] for name in kinds]


# 1. The files, as the manifest names them


def check_names(bundle: Bundle) -> None:
    """Every name is a plain one, and there once."""
    seen: set[str] = set()
    for name in sorted(bundle.names):
        if not _NAME.fullmatch(name):
            raise Fault(name, "has a name that no file of a bundle has")
        if name in seen:
            raise Fault(name, "is there twice")
        seen.add(name)
    if MANIFEST not in seen:
        raise Fault(MANIFEST, "is missing")


def read_manifest(bundle: Bundle) -> tuple[dict[str, Any], str]:
    """What the manifest says, and its SHA-256."""
    content = b"".join(bundle.pieces(MANIFEST))
    told = read_json(MANIFEST, content)
    form, _signed, files, cases = take(MANIFEST, told, format=str, signed=bool, files=list, cases=list)
    if form != "casetracker.bundle/1":
        raise Fault(MANIFEST, "is of another format")
    for file in files:
        path, digest, size = take(MANIFEST, file, path=str, sha256=str, size=int)
        if not _HASH.fullmatch(digest) or path == MANIFEST or path in RECORD or size < 0:
            raise Fault(MANIFEST, f"names {path} as it cannot be")
    paths = [file["path"] for file in files]
    if paths != sorted(set(paths)):
        raise Fault(MANIFEST, "does not name the files in their order")
    for case in cases:
        reference, chains = take(MANIFEST, case, reference=str, chains=list)
        if f"cases/{reference}/history.jsonl" not in paths:
            raise Fault(MANIFEST, f"names no history of case {reference}")
        for chain in chains:
            take(MANIFEST, chain, id=str, owner=str, part=str, length=int, head=str)
    references = [case["reference"] for case in cases]
    if references != sorted(set(references)):
        raise Fault(MANIFEST, "does not name the cases in their order")
    return told, sha(content)


def check_files(bundle: Bundle, manifest: dict[str, Any]) -> None:
    """Every file that the manifest names, as it names it, and no other."""
    due = {file["path"] for file in manifest["files"]} | {MANIFEST} | (set(RECORD) if manifest["signed"] else set())
    there = set(bundle.names)
    for name in sorted(due | there):
        if name not in there:
            raise Fault(name, "is missing")
        if name not in due:
            raise Fault(name, "belongs to no bundle of this manifest")
    for file in manifest["files"]:
        digest, size = hashlib.sha256(), 0
        for piece in bundle.pieces(file["path"]):
            digest.update(piece)
            size += len(piece)
            if size > file["size"]:
                break
        if size != file["size"] or digest.hexdigest() != file["sha256"]:
            what = "size" if size != file["size"] else "SHA-256"
            raise Fault(file["path"], f"is not what the manifest names ({what}){where(bundle, manifest, file['path'])}")


def where(bundle: Bundle, manifest: dict[str, Any], path: str) -> str:
    """Of a history that was changed: what its own chains say of the place."""
    for case in manifest["cases"]:
        if path == f"cases/{case['reference']}/history.jsonl":
            try:
                History(case, dict.fromkeys(COUNTED, 0)).check(bundle)
            except Fault as fault:
                return f"; {fault.what}"
    return ""


# 2. The signed head, and the entry of the record that names this manifest


def check_keys(bundle: Bundle) -> dict[str, str]:
    """Public keys by name, each endorsed by the one before."""
    keys: dict[str, str] = {}
    before: str | None = None
    for line in bundle.lines(KEYS):
        name, public, signature = take(KEYS, line, key_id=str, public=str, signature=str)
        statement = canonical(
            {"before": line.get("before"), "format": "casetracker.signing-key/1", "key": name, "public": public}
        )
        if not signed(public, signature, statement) or name != sha(bytes.fromhex(public))[:16]:
            raise Fault(KEYS, f"the key {name} is not signed by itself")
        if line.get("before") != before:
            raise Fault(KEYS, f"the key {name} does not follow the one before")
        if before and not signed(keys[before], line.get("before_signature"), statement):
            raise Fault(KEYS, f"the key {name} was not endorsed by {before}")
        before, keys[name] = name, public
    if not keys:
        raise Fault(KEYS, "names no key")
    return keys


def check_head(bundle: Bundle, keys: dict[str, str]) -> dict[str, Any]:
    """The signed root over the whole record."""
    head, signature = take(HEAD, bundle.json(HEAD), head=dict, signature=str)
    form, _at, name, root, size = take(HEAD, head, format=str, at=str, key=str, root=str, size=int)
    if form != "casetracker.signed-head/1" or not _HASH.fullmatch(root) or size < 1:
        raise Fault(HEAD, "is no signed head")
    if name not in keys or not signed(keys[name], signature, canonical(head)):
        raise Fault(HEAD, "is not signed by a key of this bundle")
    return dict(head)


def check_entry(bundle: Bundle, head: dict[str, Any], digest: str) -> None:
    """The record itself, under the head, names this manifest."""
    told = bundle.json(ENTRY)
    chain, seq, leaf, text = take(ENTRY, told, chain=str, seq=int, hash=str, body=str)
    if sha(text.encode("utf-8", "replace")) != leaf:
        raise Fault(ENTRY, f"entry {seq} of chain {chain} is not what its hash says")
    body = read_json(ENTRY, text.encode("utf-8", "replace"))
    kind, data, where, number = take(ENTRY, body, kind=str, data=dict, chain=str, seq=int)
    if (where, number) != (chain, seq) or kind != "bundle.made":
        raise Fault(ENTRY, "is not the entry of a bundle")
    if not is_under(head, told, leaf):
        raise Fault(ENTRY, f"entry {seq} of chain {chain} is not under the signed head")
    if data.get("manifest") != digest:
        raise Fault(MANIFEST, "is not the one that was recorded when the bundle was made")


def is_under(head: dict[str, Any], told: Any, leaf: str) -> bool:
    """Whether the proof leads from the entry's hash to the head's root (RFC 9162, 2.1.3.2)."""
    index, proof, last = told.get("position"), told.get("inclusion"), head["size"] - 1
    if type(index) is not int or type(proof) is not list or not 0 <= index <= last:
        return False
    if not all(isinstance(each, str) and _HASH.fullmatch(each) for each in (leaf, *proof)):
        return False
    node = sha(b"\x00" + bytes.fromhex(leaf))
    for other in proof:
        if not last:
            return False
        is_right = index & 1 or index == last
        node = sha(b"\x01" + bytes.fromhex(other + node if is_right else node + other))
        while is_right and index and not index & 1:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    return not last and node == head["root"]


# 3. The chains of each case


class History:
    """One case's history, line by line: entries chain by chain, each followed by its personal values."""

    def __init__(self, case: dict[str, Any], counts: dict[str, int]) -> None:
        self.reference, self.chains, self.counts = case["reference"], case["chains"], counts
        self.file = f"cases/{self.reference}/history.jsonl"
        self.papers: set[Any] = set()
        self.waiting = list(self.chains)
        self.chain: dict[str, Any] = {}
        self.seq, self.prev, self.body, self.values = 0, "", "", 0

    def check(self, bundle: Bundle) -> None:
        """Every line in its place; the last says how many there were."""
        lines, entries, end = bundle.lines(self.file), self.counts["entries"], None
        about = next(lines, None)
        line, reference, chains = take(self.file, about, line=str, reference=str, chains=list)
        if (line, reference, chains) != ("head", self.reference, self.chains):
            raise Fault(self.file, f"begins otherwise than the manifest says of case {self.reference}")
        for told in lines:
            if end is not None:
                raise Fault(self.file, "goes on after its end")
            (line,) = take(self.file, told, line=str)
            if line == "end":
                end = take(self.file, told, entries=int, values=int)
            elif line == "entry":
                self.entry(*take(self.file, told, chain=str, seq=int, hash=str, body=str))
            elif line == "value":
                self.value(told, *take(self.file, told, chain=str, seq=int, hash=str))
            else:
                raise Fault(self.file, f"has a line that is none of a history ({line})")
        self.leave()
        if self.waiting:
            self.chain, self.seq = self.waiting[0], 0
            self.fault(1, "is missing")
        if end != [self.counts["entries"] - entries, self.values]:
            raise Fault(self.file, f"case {self.reference}: the end counts other entries or values than are here")
        self.counts["chains"] += len(self.chains)

    def fault(self, seq: int, what: str) -> NoReturn:
        """Say where."""
        where = f"chain {self.chain.get('id')} ({self.chain.get('part')})"
        raise Fault(self.file, f"case {self.reference}, {where}, entry {seq} {what}")

    def leave(self) -> None:
        """The chain ends here: with the entry that the manifest calls its head."""
        if self.chain and (self.seq, self.prev) != (self.chain["length"], self.chain["head"]):
            self.fault(self.seq + 1, "is missing, or the newest is not the head")

    def entry(self, chain: str, seq: int, digest: str, text: str) -> None:
        """An entry is its body's hash and follows the one before."""
        if chain != self.chain.get("id"):
            self.leave()
            if not self.waiting or self.waiting[0]["id"] != chain:
                self.fault(self.seq + 1, f"is followed by chain {chain}, which does not come next")
            self.chain = self.waiting.pop(0)
            self.seq, self.prev = 0, sha(f"{self.chain['owner']}/{self.chain['part']}".encode())
        if seq != self.seq + 1:
            self.fault(self.seq + 1, "is missing or out of its place")
        content = text.encode("utf-8", "replace")
        if sha(content) != digest:
            self.fault(seq, "is not what its hash says")
        body = read_json(self.file, content)
        *told, rows = take(self.file, body, chain=str, seq=int, prev=str, rows=list)
        if told != [chain, seq, self.prev]:
            self.fault(seq, "does not follow the one before")
        self.seq, self.prev, self.body = seq, digest, text
        self.counts["entries"] += 1
        for row in rows:
            if isinstance(row, list) and row[:2] == ["insert", "document"] and isinstance(row[-1], dict):
                self.papers.add(row[-1].get("sha256"))

    def value(self, told: Any, chain: str, seq: int, digest: str) -> None:
        """A personal value is what its hash says, which stands in the entry before; an erased one is empty."""
        if (chain, seq) != (self.chain.get("id"), self.seq) or digest not in self.body:
            self.fault(seq, f"does not name the value {digest}")
        salt, value = told.get("salt"), told.get("value")
        self.values += 1
        if salt is None and value is None:
            self.counts["erased values"] += 1
            return
        salt, value = take(self.file, told, salt=str, value=str)
        if not _SALT.fullmatch(salt) or sha(bytes.fromhex(salt) + value.encode("utf-8", "replace")) != digest:
            self.fault(seq, f"has a value that is not what its hash {digest} says")
        self.counts["values"] += 1


def check_cases(bundle: Bundle, manifest: dict[str, Any], counts: dict[str, int]) -> None:
    """Each case's chains are whole, and its documents are those that they name."""
    files = manifest["files"]
    for case in manifest["cases"]:
        history = History(case, counts)
        history.check(bundle)
        for file in files:
            if file["path"].startswith(f"cases/{case['reference']}/documents/"):
                if file["sha256"] not in history.papers:
                    raise Fault(file["path"], f"is no document of case {case['reference']}")
                counts["documents"] += 1
        counts["cases"] += 1


def check_chains(bundle: Bundle, manifest: dict[str, Any], head: dict[str, Any]) -> None:
    """The newest entry of every chain stands under the signed head."""
    lines = bundle.lines(CHAINS)
    for case in manifest["cases"]:
        for chain in case["chains"]:
            told = next(lines, None)
            where, seq, leaf = take(CHAINS, told, chain=str, seq=int, hash=str)
            if (where, seq, leaf) != (chain["id"], chain["length"], chain["head"]) or not is_under(head, told, leaf):
                what = f"entry {chain['length']} of chain {chain['id']} ({chain['part']}, case {case['reference']})"
                raise Fault(CHAINS, f"{what} is not under the signed head")
    if next(lines, None) is not None:
        raise Fault(CHAINS, "names a chain that no case has")


# 4. Ed25519 (RFC 8032, 5.1), to check signatures without any package

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int, int, int]


def _add(one: _Point, other: _Point) -> _Point:
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point, number = _add(point, point), number >> 1
    return found


def _point(content: bytes) -> _Point | None:
    """The point that 32 bytes name (5.1.3), None where they name none."""
    y = int.from_bytes(content, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if y >= _P or (x * x - square) % _P or (not x and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def signed(public: Any, signature: Any, content: bytes) -> bool:
    """Whether the signature over the content is by this key (both hexadecimal, or whatever was found)."""
    try:
        return _is_signed(bytes.fromhex(public), bytes.fromhex(signature), content)
    except (TypeError, ValueError):
        return False


@lru_cache(maxsize=64)
def _is_signed(public: bytes, signature: bytes, content: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = _point(public), int.from_bytes(signature[32:], "little")
    if key is None or _BASE is None or s >= _L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + content).digest(), "little") % _L
    x, y, z, _t = _add(_times(s, _BASE), _times(_L - k, key))
    over = pow(z, -1, _P)
    x, y = x * over % _P, y * over % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# 5. All of it, in this order


def verify(path: str, key: str = "", unsigned: bool = False) -> str:
    """What was checked, in a few lines; Fault at the first thing that does not fit."""
    bundle = Bundle(path)
    check_names(bundle)
    manifest, digest = read_manifest(bundle)
    if not manifest["signed"] and not unsigned:
        raise Fault(MANIFEST, "says that no signed head is here. Where that is known: --unsigned")
    check_files(bundle, manifest)
    head, first = None, ""
    if manifest["signed"]:
        keys = check_keys(bundle)
        first = next(iter(keys))
        if key and key not in keys:
            raise Fault(KEYS, f"does not hold the key {key}")
        head = check_head(bundle, keys)
        check_entry(bundle, head, digest)
    counts = dict.fromkeys(COUNTED, 0)
    check_cases(bundle, manifest, counts)
    if head:
        check_chains(bundle, manifest, head)
    counts["files"] = len(bundle.names)
    named = [f"{number} {COUNTED[name] if number == 1 else name}" for name, number in counts.items() if number]
    told = ["Whole: " + ", ".join(named) + "."]
    if head:
        told.append(f"Signed {head['at']} over {head['size']} entries by the key {head['key']} (first key: {first}).")
    else:
        told.append(f"NOT SIGNED. Ask who gave it for the manifest's SHA-256 in the record, and compare: {digest}")
    return "\n".join([*told, NOT_PROVEN])


def main() -> int:
    """The command; answers how it ends."""
    parser = argparse.ArgumentParser(description="Check a bundle of case histories.")
    own = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("bundle", nargs="?", default=own, help="the ZIP, or the folder it was unpacked into")
    parser.add_argument("--key", default="", help="the name of a signing key that has to be among the bundle's")
    parser.add_argument("--unsigned", action="store_true", help="take a bundle without a signed head, too")
    wanted = parser.parse_args()
    try:
        sys.stdout.write(verify(wanted.bundle, wanted.key, wanted.unsigned) + "\n")
    except Fault as fault:
        sys.stderr.write(f"DOES NOT FIT: {fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
