"""How the installation is trusted: its own public address asked as a browser asks it, its login, its secrets' files."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from casetracker.core import clock
from casetracker.core.deployment import DatabaseFacts
from casetracker.operations.trust_rules import LONGEST_PASSWORD, Trust

PATIENCE = 5
"""Seconds that the public address has to answer."""
RENEWED = ("MAIL_PASSWORD_FILE", "REDIS_PASSWORD_FILE", "S3_SECRET_FILE")
"""Passwords between servers; keys that encrypt and sign are renewed as docs/security.md says."""


def load_trust(database: DatabaseFacts) -> Trust:
    """The facts that the rules judge."""
    config = current_app.config
    address = str(config["PUBLIC_ADDRESS"] or "")
    fault, answers = ask_address(address) if address.startswith("https://") else ("", True)
    files = {name: Path(file) for name, file in config["SECRET_FILES"].items()}
    return Trust(
        address=address, address_fault=fault, address_answers=answers, database_login=database.login,
        is_socket=database.is_socket, password_days=database.password_days, told=config["SECRETS_TOLD"],
        open_files=tuple(name for name, file in files.items() if _is_open(file)),
        old_files=tuple(name for name, file in files.items() if name in RENEWED and _age(file) >= LONGEST_PASSWORD),
    )  # fmt: skip


def ask_address(address: str) -> tuple[str, bool]:
    """(what is wrong with the certificate that it shows, "" where this system vouches for it; whether it answers)."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host),
        ):
            return "", True
    except ssl.SSLCertVerificationError as fault:
        return str(fault.verify_message), True
    except (OSError, ValueError) as fault:  # a name that nobody knows is an OSError, one that cannot be a ValueError
        return str(getattr(fault, "strerror", None) or type(fault).__name__), False


def _is_open(file: Path) -> bool:
    """Whether others may read the file; in a folder that they cannot enter they may not."""
    return bool(file.stat().st_mode & 0o077 and file.resolve().parent.stat().st_mode & 0o011)


def _age(file: Path) -> int:
    """Whole days since it was written."""
    return int((clock.now().timestamp() - file.stat().st_mtime) // 86_400)
