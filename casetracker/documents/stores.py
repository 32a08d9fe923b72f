"""Where stored files lie, encrypted: in the data folder, or in S3-compatible storage where S3_BUCKET names a bucket."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from flask import current_app

from casetracker.core.disk import sync_folder, write_whole
from casetracker.core.errors import N_, Message, NotFound, Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Store

AWAY = Message(N_("The store of documents does not answer at the moment. Nothing was saved; please try again soon."))
PATIENCE = timedelta(seconds=10)
"""How long a store on the network may take for one request."""


class Store(Protocol):
    """Files under keys of letters and digits; Unavailable where the store does not answer."""

    def read(self, key: str) -> bytes:
        """The bytes under the key; NotFound where there are none."""

    def write(self, key: str, content: bytes) -> None:
        """All of it or nothing, kept for good before this returns; it takes the place of what lies there."""

    def has(self, key: str) -> bool:
        """Whether something lies under the key."""

    def remove(self, key: str) -> None:
        """Take it away; nothing where it is gone."""

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """(key, when it was written, in UTC) of everything, in the order of the keys."""

    def forget_drafts(self, before: datetime) -> None:
        """Take away what a crash left half written before that moment."""


def store() -> Store:
    """The store of this installation."""
    if current_app.config["S3_BUCKET"]:
        made = current_app.extensions
        if "document_bucket" not in made:
            made["document_bucket"] = _bucket()
        return cast(Bucket, made["document_bucket"])
    return Folder(Path(current_app.config["FILES_FOLDER"]))


def shelf(name: str) -> Store:
    """A place of its own beside the documents, for files that pass: nobody's list of documents shows what lies there,
    no backup takes it along."""
    if current_app.config["S3_BUCKET"]:
        made = current_app.extensions
        if f"{name}_bucket" not in made:
            made[f"{name}_bucket"] = _bucket(name)
        return cast(Bucket, made[f"{name}_bucket"])
    return Folder(Path(current_app.config["DATA_FOLDER"]) / name)


@dataclass(frozen=True)
class Folder:
    """A folder of this machine; a file lies in a folder of its key's first two letters."""

    path: Path

    def read(self, key: str) -> bytes:
        """See Store."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            raise NotFound("stored file") from None

    def write(self, key: str, content: bytes) -> None:
        """Written aside, forced to the disk, then given its name."""
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        write_whole(draft, content)
        os.replace(draft, path)
        sync_folder(path.parent)

    def has(self, key: str) -> bool:
        """See Store."""
        return self._path(key).is_file()

    def remove(self, key: str) -> None:
        """See Store."""
        self._path(key).unlink(missing_ok=True)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """See Store."""
        for path in sorted(self.path.glob("??/*")):
            if path.suffix != ".part" and path.is_file():
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def forget_drafts(self, before: datetime) -> None:
        """See Store."""
        for draft in self.path.glob("??/*.part"):
            if draft.stat().st_mtime < before.timestamp():
                draft.unlink()

    def _path(self, key: str) -> Path:
        return self.path / _checked(key)[:2] / key


@dataclass(frozen=True)
class Bucket:
    """Objects in S3-compatible storage; one is written whole or not at all, by the storage's own promise."""

    objects: S3Store

    def read(self, key: str) -> bytes:
        """See Store."""
        import obstore

        with _answering():
            return bytes(obstore.get(self.objects, _name(key)).bytes())

    def write(self, key: str, content: bytes) -> None:
        """See Store."""
        import obstore

        with _answering():
            obstore.put(self.objects, _name(key), content, use_multipart=False)

    def has(self, key: str) -> bool:
        """See Store."""
        import obstore

        try:
            with _answering():
                obstore.head(self.objects, _name(key))
        except NotFound:
            return False
        return True

    def remove(self, key: str) -> None:
        """See Store."""
        import obstore

        try:
            with _answering():
                obstore.delete(self.objects, _name(key))
        except NotFound:
            return

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """See Store."""
        import obstore

        with _answering():
            for portion in obstore.list(self.objects, chunk_size=1000):
                for each in portion:
                    folders, _slash, key = each["path"].rpartition("/")
                    if "/" not in folders:  # what lies deeper lies on a shelf of its own
                        yield key, each["last_modified"]

    def forget_drafts(self, before: datetime) -> None:
        """There are none: a write that broke off left nothing."""


def _name(key: str) -> str:
    return f"{_checked(key)[:2]}/{key}"


def _checked(key: str) -> str:
    if not (key.isascii() and key.isalnum()):
        raise NotFound("stored file")
    return key


@contextmanager
def _answering() -> Iterator[None]:
    """What the storage's client raises, in the program's own words; the log says which kind of fault it was."""
    from obstore import exceptions

    try:
        yield
    except (exceptions.NotFoundError, FileNotFoundError):
        raise NotFound("stored file") from None
    except (exceptions.BaseError, OSError) as fault:
        current_app.logger.error("the store of documents failed with %s", type(fault).__name__)
        raise Unavailable(AWAY) from fault


def _bucket(shelf: str = "") -> Bucket:
    """The client of the bucket that the settings name, below its prefix or on a shelf there; made once per process."""
    from obstore.store import S3Store

    config = current_app.config
    client: dict[str, Any] = {"timeout": PATIENCE, "connect_timeout": PATIENCE / 2}
    if config["S3_CA_FILE"]:
        client["root_certificate"] = Path(config["S3_CA_FILE"]).read_bytes()
    if str(config["S3_ENDPOINT"] or "").startswith("http://"):
        client["allow_http"] = True
    given = {
        "endpoint": config["S3_ENDPOINT"],
        "access_key_id": config["S3_KEY_ID"],
        "secret_access_key": config["S3_SECRET"],
    }
    return Bucket(
        S3Store(
            config["S3_BUCKET"],
            prefix="/".join(filter(None, (config["S3_PREFIX"], shelf))) or None,
            region=config["S3_REGION"],
            virtual_hosted_style_request=False,
            client_options=cast(Any, client),
            retry_config={"max_retries": 2, "retry_timeout": PATIENCE},
            **cast(Any, {name: value for name, value in given.items() if value}),
        )
    )
