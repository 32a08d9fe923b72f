"""All tables are known before the record begins to watch: a table whose file comes later would change unseen."""

from __future__ import annotations

import subprocess
import sys

LOADED_LATER = """
from casetracker import features
from casetracker.core.db import Base
features.load("models")
features.load("events")
before = set(Base.metadata.tables)
features.load("routes")
print(*sorted(set(Base.metadata.tables) - before))
"""


def test_a_rooms_models_name_all_its_tables() -> None:
    found = subprocess.run([sys.executable, "-c", LOADED_LATER], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
