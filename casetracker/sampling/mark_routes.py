"""Looking at the items of a sample one by one, and the workpaper that tells of all."""

from __future__ import annotations

from flask import Blueprint


def add_to(bp: Blueprint) -> None:
    """The pages of this file belong to the room's blueprint."""
