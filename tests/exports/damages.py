"""Bundles that are not what they were: every kind of damage, by seed, from one small bundle."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casetracker.audit.keys import id_of, key_statement
from casetracker.audit.tree import Edge, inclusion_proof, leaf_hash

RECORD = ("record/keys.jsonl", "record/head.json", "record/entry.json", "record/chains.jsonl")
Files = dict[str, bytes]
NOT_HASHED, HASHED, SIGNED = range(3)
"""How far whoever did it went on: not at all; as far as the manifest; with the key of the record itself."""


@dataclass
class Damaged:
    """A bundle in the making: its files, and names that are there twice; `raw`: what becomes of the ZIP's bytes."""

    files: Files
    other: Files
    rng: Random
    key: Ed25519PrivateKey
    twice: list[str] = field(default_factory=list)
    raw: Callable[[bytes], bytes] = bytes

    @property
    def named(self) -> list[str]:
        """Files that the manifest names."""
        return sorted(set(self.files) - {"manifest.json", *RECORD})

    def history(self) -> str:
        """One of the histories."""
        return self.rng.choice([name for name in self.files if name.endswith("history.jsonl")])

    def lines(self, name: str) -> list[Any]:
        """What its lines say."""
        return [json.loads(line) for line in self.files[name].splitlines()]

    def put(self, name: str, told: list[Any]) -> None:
        """Write lines."""
        self.files[name] = b"".join(canonical(each) + b"\n" for each in told)

    @property
    def manifest(self) -> dict[str, Any]:
        """What the manifest says."""
        return dict(json.loads(self.files["manifest.json"]))

    def say(self, manifest: dict[str, Any]) -> None:
        """Write the manifest."""
        self.files["manifest.json"] = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode()

    def zipped(self) -> bytes:
        """The ZIP."""
        out = io.BytesIO()
        with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            warnings.simplefilter("ignore")  # a name that is there twice
            for name in [*self.files, *self.twice]:
                about = zipfile.ZipInfo(name)
                about.filename, about.compress_type = name, zipfile.ZIP_DEFLATED
                archive.writestr(about, self.files[name])
        return self.raw(out.getvalue())


def canonical(told: Any) -> bytes:
    """As the program writes it."""
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


# What whoever did it does to hide it


def rehash(it: Damaged) -> None:
    """Let the manifest name what is there now, and the chains as the histories tell them."""
    manifest = it.manifest
    manifest["files"] = [
        {"path": name, "sha256": sha(it.files[name]), "size": len(it.files[name])} for name in it.named
    ]  # fmt: skip
    it.say(manifest)


def resign(it: Damaged) -> None:
    """A head by the key of the record over the entry that names this manifest, and over all ends of chains."""
    entry = json.loads(it.files["record/entry.json"])
    body = json.loads(entry["body"])
    body["data"]["manifest"] = sha(it.files["manifest.json"])
    entry["body"] = canonical(body).decode()
    entry["hash"] = sha(entry["body"].encode())
    ends = [
        {"chain": chain["id"], "seq": chain["length"], "hash": chain["head"]}
        for case in it.manifest["cases"] for chain in case["chains"]
    ]  # fmt: skip
    told = [entry, *ends]
    leaves = [bytes.fromhex(each["hash"]) for each in told]
    edge = Edge()
    for leaf in leaves:
        edge.append(leaf)

    def node(level: int, index: int) -> bytes:
        part = Edge()
        for leaf in leaves[index << level : (index + 1) << level]:
            part.append(leaf)
        return part.root() if level else leaf_hash(leaves[index])

    for position, each in enumerate(told):
        proof = inclusion_proof(position, len(leaves), node)
        each |= {"position": position, "inclusion": [digest.hex() for digest in proof]}
    it.put("record/entry.json", [entry])
    it.put("record/chains.jsonl", ends)
    sign(it, it.key, edge.root().hex(), len(leaves))


def sign(it: Damaged, key: Ed25519PrivateKey, root: str, size: int) -> None:
    """A head of this root by this key."""
    head = json.loads(it.files["record/head.json"])["head"] | {"root": root, "size": size, "key": name_of(key)}
    it.put("record/head.json", [{"head": head, "leaves": [], "signature": key.sign(canonical(head)).hex()}])


def public_of(key: Ed25519PrivateKey) -> str:
    """The public part, hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def name_of(key: Ed25519PrivateKey) -> str:
    """The key's name."""
    return id_of(public_of(key))


def key_line(key: Ed25519PrivateKey, before: Ed25519PrivateKey | None = None) -> dict[str, Any]:
    """The key as a bundle names it."""
    statement = key_statement(name_of(key), public_of(key), name_of(before) if before else None)
    return {
        "key_id": name_of(key), "public": public_of(key), "signature": key.sign(statement).hex(),
        "before": name_of(before) if before else None, "before_signature": before and before.sign(statement).hex(),
    }  # fmt: skip


def relink(it: Damaged, name: str, told: list[Any]) -> None:
    """Hashes of every entry from the first on, ends of the chains, and what the manifest says of them."""
    head = told[0]
    ends: dict[str, tuple[int, str]] = {}
    for each in told:
        if each["line"] == "entry":
            chain = next(c for c in head["chains"] if c["id"] == each["chain"])
            number, prev = ends.get(each["chain"], (0, sha(f"{chain['owner']}/{chain['part']}".encode())))
            body = json.loads(each["body"]) | {"prev": prev, "seq": number + 1}
            each["body"] = canonical(body).decode()
            each["seq"], each["hash"] = number + 1, sha(each["body"].encode())
            ends[each["chain"]] = (each["seq"], each["hash"])
    for chain in head["chains"]:
        chain["length"], chain["head"] = ends[chain["id"]]
    it.put(name, told)
    manifest = it.manifest
    for case in manifest["cases"]:
        if case["reference"] == head["reference"]:
            case["chains"] = head["chains"]
    it.say(manifest)
