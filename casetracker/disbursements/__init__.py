"""Requests for money: draft, immutable submissions, shares over grants, instalments, quotes, decisions."""
