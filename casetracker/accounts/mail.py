"""Mail to the people who sign in, once the act is kept: through the mail server that is set, else as a file."""

from __future__ import annotations

import fcntl
import os
import smtplib
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import partial
from pathlib import Path

from flask import current_app

from casetracker.core import clock, ids, jobs
from casetracker.core.commands import after_commit, in_command
from casetracker.core.disk import write_whole
from casetracker.web.answered import once_answered

PATIENCE = 10
"""Seconds that a mail server has to answer."""
FIRST_PAUSE, LONGEST_PAUSE, TRIED_FOR = 60, 3600, 2 * 24 * 3600
"""Seconds: between two tries of the worker, and for how long a mail is tried at all."""


def send(to: str, subject: str, text: str) -> None:
    """Send the mail: inside a command once its transaction is kept, and only then; outside at once."""
    message = _message(to, subject, text)
    if in_command():
        after_commit(lambda: _post(message))
    else:
        _post(message)


def invitation_address(secret: str, base: str | None = None) -> str:
    """The whole address of an invitation's page, under the name by which people call the program."""
    adapter = current_app.url_map.bind("localhost")
    return (base or base_address()) + adapter.build("accounts.open_invitation", {"secret": secret})


def base_address() -> str:
    """Scheme, name and port by which people call the program, as set; what a request says of them is not asked: a
    link by mail must not lead where a stranger who asked for it says."""
    return str(current_app.config["PUBLIC_ADDRESS"] or current_app.config["OWN_ADDRESS"])


def _message(to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = current_app.config["MAIL_SENDER"], to, subject
    message["Date"], message["Message-ID"] = format_datetime(clock.now()), make_msgid(domain="casetracker")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _post(message: EmailMessage) -> None:
    """Into the outbox folder at once, so that nothing is lost. From there the worker takes it through the mail server,
    if one is set; where none is at work, this process does, when the request is answered: nobody waits for it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's documented way
    path = Path(current_app.config["OUTBOX_FOLDER"]) / f"{clock.now():%Y%m%dT%H%M%S}-{ids.new_id()}.eml"
    write_whole(path, message.as_bytes())
    if current_app.config["MAIL_SERVER"] and not jobs.is_at_work(app):
        once_answered(partial(_send_now, path))


class PostOffice:
    """Takes what lies in the outbox through the mail server; what that does not take is tried again, at longer and
    longer intervals, for two days, and then left lying."""

    def __init__(self) -> None:
        self._later: dict[Path, tuple[float, float]] = {}

    def deliver(self) -> int:
        """Send all that is due; how many the server took."""
        if not current_app.config["MAIL_SERVER"]:
            return 0
        now = clock.now().timestamp()
        waiting = sorted(Path(current_app.config["OUTBOX_FOLDER"]).glob("*.eml"))
        self._later = {path: when for path, when in self._later.items() if path in waiting}
        return sum(self._try(path, now) for path in waiting)

    def _try(self, path: Path, now: float) -> bool:
        due, pause = self._later.get(path, (0, FIRST_PAUSE))
        if now < due or not path.exists() or now - path.stat().st_mtime > TRIED_FOR:
            return False
        if _deliver(path):
            return True
        self._later[path] = (now + pause, min(pause * 2, LONGEST_PAUSE))
        return False


def _send_now(path: Path) -> None:
    _deliver(path)


def _deliver(path: Path) -> bool:
    """Through the mail server, by one process at a time; what it does not take stays in the outbox."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(file.fileno()).st_nlink:
                return True
            _through_server(message_from_bytes(file.read(), policy=policy.default))
            path.unlink()
    except FileNotFoundError:
        return True
    except (OSError, smtplib.SMTPException) as error:
        current_app.logger.error("mail stays in the outbox: the mail server failed with %s", type(error).__name__)
        return False
    return True


def _through_server(message: EmailMessage) -> None:
    config = current_app.config
    host, port, security = config["MAIL_SERVER"], config["MAIL_PORT"], config["MAIL_SECURITY"]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if security == "tls":
        server = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    with server:
        if security == "starttls":
            server.starttls(context=context)
        if config["MAIL_USERNAME"]:
            server.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"] or "")
        server.send_message(message)
