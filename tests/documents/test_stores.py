"""Documents in S3-compatible storage: the same as in a folder, and a clear word where the storage is away."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import boto3
import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from casetracker.core.errors import NotFound, Unavailable
from casetracker.documents import commands, queries, storage, stores
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.queries import sight_of
from tests.factories.accounts import make_people
from tests.factories.cases import playroom_case
from tests.factories.documents import pdf, pdf_bytes

BUCKET = "documents"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Something that answers as S3 does, with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    bucket(f"http://{host}:{port}").create_bucket(Bucket=BUCKET)
    yield f"http://{host}:{port}"
    server.stop()


def bucket(endpoint: str) -> boto3.client:
    """What looks into the bucket past the program."""
    keys = {"aws_access_key_id": "tests", "aws_secret_access_key": "for tests alone"}
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)


def use(app: Flask, endpoint: str) -> None:
    """From now on documents lie there."""
    app.extensions.pop("document_bucket", None)
    app.config |= {"S3_BUCKET": BUCKET, "S3_ENDPOINT": endpoint, "S3_PREFIX": "kept/here", "S3_REGION": "us-east-1"}
    app.config |= {"S3_KEY_ID": "tests", "S3_SECRET": "for tests alone"}


@pytest.fixture
def stored(app: Flask, endpoint: str) -> Iterator[Flask]:
    """The program with its documents in an empty bucket."""
    before = dict(app.config)
    use(app, endpoint)
    yield app
    for key in storage.list_keys():
        storage.remove(key)
    app.config |= before
    app.extensions.pop("document_bucket", None)


def test_a_document_lies_sealed_in_the_bucket_and_comes_back(stored: Flask, endpoint: str) -> None:
    people = make_people()
    family = playroom_case(people)
    command = commands.AddDocument(dossier_id=family.dossier_id, part="sending", kind=DocumentKind.BOOKING,
                                   title="Tickets", upload=pdf(mark="canary"), person_id=family.spouse)  # fmt: skip
    document_id = commands.add_document(command, actor=people.caseworker_tallinn)
    document = queries.get_document(sight_of(people.caseworker_tallinn, family.reference), document_id)
    assert storage.read(document.storage_key, document.sha256) == pdf_bytes("canary")
    [lies] = bucket(endpoint).list_objects_v2(Bucket=BUCKET)["Contents"]
    assert lies["Key"] == f"kept/here/{document.storage_key[:2]}/{document.storage_key}"
    content = bucket(endpoint).get_object(Bucket=BUCKET, Key=lies["Key"])["Body"].read()
    assert b"canary" not in content and content == storage.read_as_stored(document.storage_key)
    assert [*queries.list_named()] == [*storage.list_keys()] == [document.storage_key]
    assert storage.remove_orphans(queries.list_named()) == 0


def test_the_bucket_does_all_that_the_folder_does(stored: Flask) -> None:
    keys = ["bb" + "b" * 24, "aa" + "a" * 24, "aa" + "c" * 24]
    for key in keys:
        storage.keep_as_stored(key, key.encode())
    storage.keep_as_stored(keys[0], b"another")
    assert [*storage.list_keys()] == sorted(keys)
    assert storage.read_as_stored(keys[0]) == b"another" and storage.is_stored(keys[1])
    assert storage.encrypt_plain_files() == 3 and storage.encrypt_plain_files() == 0
    for _again in range(2):
        storage.remove(keys[0])
    assert not storage.is_stored(keys[0])
    for name in (keys[0], "../../etc/passwd", "ab/cd", "ä" * 26, ""):
        with pytest.raises(NotFound):
            storage.read_as_stored(name)


def test_a_shelf_beside_the_documents_is_none_of_them(stored: Flask) -> None:
    stored.extensions.pop("bundles_bucket", None)
    key, other = "aa" + "a" * 24, "aa" + "b" * 24
    beside = stores.shelf("bundles")
    storage.keep_as_stored(key, b"a document")
    beside.write(other, b"a piece")
    assert [*storage.list_keys()] == [key], "nobody takes the piece for a document that was left behind"
    assert [name for name, _written in beside.listed()] == [other] and beside.read(other) == b"a piece"
    beside.remove(other)
    assert not beside.has(other) and storage.is_stored(key)
    storage.remove(key)
    stored.extensions.pop("bundles_bucket", None)


def test_a_store_that_is_away_answers_503_and_nothing_is_kept(
    stored: Flask, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "PATIENCE", stores.PATIENCE / 20)
    use(stored, "http://127.0.0.1:9")
    people = make_people()
    family = playroom_case(people)
    command = commands.AddDocument(dossier_id=family.dossier_id, part="sending", kind=DocumentKind.BOOKING,
                                   title="Tickets", upload=pdf(), person_id=family.spouse)  # fmt: skip
    with pytest.raises(Unavailable, match="does not answer"):
        commands.add_document(command, actor=people.caseworker_tallinn)
    assert [*queries.list_named()] == []
    for path in ("has", "read", "remove"):
        with pytest.raises(Unavailable):
            getattr(stores.store(), path)("a" * 26)
    for operators in ("tick", "encrypt-documents"):
        said = stored.test_cli_runner().invoke(args=[operators])
        assert said.exit_code == 1 and "Error: The store of documents does not answer" in said.output
    with stored.test_request_context():
        html, status, headers = stored.ensure_sync(stored.error_handler_spec[None][None][Unavailable])(
            Unavailable(stores.AWAY)
        )
    assert status == 503 and "does not answer" in html and headers["Retry-After"] == "60"
    use(stored, endpoint)
