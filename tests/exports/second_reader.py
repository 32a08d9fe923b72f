"""A second checker of bundles, written after docs/bundle.md alone and built otherwise: it loads everything, asks all
questions of each part at once, and knows the first answer by the order of the list."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Doubt = tuple[str, str]
"""(file, what is wrong with it)."""
HEX64 = re.compile(r"[0-9a-f]{64}\Z")


class Unreadable:
    """Stands in the place of a content that does not come out."""


def look(place: Path, *, key: str | None = None, takes_unsigned: bool = False) -> Doubt | None:
    """The first doubt, None without any."""
    try:
        inside = _zip(place) if place.is_file() else _folder(place)
    except Exception as error:
        return "bundle", str(error)
    return next(_Doubts(inside, key, takes_unsigned).all(), None)


def _zip(place: Path) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    with zipfile.ZipFile(place) as archive:
        for info in archive.infolist():
            if info.filename.endswith("/"):
                continue
            try:
                found.append((info.filename, archive.read(info.filename)))
            except Exception:
                found.append((info.filename, Unreadable()))
    return found


def _folder(place: Path) -> list[tuple[str, Any]]:
    return [(str(each.relative_to(place)), each.read_bytes()) for each in place.rglob("*") if each.is_file()]


class _Doubts:
    def __init__(self, inside: list[tuple[str, Any]], key: str | None, takes_unsigned: bool) -> None:
        self.names = Counter(name for name, _content in inside)
        self.inside, self.key, self.takes_unsigned = dict(inside), key, takes_unsigned

    def all(self) -> Iterator[Doubt]:
        """Every doubt in the order of the list, as far as the next question can be asked at all."""
        yield from self.names_fit()
        manifest = self.manifest()
        if manifest is None:
            yield "manifest.json", "is no manifest"
            return
        if manifest["signed"] is False and not self.takes_unsigned:
            yield "manifest.json", "is not signed"
        yield from self.files_fit(manifest)
        if manifest["signed"]:
            yield from self.record_fits(manifest)
        for case in manifest["cases"]:
            yield from _Case(case, self.inside, manifest).doubts()
        if manifest["signed"]:
            yield from self.ends_fit(manifest)

    def names_fit(self) -> Iterator[Doubt]:
        for name in sorted(self.names):
            parts = name.split("/")
            if not all(re.fullmatch("[A-Za-z0-9_-][A-Za-z0-9._-]*", part) for part in parts):
                yield name, "is a name that cannot be"
            elif self.names[name] > 1:
                yield name, "is there more than once"
        if "manifest.json" not in self.names:
            yield "manifest.json", "is missing"

    def manifest(self) -> Any:
        told = as_json(self.inside.get("manifest.json"))
        try:
            paths = [file["path"] for file in told["files"]]
            references = [case["reference"] for case in told["cases"]]
            fits = (
                told["format"] == "casetracker.bundle/1"
                and isinstance(told["signed"], bool)
                and all(
                    HEX64.match(each["sha256"]) and type(each["size"]) is int and each["size"] >= 0
                    and isinstance(each["path"], str) for each in told["files"]
                )
                and not any(p == "manifest.json" or p in RECORD for p in paths)
                and paths == sorted(paths) and len(paths) == len(set(paths))
                and references == sorted(references) and len(references) == len(set(references))
                and all(f"cases/{reference}/history.jsonl" in paths for reference in references)
                and all(
                    [type(chain[name]) for name in CHAIN] == [str, str, str, int, str]
                    for case in told["cases"] for chain in case["chains"]
                )
            )  # fmt: skip
        except (TypeError, KeyError):
            return None
        return told if fits else None

    def files_fit(self, manifest: Any) -> Iterator[Doubt]:
        due = {file["path"] for file in manifest["files"]} | {"manifest.json"}
        due |= set(RECORD) if manifest["signed"] else set()
        for name in sorted(due ^ set(self.inside)):
            yield name, "is missing" if name in due else "is too much"
        for file in manifest["files"]:
            content = self.inside.get(file["path"])
            if not isinstance(content, bytes) or len(content) != file["size"] or sha(content) != file["sha256"]:
                yield file["path"], "is not what the manifest says"

    def record_fits(self, manifest: Any) -> Iterator[Doubt]:
        keys: dict[str, str] = {}
        for told in as_lines(self.inside["record/keys.jsonl"]) or [None]:
            if not _is_key(told, keys):
                yield "record/keys.jsonl", "is no row of keys"
                return
            keys[told["key_id"]] = told["public"]
        if self.key and self.key not in keys:
            yield "record/keys.jsonl", "has not the key"
        head = as_json(self.inside["record/head.json"])
        if not _is_head(head, keys):
            yield "record/head.json", "is no signed head"
            return
        self.head = head["head"]
        entry = as_json(self.inside["record/entry.json"])
        if not self._is_entry(entry):
            yield "record/entry.json", "is not the entry of this bundle's making"
            return
        if json.loads(entry["body"])["data"].get("manifest") != sha(self.inside["manifest.json"]):
            yield "manifest.json", "is not the recorded one"

    def _is_entry(self, entry: Any) -> bool:
        try:
            body = json.loads(entry["body"])
            return (
                sha(entry["body"].encode()) == entry["hash"]
                and (body["chain"], body["seq"], body["kind"]) == (entry["chain"], entry["seq"], "bundle.made")
                and isinstance(body["data"], dict) and is_leaf(entry, self.head)
            )  # fmt: skip
        except (TypeError, KeyError, ValueError, AttributeError):
            return False

    def ends_fit(self, manifest: Any) -> Iterator[Doubt]:
        told = as_lines(self.inside["record/chains.jsonl"])
        due = [(chain["id"], chain["length"], chain["head"]) for case in manifest["cases"] for chain in case["chains"]]
        try:
            fits = told is not None and [(each["chain"], each["seq"], each["hash"]) for each in told] == due
            if not fits or not all(is_leaf(each, self.head) for each in told or ()):
                yield "record/chains.jsonl", "does not prove the ends of the chains"
        except (TypeError, KeyError):
            yield "record/chains.jsonl", "is no row of proofs"


CHAIN = ("id", "owner", "part", "length", "head")
RECORD = ("record/keys.jsonl", "record/head.json", "record/entry.json", "record/chains.jsonl")


class _Case:
    """One case: its history read whole, then asked."""

    def __init__(self, case: Any, inside: dict[str, Any], manifest: Any) -> None:
        self.case, self.inside, self.manifest = case, inside, manifest
        self.path = f"cases/{case['reference']}/history.jsonl"

    def doubts(self) -> Iterator[Doubt]:
        lines = as_lines(self.inside[self.path])
        papers: set[str] = set()
        try:
            is_whole = lines is not None and self._is_whole(lines, papers)
        except (TypeError, KeyError, ValueError, IndexError, AttributeError):
            is_whole = False
        if not is_whole:
            yield self.path, "is not whole"
        for file in self.manifest["files"]:
            if file["path"].startswith(f"cases/{self.case['reference']}/documents/") and file["sha256"] not in papers:
                yield file["path"], "is in no entry"

    def _is_whole(self, lines: list[Any], papers: set[str]) -> bool:
        first, *middle, last = lines
        if (first["line"], first["reference"], first["chains"]) != (
            "head", self.case["reference"], self.case["chains"],
        ):  # fmt: skip
            return False
        kinds = Counter(each["line"] for each in middle)
        if last["line"] != "end" or set(kinds) - {"entry", "value"}:
            return False
        if (last["entries"], last["values"]) != (kinds["entry"], kinds["value"]):
            return False
        due = [(chain["id"], number) for chain in self.case["chains"] for number in range(1, chain["length"] + 1)]
        entries = [each for each in middle if each["line"] == "entry"]
        if [(each["chain"], each["seq"]) for each in entries] != due:
            return False
        return self._are_linked(entries, papers) and self._values_fit(middle)

    def _are_linked(self, entries: list[Any], papers: set[str]) -> bool:
        for chain in self.case["chains"]:
            before = sha(f"{chain['owner']}/{chain['part']}".encode())
            for entry in (each for each in entries if each["chain"] == chain["id"]):
                body = json.loads(entry["body"])
                if sha(entry["body"].encode()) != entry["hash"]:
                    return False
                if (body["chain"], body["seq"], body["prev"]) != (chain["id"], entry["seq"], before):
                    return False
                before = entry["hash"]
                papers |= {
                    cells["sha256"] for op, table, _key, cells in body["rows"] if (op, table) == ("insert", "document")
                }
            if before != chain["head"]:
                return False
        return True

    def _values_fit(self, middle: list[Any]) -> bool:
        entry: Any = None
        for each in middle:
            if each["line"] == "entry":
                entry = each
                continue
            if (each["chain"], each["seq"]) != (entry["chain"], entry["seq"]) or each["hash"] not in entry["body"]:
                return False
            if each["salt"] is None and each["value"] is None:
                continue
            if sha(bytes.fromhex(each["salt"]) + each["value"].encode()) != each["hash"]:
                return False
        return True


def _is_key(told: Any, before: dict[str, str]) -> bool:
    try:
        last = list(before)[-1] if before else None
        statement = {"before": told["before"], "format": "casetracker.signing-key/1", "key": told["key_id"],
                     "public": told["public"]}  # fmt: skip
        by = [(told["public"], told["signature"])]
        if last is not None:
            by.append((before[last], told["before_signature"]))
        return (
            told["before"] == last and told["key_id"] == sha(bytes.fromhex(told["public"]))[:16]
            and all(is_signed(public, signature, statement) for public, signature in by)
        )  # fmt: skip
    except (TypeError, KeyError, ValueError):
        return False


def _is_head(told: Any, keys: dict[str, str]) -> bool:
    try:
        head = told["head"]
        return (
            head["format"] == "casetracker.signed-head/1" and type(head["size"]) is int and head["size"] > 0
            and bool(HEX64.match(head["root"])) and isinstance(head["at"], str)
            and is_signed(keys[head["key"]], told["signature"], head)
        )  # fmt: skip
    except (TypeError, KeyError, ValueError):
        return False


def is_signed(public: str, signature: str, told: Any) -> bool:
    """Whether the key signed the canonical JSON."""
    content = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def is_leaf(told: Any, head: Any) -> bool:
    """Whether RFC 6962's audit path leads from the entry to the root: by the recursion of its section 2.1.1."""
    leaf, position, proof = told["hash"], told["position"], list(told["inclusion"])
    if type(position) is not int or not 0 <= position < head["size"]:
        return False
    if not all(HEX64.match(each) for each in (leaf, *proof)):
        return False
    sides = _sides(position, head["size"])
    if len(sides) != len(proof):
        return False
    start = sha(b"\x00" + bytes.fromhex(leaf))
    steps = zip(sides, proof, strict=True)
    return reduce(lambda node, step: _node(node, *step), steps, start) == head["root"]


def _sides(position: int, size: int) -> list[str]:
    """On which side the other subtree lies, from the leaf to the root."""
    if size == 1:
        return []
    half = 1 << (size - 1).bit_length() - 1
    if position < half:
        return [*_sides(position, half), "right"]
    return [*_sides(position - half, size - half), "left"]


def _node(node: str, side: str, other: str) -> str:
    return sha(b"\x01" + bytes.fromhex(node + other if side == "right" else other + node))


def sha(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def as_json(content: Any) -> Any:
    """What it says; None where it says nothing."""
    try:
        return json.loads(content.decode())
    except (AttributeError, ValueError, RecursionError):
        return None


def as_lines(content: Any) -> list[Any] | None:
    """What each line says; None where one says nothing."""
    if not isinstance(content, bytes) or not content.endswith(b"\n"):
        return None
    lines = [as_json(line) for line in content[:-1].split(b"\n")]
    return None if None in lines else lines
