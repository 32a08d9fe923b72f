"""Whether browsers trust the installation, how it shows other servers who it is, and where its secrets lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casetracker.core.errors import N_, Message

LONGEST_PASSWORD = 90
"""Days after which a password between servers counts as one that never changes."""
SHOWN_ANEW = frozenset({"cert", "gss", "sspi", "peer"})
"""Ways into PostgreSQL that rest on no password: a certificate, a ticket, the operating system's word."""


@dataclass(frozen=True, kw_only=True)
class Trust:
    """`address_fault`: why the public address shows no certificate that this system trusts, "" where it does or none
    is set; `database_login`: PostgreSQL's word for how the program was let in, "" for SQLite, "trust" for unasked;
    `password_days`: until that login's password ends, None: never. The secrets are named by their settings: `told` in
    the environment, in `open_files` that others read, in `old_files` that nobody has renewed."""

    address: str = "https://cases.example.org"
    address_fault: str = ""
    address_answers: bool = True
    database_login: str = "cert"
    is_socket: bool = False
    password_days: int | None = None
    told: tuple[str, ...] = ()
    open_files: tuple[str, ...] = ()
    old_files: tuple[str, ...] = ()


def _certificate(found: Trust) -> Message | None:
    if not found.address_answers:
        return Message(N_("%(address)s did not answer, so nobody knows whether its certificate is trusted: "
                          "%(why)s."), {"address": found.address, "why": found.address_fault})  # fmt: skip
    if found.address_fault:
        return Message(N_("Browsers do not trust the certificate of %(address)s (%(why)s): give the proxy one of an "
                          "authority that they know."),
                       {"address": found.address, "why": found.address_fault})  # fmt: skip
    return None


def _database_login(found: Trust) -> Message | None:
    if found.database_login == "trust":
        return Message(N_("PostgreSQL lets everybody in who only says the program's name: no line of pg_hba.conf may "
                          "say trust."))  # fmt: skip
    if not found.database_login or found.is_socket or found.database_login in SHOWN_ANEW:
        return None
    if found.password_days is None or found.password_days > LONGEST_PASSWORD:
        return Message(N_("PostgreSQL lets the program in by a password that never changes: let it show a certificate "
                          "(sslcert and sslkey in DATABASE_URL), use the machine's own socket, or end the password "
                          "(VALID UNTIL; days at most: %(days)d)."), {"days": LONGEST_PASSWORD})  # fmt: skip
    return None


def _told(found: Trust) -> Message | None:
    if found.told:
        return Message(N_("Secrets stand in the environment, or in the settings file that it comes from: %(names)s. "
                          "Put each into a file of its own and name that (…_FILE)."),
                       {"names": ", ".join(found.told)})  # fmt: skip
    return None


def _open(found: Trust) -> Message | None:
    if found.open_files:
        return Message(N_("Others than the program can read the files of: %(names)s (chmod go=)."),
                       {"names": ", ".join(found.open_files)})  # fmt: skip
    return None


def _old(found: Trust) -> Message | None:
    if found.old_files:
        return Message(N_("Nobody has renewed these for too long (days at most: %(days)d): %(names)s."),
                       {"days": LONGEST_PASSWORD, "names": ", ".join(found.old_files)})  # fmt: skip
    return None


CHECKS: tuple[Callable[[Trust], Message | None], ...] = (_certificate, _database_login, _told, _open, _old)
