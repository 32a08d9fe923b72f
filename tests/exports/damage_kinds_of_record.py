"""More kinds of damage: of the manifest, of the signature and its keys, of the proofs, and of the ZIP around them."""

from __future__ import annotations

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.exports.damage_kinds import flipped, kind
from tests.exports.damages import (
    HASHED,
    NOT_HASHED,
    RECORD,
    SIGNED,
    Damaged,
    canonical,
    key_line,
    rehash,
    resign,
    sha,
    sign,
)


@kind(SIGNED)
def a_manifest_with_another_chain(it: Damaged) -> None:
    manifest = it.manifest
    chain = it.rng.choice(it.rng.choice(manifest["cases"])["chains"])
    chain[it.rng.choice(["head", "owner", "part"])] = "0" * 64
    it.say(manifest)


@kind(NOT_HASHED, SIGNED)
def a_manifest_of_another_shape(it: Damaged) -> None:
    manifest, how = it.manifest, it.rng.randrange(7)
    if how == 0:
        manifest["format"] = "casetracker.bundle/2"
    elif how == 1:
        del manifest[it.rng.choice(["cases", "signed", "format"])]
    elif how == 2:
        manifest["cases"] = manifest["cases"] * 2
    elif how == 3:
        manifest["cases"][0]["reference"] = "EE-1999-00001"
    elif how == 4:
        manifest["cases"] = manifest["cases"][::-1]
    elif how == 5:
        manifest["cases"][0]["chains"][0]["length"] = "1"
    else:
        manifest["signed"] = "yes"
    it.say(manifest)


@kind(NOT_HASHED)
def a_manifest_in_another_order(it: Damaged) -> None:
    manifest = it.manifest
    it.rng.choice([manifest["files"].reverse, lambda: manifest["files"].append(manifest["files"][0])])()
    it.say(manifest)


@kind(NOT_HASHED)
def the_signature_taken_away(it: Damaged) -> None:
    it.say(it.manifest | {"signed": False})
    for name in RECORD if it.rng.random() < 0.5 else RECORD[:2]:
        del it.files[name]


@kind(NOT_HASHED)
def another_signature(it: Damaged) -> None:
    told = json.loads(it.files["record/head.json"])
    told["signature"] = flipped(it, bytes.fromhex(told["signature"])).hex()
    it.put("record/head.json", [told])


@kind(NOT_HASHED)
def another_head(it: Damaged) -> None:
    told = json.loads(it.files["record/head.json"])
    told["head"] |= it.rng.choice([{"size": told["head"]["size"] + 1}, {"root": "0" * 64}, {"at": "2020-01-01"}])
    it.put("record/head.json", [told])


@kind(NOT_HASHED)
def the_head_of_another_bundle(it: Damaged) -> None:
    it.files["record/head.json"] = it.other["record/head.json"]


@kind(NOT_HASHED)
def the_record_of_another_bundle(it: Damaged) -> None:
    it.files |= {name: it.other[name] for name in RECORD}


@kind(NOT_HASHED)
def the_proofs_of_another_bundle(it: Damaged) -> None:
    it.files |= {name: it.other[name] for name in (RECORD[1], RECORD[2])}
    it.files["manifest.json"] = it.other["manifest.json"]


def new_key(it: Damaged) -> Ed25519PrivateKey:
    """Somebody else's key."""
    return Ed25519PrivateKey.from_private_bytes(it.rng.randbytes(32))


@kind(NOT_HASHED)
def somebody_else_s_key(it: Damaged) -> None:
    it.put("record/keys.jsonl", [key_line(new_key(it))])


@kind(HASHED)
def everything_signed_by_somebody_else(it: Damaged) -> None:
    key = it.key = new_key(it)
    it.put("record/keys.jsonl", [key_line(key)])
    rehash(it)
    resign(it)


@kind(NOT_HASHED)
def a_key_that_nobody_endorsed(it: Damaged) -> None:
    key, first = new_key(it), it.lines("record/keys.jsonl")
    told = key_line(key, it.key)
    told |= it.rng.choice([
        {"before_signature": key_line(key, new_key(it))["before_signature"]}, {"before": None},
        {"before_signature": None}, {"key_id": "0" * 16}, {"signature": "00" * 64},
    ])  # fmt: skip
    it.put("record/keys.jsonl", [*first, told])


@kind(NOT_HASHED)
def signed_by_nobody_s_key(it: Damaged) -> None:
    head = json.loads(it.files["record/head.json"])["head"]
    sign(it, new_key(it), head["root"], head["size"])


@kind(NOT_HASHED)
def another_entry(it: Damaged) -> None:
    entry = json.loads(it.files["record/entry.json"])
    body = json.loads(entry["body"])
    how = it.rng.randrange(5)
    if how == 0:
        body["data"]["manifest"] = "0" * 64
    elif how == 1:
        body["kind"] = "bundle.asked"
    elif how == 2:
        entry["seq"] += 1
    elif how == 3:
        entry["position"] += it.rng.choice([-1, 1])
    else:
        entry["inclusion"] = entry["inclusion"][1:] or ["0" * 64]
    entry["body"] = canonical(body).decode()
    if it.rng.random() < 0.5:
        entry["hash"] = sha(entry["body"].encode())
    it.put("record/entry.json", [entry])


@kind(NOT_HASHED)
def other_proofs(it: Damaged) -> None:
    told = it.lines("record/chains.jsonl")
    how, place = it.rng.randrange(6), it.rng.randrange(len(told))
    if how == 0:
        del told[place]
    elif how == 1:
        told.insert(place, told[place])
    elif how == 2:
        told[place]["position"] += 1
    elif how == 3:
        told[place]["inclusion"] = [*told[place]["inclusion"], "0" * 64]
    elif how == 4:
        told[place]["hash"] = "0" * 64
    else:
        told[0], told[-1] = told[-1], told[0]
    it.put("record/chains.jsonl", told)


@kind(NOT_HASHED)
def a_zip_cut_off(it: Damaged) -> None:
    it.raw = lambda content: content[: it.rng.randrange(len(content) - 1)]


@kind(NOT_HASHED)
def bits_of_the_zip(it: Damaged) -> None:
    def flip(content: bytes) -> bytes:
        for _ in range(it.rng.randrange(1, 12)):
            content = flipped(it, content)
        return content

    it.raw = flip


@kind(NOT_HASHED)
def a_name_twice(it: Damaged) -> None:
    it.twice.append(it.rng.choice(sorted(it.files)))


@kind(NOT_HASHED, HASHED)
def a_name_that_cannot_be(it: Damaged) -> None:
    name = it.rng.choice(["../evil", "/etc/passwd", "cases/.hidden", "a b", "ö.txt", "cases/../x", "c:x", "x//y"])
    it.files[name] = b"x"
