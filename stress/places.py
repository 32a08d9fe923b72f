"""A place for one try: a folder that goes afterwards, and databases of one kind with the schema built in them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.conftest import Place
from tests.databases import postgres


@contextmanager
def new_place(dialect: str) -> Iterator[Place]:
    """Its folder is `folder`; on PostgreSQL a server of its own runs meanwhile."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="casetracker-stress-")))
        yield Place(dialect, folder, stack.enter_context(postgres()) if dialect == "postgresql" else None)
