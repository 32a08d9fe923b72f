"""Which settings of an installation are weak, and the sentence that says so; from frozen facts alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from casetracker.core.errors import N_, Message
from casetracker.operations import sharing_rules, trust_rules
from casetracker.operations.sharing_rules import Sharing
from casetracker.operations.trust_rules import Trust

SHORTEST_SECRET = 32
"""Characters of a key that signs cookies: 128 bits as hexadecimal digits."""
FIRST_SAFE_WAL = (3, 51, 3)
"""SQLite before it can corrupt a write-ahead log when two connections write and checkpoint at once."""
LONGEST_SESSION = timedelta(hours=8)
LONGEST_WITHOUT_BACKUP = 7
"""Days."""
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", ""})


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """An installation as it stands. Paths are told by where they lie: `..._beside_data` means inside the data folder;
    `open_files` names those that others on the machine may read."""

    is_debug: bool = False
    is_testing: bool = False
    checks_forms: bool = True
    secret_length: int = 64
    secret_variety: int = 16
    open_files: tuple[str, ...] = ()
    is_https: bool = True
    cookie_is_secure: bool = True
    cookie_name: str = "__Host-casetracker"
    session_lasts: timedelta = LONGEST_SESSION
    hosts: frozenset[str] = frozenset({"cases.example.org"})
    proxies: int = 1
    public_address: str = "https://cases.example.org"
    mail_server: str = "mail.example.org"
    mail_security: str = "starttls"
    scans_files: bool = True
    is_demonstration: bool = False
    is_server_database: bool = True
    database_version: tuple[int, ...] = (17,)
    writes_ahead: bool = False
    database_host: str = ""
    database_tls: str = ""
    role: str = "casetracker_app"
    role_is_superuser: bool = False
    role_passes_walls: bool = False
    role_owns_tables: bool = False
    lost_guards: tuple[str, ...] = ()
    encryption_key_beside_data: bool = False
    signing_key_exists: bool = True
    signing_key_beside_data: bool = False
    checkpoints_exist: bool = True
    checkpoints_beside_data: bool = False
    days_since_backup: int | None = 0
    administrators: int = 2
    without_factor: int = 0
    sharing: Sharing = field(default_factory=Sharing)
    trust: Trust = field(default_factory=Trust)


def weaknesses(found: Deployment) -> Iterator[Message]:
    """One sentence for each weak setting, in the order in which they would be put right; nothing where all is well."""
    for check in CHECKS:
        if (message := check(found)) is not None:
            yield message


def _program(found: Deployment) -> Message | None:
    if found.is_debug or found.is_testing:
        return Message(N_("The program runs for debugging or tests (FLASK_DEBUG, TESTING): faults show its inside."))
    return None


def _forms(found: Deployment) -> Message | None:
    if not found.checks_forms:
        return Message(N_("Forms are not checked for coming from our own pages (WTF_CSRF_ENABLED is off)."))
    return None


def _secret(found: Deployment) -> Message | None:
    if found.secret_length < SHORTEST_SECRET or found.secret_variety < 10:
        return Message(N_("SECRET_KEY is short or simple; leave it out and one is made, or give 64 random digits."))
    return None


def _open_files(found: Deployment) -> Message | None:
    if found.open_files:
        return Message(N_("Others on this machine can look into: %(names)s. Take their rights away (chmod go=)."),
                       {"names": ", ".join(found.open_files)})  # fmt: skip
    return None


def _https(found: Deployment) -> Message | None:
    if not found.is_https:
        return Message(N_("CASETRACKER_HTTPS is not 1: without TLS passwords and cases travel readable, and browsers "
                          "are not told to insist on it (HSTS)."))  # fmt: skip
    return None


def _cookie(found: Deployment) -> Message | None:
    if not found.cookie_is_secure or not found.cookie_name.startswith("__Host-"):
        return Message(N_("The session's cookie may travel without TLS or be set by another host; CASETRACKER_HTTPS=1 "
                          "makes it a __Host- cookie."))  # fmt: skip
    return None


def _session(found: Deployment) -> Message | None:
    if found.session_lasts > LONGEST_SESSION:
        return Message(N_("Sessions last longer than eight hours (PERMANENT_SESSION_LIFETIME)."))
    return None


def _hosts(found: Deployment) -> Message | None:
    if found.hosts <= THIS_MACHINE:
        return Message(N_("CASETRACKER_HOSTS is not set: say under which name people call the program; it answers "
                          "under no other."))  # fmt: skip
    if any(host in ("*", ".") or host.startswith("*") for host in found.hosts):
        return Message(N_("CASETRACKER_HOSTS names every host; name the one under which people call the program."))
    return None


def _proxies(found: Deployment) -> Message | None:
    if found.proxies < 1:
        return Message(N_("CASETRACKER_PROXIES is 0: behind a proxy every try to sign in seems to come from one "
                          "address. Set it to how many proxies you run yourself (one nginx: 1)."))  # fmt: skip
    return None


def _address(found: Deployment) -> Message | None:
    if not found.public_address:
        return Message(
            N_("CASETRACKER_ADDRESS is not set: links in mails lead to a guess, the first of CASETRACKER_HOSTS.")
        )
    if not found.public_address.startswith("https://"):
        return Message(N_("CASETRACKER_ADDRESS is not an https:// address: links in mails would lead elsewhere."))
    return None


def _mail(found: Deployment) -> Message | None:
    if not found.mail_server:
        return Message(N_("MAIL_SERVER is not set: links and warnings lie as files in the outbox and reach nobody."))
    if found.mail_security == "none" and found.mail_server not in THIS_MACHINE:
        return Message(N_("MAIL_SECURITY is none: links that open accounts travel readable to the mail server."))
    return None


def _scanner(found: Deployment) -> Message | None:
    if not found.scans_files:
        return Message(N_("CLAMD is not set: no virus scanner sees the PDFs that are added; scripts and files inside "
                          "them are refused all the same."))  # fmt: skip
    return None


def _demonstration(found: Deployment) -> Message | None:
    if found.is_demonstration:
        return Message(N_("This database is marked as a demonstration for good: begin with an empty one."))
    return None


def _sqlite(found: Deployment) -> Message | None:
    if not found.is_server_database and found.writes_ahead and found.database_version < FIRST_SAFE_WAL:
        return Message(N_("SQLite %(version)s can corrupt its write-ahead log: use the rollback journal, or 3.51.3."),
                       {"version": ".".join(map(str, found.database_version))})  # fmt: skip
    return None


def _role(found: Deployment) -> Message | None:
    if found.role_is_superuser or found.role_passes_walls:
        return Message(N_("PostgreSQL's role %(role)s is superuser or passes row security: no wall in the database "
                          "holds for it (DATABASE_ROLE)."), {"role": found.role})  # fmt: skip
    if found.role_owns_tables:
        return Message(N_("PostgreSQL's role %(role)s owns the tables, so it could take their guards away; work under "
                          "one that owns nothing (DATABASE_ROLE)."), {"role": found.role})  # fmt: skip
    return None


def _database_tls(found: Deployment) -> Message | None:
    is_local = found.database_host in THIS_MACHINE or found.database_host.startswith("/")
    if found.is_server_database and not is_local and found.database_tls not in ("verify-full", "verify-ca"):
        return Message(N_("The way to the database on %(host)s is not checked: add sslmode=verify-full to "
                          "DATABASE_URL."), {"host": found.database_host})  # fmt: skip
    return None


def _guards(found: Deployment) -> Message | None:
    if found.lost_guards:
        return Message(N_("Guards of the database are gone, so history or cases lie open: %(names)s. Run db upgrade, "
                          "then verify."), {"names": ", ".join(found.lost_guards[:5])})  # fmt: skip
    return None


def _encryption_key(found: Deployment) -> Message | None:
    if found.encryption_key_beside_data:
        return Message(N_("The encryption key lies in the data folder: whoever copies the folder reads the documents; "
                          "keep it elsewhere (ENCRYPTION_KEY_FILE)."))  # fmt: skip
    return None


def _signing_key(found: Deployment) -> Message | None:
    if not found.signing_key_exists:
        return Message(N_("There is no signing key (SIGNING_KEY_FILE), so the history's heads are not signed."))
    if found.signing_key_beside_data:
        return Message(N_("The signing key lies in the data folder: whoever changes the database there can sign the "
                          "change (SIGNING_KEY_FILE)."))  # fmt: skip
    return None


def _checkpoints(found: Deployment) -> Message | None:
    if not found.checkpoints_exist:
        return Message(N_("The folder of the signed heads (CHECKPOINT_DIR) is not there, so nothing shows a history "
                          "that was cut off."))  # fmt: skip
    if found.checkpoints_beside_data:
        return Message(N_("The signed heads lie in the data folder and would be lost or changed with it: keep them on "
                          "another disk or machine (CHECKPOINT_DIR)."))  # fmt: skip
    return None


def _backup(found: Deployment) -> Message | None:
    if found.days_since_backup is None or found.days_since_backup > LONGEST_WITHOUT_BACKUP:
        return Message(N_("No backup was made in the last %(num)d day (flask --app casetracker backup FILE)."),
                       {"num": LONGEST_WITHOUT_BACKUP},
                       plural=N_("No backup was made in the last %(num)d days "
                                 "(flask --app casetracker backup FILE)."))  # fmt: skip
    return None


def _administrators(found: Deployment) -> Message | None:
    if found.administrators < 2:
        return Message(N_("Fewer than two administrators can sign in: nobody confirms what the other asks for."))
    return None


def _factors(found: Deployment) -> Message | None:
    if found.without_factor:
        return Message(N_("People who can sign in and have no second factor yet: %(people)d."),
                       {"people": found.without_factor})  # fmt: skip
    return None


Check = Callable[[Deployment], Message | None]


def _shared(check: Callable[[Sharing], Message | None]) -> Check:
    """A check of what several machines share."""
    return lambda found: check(found.sharing)


def _trusted(check: Callable[[Trust], Message | None]) -> Check:
    """A check of whom the installation is trusted by."""
    return lambda found: check(found.trust)


CHECKS: tuple[Check, ...] = (
    _demonstration, _program, _forms, _secret, _open_files, _https, _cookie, _session, _hosts, _proxies, _address,
    _mail, _scanner, _sqlite, _role, _database_tls, _guards, _encryption_key, _signing_key, _checkpoints, _backup,
    _administrators, _factors, *map(_shared, sharing_rules.CHECKS), *map(_trusted, trust_rules.CHECKS),
)  # fmt: skip
