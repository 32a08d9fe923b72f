"""Style, script and pictures: own ones and those of installed packages, under addresses that hold a hash.

`asset("own", "app.css")` gives the address; WhiteNoise answers it, to be kept for good by the browser.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import flask_bootstrap
from flask import Flask
from whitenoise import WhiteNoise

OWN = Path(__file__).resolve().parent.parent / "static"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css"
PARTS: dict[str, tuple[Path, tuple[str, ...]]] = {
    "own": (OWN, ("app.css", "app.js", "passkey.js", "icon.svg")),
    "bootstrap": (BOOTSTRAP, ("bootstrap.min.css",)),
}
TEN_YEARS = 315_360_000


def init_app(app: Flask, headers: Callable[[Any, str, str], None]) -> None:
    """Serves the files through WhiteNoise, `headers` on every answer; gives the templates `asset()`."""
    addresses: dict[tuple[str, str], str] = {}
    server = WhiteNoise(app.wsgi_app, max_age=TEN_YEARS, add_headers_function=headers)
    for part, (folder, names) in PARTS.items():
        prefix = f"/assets/{part}-{digest(folder / name for name in names)}/"
        for name in names:
            address = prefix + name
            server.add_file_to_dictionary(address, str(folder / name), stat_cache=None)
            addresses[part, name] = address
    app.wsgi_app = server  # type: ignore[method-assign]  # Flask's documented way to wrap the application

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
