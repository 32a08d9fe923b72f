"""Compiled once for a whole run: templates (in a folder that all workers share) and statements (per dialect)."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

STATEMENTS = 4_000
"""How many compiled statements are kept of each dialect: all that the tests send, and some more."""

_templates: FileSystemBytecodeCache | None = None


def use_folder(place: Path) -> None:
    """From now on compiled templates lie here."""
    global _templates
    _templates = FileSystemBytecodeCache(str(place))


def folder() -> Path:
    """Where compiled templates lie."""
    assert _templates
    return Path(_templates.directory)


def keep_templates(app: Flask) -> None:
    """A template that any program of this run has compiled is not compiled again; a changed one is."""
    app.jinja_env.bytecode_cache = _templates


class Statements:
    """The compiled statements of one dialect, for all its engines: each would have compiled them by itself."""

    def __init__(self, dialect: Dialect) -> None:
        """`dialect` has met its database already: what it found out there holds for every copy."""
        self.dialect = dialect
        self._kept: LRUCache[object, object] = LRUCache(STATEMENTS)

    def share_with(self, engine: Engine) -> None:
        """The engine looks here first. Compiled statements belong to a dialect, so that is shared as well."""
        engine.dialect = self.dialect
        engine.update_execution_options(compiled_cache=self._kept)
