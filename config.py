"""What the environment decides: where the data lies, which database, how strict the cookies are.

Every value has a default under which `make run` serves one machine; nothing else reads the environment.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
MEBIBYTE = 1024 * 1024
SESSION_LASTS = timedelta(hours=8)
"""The longest that a session lasts, its cookie included."""
SECRETS = ("SECRET_KEY", "ENCRYPTION_KEY", "MAIL_PASSWORD", "REDIS_PASSWORD", "S3_SECRET", "DATABASE_URL")
"""Settings that are secret, or may hold one; each may lie in the file that NAME_FILE names."""
MAIL_PORTS = {"tls": 465, "starttls": 587, "none": 25}


def settings(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Flask's configuration; makes the data folder and the secret key at the first start."""
    env = os.environ if environ is None else environ
    folder = data_folder(env)
    https = env.get("CASETRACKER_HTTPS") == "1"
    return {
        "DATA_FOLDER": str(folder),
        "FILES_FOLDER": str(folder / "files"),
        "OUTBOX_FOLDER": str(folder / "outbox"),
        "SECRET_KEY": given_secret(env, "SECRET_KEY") or stored_secret(folder / "secret_key"),
        "ENCRYPTION_KEYS": encryption_keys(env, folder),
        "SECRETS_TOLD": secrets_told(env),
        "SECRET_FILES": secret_files(env),
        "SQLALCHEMY_DATABASE_URI": database_url(env, folder),
        "DATABASE_ROLE": env.get("DATABASE_ROLE") or None,
        "PREFERRED_URL_SCHEME": "https" if https else "http",
        "HTTPS": https,
        "TRUSTED_PROXIES": int(env.get("CASETRACKER_PROXIES") or 0),
        "TRUSTED_HOSTS": trusted_hosts(env),
        "SESSION_COOKIE_NAME": "__Host-casetracker" if https else "casetracker",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": SESSION_LASTS,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": 16 * MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * MEBIBYTE,
        "MAX_FORM_PARTS": 2000,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": "UTC",
        "TEMPLATES_AUTO_RELOAD": False,
        "LOG_LEVEL": log_level(env),
        "LOG_SYSLOG": socket_of(env, "LOG_SYSLOG"),
        "CLAMD": socket_of(env, "CLAMD"),
        "DEMO_PASSWORD": env.get("DEMO_PASSWORD") or None,
        "PUBLIC_ADDRESS": (env.get("CASETRACKER_ADDRESS") or "").strip().rstrip("/") or None,
        "OWN_ADDRESS": own_address(env),
        **mail_settings(env),
        **redis_settings(env),
        **s3_settings(env),
        "CHECK_LIMITS": check_limits(env),
        "IATI_ORGANISATION": iati_organisation(env),
        "CHECKPOINT_DIR": env.get("CHECKPOINT_DIR") or str(folder / "checkpoints"),
        "SIGNING_KEY_FILE": env.get("SIGNING_KEY_FILE") or str(folder / "keys" / "signing.pem"),
        "SEALED_BY": sealed_by(env),
        "SEAL_AFTER_COMMIT": sealed_by(env) == "process",
    }


def sealed_by(env: Mapping[str, str]) -> str:
    """CASETRACKER_SEAL: who signs heads. `process`, normally: after each act that needs it. `worker` (by-worker): the
    worker alone, which alone has the key. `hand` (by-hand): an operator's timer."""
    given = (env.get("CASETRACKER_SEAL") or "by-process").strip()
    if given not in ("by-process", "by-worker", "by-hand"):
        raise SystemExit("CASETRACKER_SEAL is one of by-process, by-worker, by-hand.")
    return given.removeprefix("by-")


def mail_settings(env: Mapping[str, str]) -> dict[str, Any]:
    """The mail server: MAIL_SERVER, MAIL_PORT, MAIL_SECURITY (tls, starttls or none), MAIL_USERNAME, MAIL_PASSWORD
    or MAIL_PASSWORD_FILE, MAIL_SENDER. Without a server mail lies as files in the outbox folder."""
    security = (env.get("MAIL_SECURITY") or "starttls").strip().lower()
    if security not in MAIL_PORTS:
        raise SystemExit("MAIL_SECURITY is one of tls, starttls, none.")
    return {
        "MAIL_SERVER": env.get("MAIL_SERVER", "").strip() or None,
        "MAIL_PORT": int(env.get("MAIL_PORT") or MAIL_PORTS[security]),
        "MAIL_SECURITY": security,
        "MAIL_USERNAME": env.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": given_secret(env, "MAIL_PASSWORD"),
        "MAIL_SENDER": env.get("MAIL_SENDER", "").strip() or "casetracker@localhost",
    }


def redis_settings(env: Mapping[str, str]) -> dict[str, Any]:
    """Limits and jobs that several machines share, in Valkey or Redis: REDIS_URL (rediss:// is TLS), REDIS_PASSWORD or
    REDIS_PASSWORD_FILE, REDIS_CA_FILE. Without REDIS_URL they lie in the database and in the data folder."""
    url = env.get("REDIS_URL", "").strip()
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise SystemExit("REDIS_URL begins with rediss://, redis:// or unix://.")
    return {
        "REDIS_URL": url or None,
        "REDIS_PASSWORD": given_secret(env, "REDIS_PASSWORD"),
        "REDIS_CA_FILE": env.get("REDIS_CA_FILE", "").strip() or None,
    }


def s3_settings(env: Mapping[str, str]) -> dict[str, Any]:
    """Documents in S3-compatible storage: S3_BUCKET, S3_ENDPOINT, S3_REGION, S3_PREFIX, S3_KEY_ID, S3_SECRET or
    S3_SECRET_FILE, S3_CA_FILE. Without S3_BUCKET they lie in the data folder."""
    return {
        "S3_BUCKET": env.get("S3_BUCKET", "").strip() or None,
        "S3_ENDPOINT": env.get("S3_ENDPOINT", "").strip() or None,
        "S3_REGION": env.get("S3_REGION", "").strip() or "us-east-1",
        "S3_PREFIX": env.get("S3_PREFIX", "").strip().strip("/"),
        "S3_KEY_ID": env.get("S3_KEY_ID", "").strip() or None,
        "S3_SECRET": given_secret(env, "S3_SECRET"),
        "S3_CA_FILE": env.get("S3_CA_FILE", "").strip() or None,
    }


def check_limits(env: Mapping[str, str]) -> dict[str, int]:
    """Days that the checks judge patterns by; no source fixes them. CHECK_SPLIT_DAYS: purchases of one payee this near
    are one. CHECK_DELIVERY_DAYS: what was paid in advance has come by then. CHECK_VISIT_DAYS: somebody has visited."""
    days = {"split_days": "90", "delivery_days": "30", "visit_days": "180"}
    found = {}
    for name, usual in days.items():
        given = (env.get(f"CHECK_{name.upper()}") or usual).strip()
        if not given.isdecimal() or not 0 < int(given) < 10_000:
            raise SystemExit(f"CHECK_{name.upper()} is a number of days.")
        found[name] = int(given)
    return found


def iati_organisation(env: Mapping[str, str]) -> dict[str, str]:
    """Who publishes projects in IATI: IATI_ORGANISATION (the identifier in the public register, as XM-DAC-12345),
    IATI_ORGANISATION_TYPE (the code of its type, as 10 for a government), IATI_ORGANISATION_NAME (else the office's).
    Without the first two nothing is published in IATI."""
    given = {
        "identifier": env.get("IATI_ORGANISATION", "").strip(),
        "kind": env.get("IATI_ORGANISATION_TYPE", "").strip(),
        "name": env.get("IATI_ORGANISATION_NAME", "").strip(),
    }
    if bool(given["identifier"]) != bool(given["kind"]):
        raise SystemExit("IATI_ORGANISATION and IATI_ORGANISATION_TYPE are given together.")
    if re.search(r"[\s/&|?]", given["identifier"]) or not re.fullmatch("([0-9]{2})?", given["kind"]):
        raise SystemExit(
            "IATI_ORGANISATION is an identifier as XM-DAC-12345, IATI_ORGANISATION_TYPE a code of two digits."
        )
    return given


def given_secret(env: Mapping[str, str], name: str) -> str | None:
    """The secret in the file that NAME_FILE names, or in NAME itself; None where neither is given."""
    file = env.get(f"{name}_FILE", "").strip()
    try:
        return (Path(file).read_text().strip() if file else env.get(name)) or None
    except OSError as error:
        raise SystemExit(f"{name}_FILE names {file}, which cannot be read: {error.strerror}.") from None


def secrets_told(env: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the variables that hold a secret themselves, where every process of this user and every dump of the
    environment shows it. An address is one where a password stands in it."""
    addresses = ("DATABASE_URL", "REDIS_URL")
    held = [name for name in SECRETS if name not in addresses and env.get(name)]
    held += [name for name in addresses if re.search(r"://[^/@]*:[^/@]+@|[?&](ssl)?password=", env.get(name, ""))]
    return (*held, *(["PGPASSWORD"] if "PGPASSWORD" in env else []))


def secret_files(env: Mapping[str, str]) -> dict[str, str]:
    """NAME_FILE -> the file, of the secrets that lie in files."""
    given = {f"{name}_FILE": env.get(f"{name}_FILE", "").strip() for name in SECRETS}
    return {name: file for name, file in given.items() if file}


def log_level(env: Mapping[str, str]) -> str:
    """LOG_LEVEL: INFO writes a line for every request; WARNING, normally, what is not as it should be."""
    level = (env.get("LOG_LEVEL") or "WARNING").strip().upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise SystemExit("LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR.")
    return level


def socket_of(env: Mapping[str, str], name: str) -> str | tuple[str, int] | None:
    """A service beside the program: a socket of this machine (a path), or a host and port. LOG_SYSLOG (UDP): where the
    log goes beside standard error. CLAMD (TCP): the scanner that sees each PDF before it is stored."""
    place = (env.get(name) or "").strip()
    if not place or place.startswith("/"):
        return place or None
    host, _colon, port = place.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise SystemExit(f"{name} is a socket's path, or host:port.")
    return host.strip("[]"), int(port)


def metrics_address(environ: Mapping[str, str] | None = None) -> tuple[str, int] | None:
    """METRICS_PORT, and METRICS_HOST where it is not this machine alone: where Prometheus asks; None: nowhere."""
    env = os.environ if environ is None else environ
    port = (env.get("METRICS_PORT") or "").strip()
    return ((env.get("METRICS_HOST") or "127.0.0.1").strip(), int(port)) if port else None


def metrics_certificate(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """METRICS_CERTIFICATE and METRICS_KEY: files with which counts are told by TLS alone; empty: plain."""
    env = os.environ if environ is None else environ
    files = {"certfile": env.get("METRICS_CERTIFICATE", "").strip(), "keyfile": env.get("METRICS_KEY", "").strip()}
    if any(files.values()) and not all(files.values()):
        raise SystemExit("METRICS_CERTIFICATE and METRICS_KEY are given together.")
    return {name: file for name, file in files.items() if file}


def data_folder(env: Mapping[str, str]) -> Path:
    """The folder of database, files, outbox and secret key; only its owner may look inside."""
    folder = Path(env.get("CASETRACKER_DATA") or ROOT / "instance").expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("files", "outbox"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    return folder


def database_url(env: Mapping[str, str], folder: Path) -> str:
    """SQLite in the data folder, or what DATABASE_URL names; PostgreSQL always through psycopg 3. It may hold a
    password, so it may lie in the file that DATABASE_URL_FILE names, as a vault's agent writes it."""
    url = (given_secret(env, "DATABASE_URL") or "").strip()
    if not url:
        return f"sqlite:///{folder / 'casetracker.sqlite3'}"
    scheme, separator, rest = url.partition("://")
    if separator and scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{rest}"
    return url


def trusted_hosts(env: Mapping[str, str]) -> list[str] | None:
    """Names under which the program answers; without CASETRACKER_HOSTS only this machine's own."""
    named = [host.strip() for host in env.get("CASETRACKER_HOSTS", "").split(",") if host.strip()]
    return named or ["localhost", "127.0.0.1", "[::1]"]


def own_address(env: Mapping[str, str]) -> str:
    """Where mails lead to while CASETRACKER_ADDRESS is not set: the first of CASETRACKER_HOSTS, over HTTPS where that
    is on; else this machine, on the port (PORT) that `make run` listens on."""
    named = [host.strip().lstrip(".") for host in env.get("CASETRACKER_HOSTS", "").split(",") if host.strip()]
    port = (env.get("PORT") or "").strip()
    if env.get("CASETRACKER_HTTPS") == "1":
        return f"https://{named[0] if named else 'localhost'}"
    return f"http://{named[0] if named else '127.0.0.1'}:{port if port.isdigit() else 8000}"


def encryption_keys(env: Mapping[str, str], folder: Path) -> tuple[bytes, ...]:
    """The keys of 32 bytes under which files and secrets are encrypted, newest first: in ENCRYPTION_KEY, in the file
    that ENCRYPTION_KEY_FILE names (it must be there), or beside the data; 64 hexadecimal digits each, one a line.
    """
    for name in ("SEALING_KEY", "SEALING_KEY_FILE"):
        if env.get(name):
            raise SystemExit(f"{name} is called {name.replace('SEALING', 'ENCRYPTION')} now: set that instead.")
    given, file = env.get("ENCRYPTION_KEY", "").split(), env.get("ENCRYPTION_KEY_FILE", "").strip()
    if not given and not file:
        take_over(folder / "sealing_key", folder / "encryption_key")
    if not given:
        try:
            given = (Path(file).read_text() if file else stored_secret(folder / "encryption_key")).split()
        except OSError as error:
            raise SystemExit(f"The encryption keys' file {file} cannot be read: {error.strerror}.") from None
    if not given or not all(re.fullmatch("[0-9a-fA-F]{64}", key) for key in given):
        raise SystemExit("An encryption key is 64 hexadecimal digits; what is given is something else.")
    return tuple(bytes.fromhex(key) for key in given)


def take_over(before: Path, now: Path) -> None:
    """The file under the name that it has now, where it lies there under the one before."""
    if not now.exists():
        with suppress(FileNotFoundError):
            before.rename(now)


def stored_secret(path: Path) -> str:
    """The secret kept beside the data, made once; two processes that start together agree on one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
