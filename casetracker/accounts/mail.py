"""Mail to the people who sign in: as a file in the outbox folder, once the act is kept."""

from __future__ import annotations

import os
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from flask import current_app, has_request_context, request

from casetracker.core import clock, ids
from casetracker.core.commands import after_commit

SENDER = "casetracker@localhost"
LOCAL_ADDRESS = "http://127.0.0.1:8000"


def send_after_commit(to: str, subject: str, text: str) -> None:
    """Inside a command: put the mail into the outbox once the transaction is kept, and only then."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, to, subject
    message["Date"] = format_datetime(clock.now())
    message.set_content(text)
    folder, content = Path(current_app.config["OUTBOX_FOLDER"]), message.as_bytes()
    name = f"{clock.now():%Y%m%dT%H%M%S}-{ids.new_id()}.eml"
    after_commit(lambda: _write(folder / name, content))


def invitation_address(secret: str) -> str:
    """The whole address of an invitation's page, under the name by which the program was called."""
    host = request.host_url.rstrip("/") if has_request_context() else LOCAL_ADDRESS
    adapter = current_app.url_map.bind("localhost")
    return host + adapter.build("accounts.accept_invitation", {"secret": secret})


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
