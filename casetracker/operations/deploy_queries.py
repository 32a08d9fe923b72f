"""How this installation stands: settings, files and their rights, the database, and who can sign in."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from casetracker.accounts import factor_queries, queries
from casetracker.core import clock, row_security
from casetracker.core.db import db
from casetracker.core.deployment import ask_database
from casetracker.events.models import EventRow
from casetracker.operations.deploy_rules import Deployment
from casetracker.operations.events import BackupMade
from casetracker.operations.sharing_queries import load_sharing
from casetracker.operations.trust_queries import load_trust

SECRETS = ("secret_key", "encryption_key", "demonstration_password", "casetracker.sqlite3", "files", "outbox")
"""What lies in the data folder and is nobody else's to read."""


def load_deployment() -> Deployment:
    """The facts that the rules judge."""
    config = current_app.config
    data = Path(config["DATA_FOLDER"])
    signing, checkpoints = Path(config["SIGNING_KEY_FILE"]), Path(config["CHECKPOINT_DIR"])
    url, database = make_url(config["SQLALCHEMY_DATABASE_URI"]), ask_database(db.session.connection())
    return Deployment(
        is_debug=current_app.debug,
        is_testing=current_app.testing,
        checks_forms=bool(config["WTF_CSRF_ENABLED"]),
        secret_length=len(config["SECRET_KEY"]),
        secret_variety=len(set(config["SECRET_KEY"])),
        open_files=_open_to_others(data, signing),
        is_https=config["HTTPS"],
        cookie_is_secure=config["SESSION_COOKIE_SECURE"] and config["SESSION_COOKIE_HTTPONLY"],
        cookie_name=config["SESSION_COOKIE_NAME"],
        session_lasts=config["PERMANENT_SESSION_LIFETIME"],
        hosts=frozenset(config["TRUSTED_HOSTS"] or ("*",)),
        proxies=config["TRUSTED_PROXIES"],
        public_address=config["PUBLIC_ADDRESS"] or "",
        mail_server=config["MAIL_SERVER"] or "",
        mail_security=config["MAIL_SECURITY"],
        scans_files=bool(config["CLAMD"]),
        is_demonstration=queries.is_demonstration(),
        is_server_database=database.is_server,
        database_version=database.version,
        writes_ahead=database.writes_ahead,
        database_host=_host(url.host, url.query.get("host")),
        database_tls=str(url.query.get("sslmode") or ""),
        role=database.role,
        role_is_superuser=database.is_superuser,
        role_passes_walls=database.passes_walls,
        role_owns_tables=database.owns_tables,
        lost_guards=database.lost,
        encryption_key_beside_data=_encrypts_with_key_in(data),
        signing_key_exists=signing.is_file(),
        signing_key_beside_data=_lies_in(signing, data),
        checkpoints_exist=checkpoints.is_dir(),
        checkpoints_beside_data=_lies_in(checkpoints, data),
        days_since_backup=_days_since_backup(),
        administrators=queries.count_other_administrators(""),
        without_factor=factor_queries.count_without(),
        sharing=load_sharing(is_server_database=database.is_server),
        trust=load_trust(database),
    )


def _days_since_backup() -> int | None:
    """Whole days since the last backup, or None where there never was one."""
    with row_security.reading(row_security.EVERYTHING):  # the operator's own act stands in the system's chain
        last = db.session.scalar(select(func.max(EventRow.at)).where(EventRow.kind == BackupMade.kind))
    return (clock.now() - last).days if last else None


def _open_to_others(data: Path, signing: Path) -> tuple[str, ...]:
    """The folder and secret files into which others on the machine may look. Inside a closed folder nothing is open."""
    found = [signing] if signing.exists() and signing.stat().st_mode & 0o077 else []
    if data.stat().st_mode & 0o077:
        found += [data, *(each for name in SECRETS if (each := data / name).exists() and each.stat().st_mode & 0o077)]
    return tuple(str(path) for path in found)


def _lies_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _encrypts_with_key_in(folder: Path) -> bool:
    """Whether a key that the program encrypts or opens with lies in the folder."""
    path = folder / "encryption_key"
    there = path.read_text().split() if path.is_file() else []
    return any(key.hex() in there for key in current_app.config["ENCRYPTION_KEYS"])


def _host(host: str | None, socket: str | tuple[str, ...] | None) -> str:
    return host or (socket if isinstance(socket, str) else "")
