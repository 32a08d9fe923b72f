"""Findings of auditors: raised on a case or an item of a sample, answered by its office, closed or sent back."""

from __future__ import annotations

from flask import Blueprint


def add_to(bp: Blueprint) -> None:
    """The pages of this file belong to the room's blueprint."""
