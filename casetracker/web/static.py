"""Style, script and pictures: own ones and those of installed packages, under addresses that hold a hash.

`asset("own", "app.css")` gives the address; WhiteNoise answers it, to be kept for good by the browser.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import flask_bootstrap
from flask import Flask
from werkzeug.http import parse_accept_header
from whitenoise import WhiteNoise

OWN = Path(__file__).resolve().parent.parent / "static"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css"
PARTS: dict[str, tuple[Path, tuple[str, ...]]] = {
    "own": (OWN, ("app.css", "app.js", "passkey.js", "icon.svg")),
    "bootstrap": (BOOTSTRAP, ("bootstrap.min.css",)),
}
TEN_YEARS = 315_360_000
REPLACED = frozenset({"content-length", "content-encoding", "etag", "last-modified", "vary"})
"""Headers of the plain file that do not hold for its compressed copy."""


class Compressed:
    """Answers for a file with its compressed copy where the browser takes one: a slow line waits for a sixth of it.

    Only files that are the same for everybody: a compressed page would tell by its length what stands in it.
    """

    def __init__(self, server: Any, files: dict[str, Path]) -> None:
        self.server = server
        self.files = files

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """WSGI."""
        path = self.files.get(environ.get("PATH_INFO", ""))
        takes = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if path is None or environ["REQUEST_METHOD"] != "GET" or takes["gzip"] <= 0:
            answer: Iterable[bytes] = self.server(environ, start_response)
            return answer
        body = compressed(path)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() not in REPLACED]
            size = ("Content-Length", str(len(body)))
            return start_response(
                status, [*kept, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"), size], *rest
            )

        plain = {name: value for name, value in environ.items() if not name.startswith(("HTTP_IF_", "HTTP_RANGE"))}
        self.server(plain | {"REQUEST_METHOD": "HEAD"}, start)
        return [body]


@functools.cache
def compressed(path: Path) -> bytes:
    """The file's content, compressed once for each process."""
    return gzip.compress(path.read_bytes(), mtime=0)


def init_app(app: Flask, headers: Callable[[Any, str, str], None]) -> None:
    """Serves the files through WhiteNoise, `headers` on every answer; gives the templates `asset()`."""
    addresses: dict[tuple[str, str], str] = {}
    files: dict[str, Path] = {}
    server = WhiteNoise(app.wsgi_app, max_age=TEN_YEARS, add_headers_function=headers)
    for part, (folder, names) in PARTS.items():
        prefix = f"/assets/{part}-{digest(folder / name for name in names)}/"
        for name in names:
            address = prefix + name
            server.add_file_to_dictionary(address, str(folder / name), stat_cache=None)
            addresses[part, name] = address
            files[address] = folder / name
    app.wsgi_app = Compressed(server, files)  # type: ignore[method-assign]  # Flask's documented way to wrap the application

    def asset(part: str, name: str) -> str:
        """The address of a file; raises KeyError for one that is not served."""
        return addresses[part, name]

    app.jinja_env.globals["asset"] = asset


def digest(paths: Iterable[Path]) -> str:
    """Twelve hex digits that change with the files' content."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:12]
