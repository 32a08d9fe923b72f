"""Asking for a second factor and judging what came: the same at sign-in and at a step-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from casetracker.accounts import factor_queries, limits, passkeys
from casetracker.accounts.commands import factors
from casetracker.accounts.commands.sessions import note_failed, note_held_up
from casetracker.accounts.limit_rules import FACTOR
from casetracker.accounts.session import SignedIn, sign_in_browser
from casetracker.core import clock, encryption, ids
from casetracker.core.actor import SYSTEM
from casetracker.core.errors import N_, Message, NotFound, Refused
from casetracker.web.forms import Form, HiddenField, TextField

PREFIX = "factor"
ASKED_FOR = timedelta(minutes=10)
PURPOSE = "passkey challenge"


class CodeField(TextField):
    """A code that is typed; not missing where a passkey answered instead. Never shown again: it would not fit."""

    @property
    def shown(self) -> str:
        return ""

    def pre_validate(self, form: Any) -> None:
        if form.answer.typed and not self.typed:
            self.data = None
        else:
            super().pre_validate(form)


class FactorForm(Form):
    """A code of the authenticator app or a recovery code; or a browser's answer with a passkey, filled in by script."""

    code = CodeField(
        _l("Code"), max=40, autocomplete="one-time-code", attributes={"autocapitalize": "none", "autofocus": ""},
        hint=_l("Six digits from your authenticator app, or one of your recovery codes."),
    )  # fmt: skip
    answer = HiddenField(max=8000)
    asked = HiddenField(max=400)

    @property
    def was_sent(self) -> bool:
        """Whether a second factor came with this request (and not only the form that it is asked for)."""
        return bool(self.code.typed or self.answer.typed)


@dataclass(frozen=True)
class PasskeyQuestion:
    """What the page gives to the script: the question (JSON), and the challenge encrypted for this session."""

    question: str
    asked: str


def site() -> passkeys.Site:
    """Where this request reached the program."""
    host = urlsplit(request.host_url).hostname or ""
    return passkeys.Site(host=host, origin=request.host_url.rstrip("/"))


def ask_passkey(person: SignedIn) -> PasskeyQuestion | None:
    """The question to the person's passkeys; None where there is none, or where the address cannot have any."""
    here, known = site(), factor_queries.load_factors(person.actor.id).passkeys
    if not known or not here.can_have_passkeys:
        return None
    challenge = new_challenge()
    question = passkeys.ask_to_use(here, challenge=challenge, known=[each.credential_id for each in known])
    return PasskeyQuestion(question, encrypted_challenge(challenge, person))


def try_given(form: FactorForm, person: SignedIn, occasion: str) -> timedelta | None:
    """Judge what came. It fits: the browser carries the session's new id. It does not: the form has the sentence.
    Too many tries: how long to wait, with its sentence in the form.

    Each occasion counts apart: a stranger who has the password, and guesses codes at the sign-in, does not keep the
    owner, who is signed in, from changing it.
    """
    ask = limits.Ask(limit=FACTOR, subject=f"{occasion}: {person.actor.id}")
    if not form.validate():
        return None
    taken = limits.take(ask)
    if taken.wait is not None:
        if taken.reached:
            note_held_up(person.actor.id, actor=SYSTEM)
        form.refuse(_too_many(taken.minutes))
        return taken.wait
    try:
        renewed = _give(form, person, occasion)
    except Refused as refused:
        note_failed(person.actor.id, "passkey" if form.answer.data else "code", actor=SYSTEM)
        form.refuse(refused.message)
        return None
    except NotFound:  # the same page sent twice: the first one gave the session another id
        form.refuse(Message(N_("This page was sent already, or its session has ended. Please open the page again.")))
        return None
    limits.forgive(ask)
    sign_in_browser(renewed)
    return None


def retry_after(wait: timedelta | None) -> dict[str, str]:
    """The header that says when to try again."""
    return {"Retry-After": str(int(wait.total_seconds()) + 1)} if wait else {}


def _give(form: FactorForm, person: SignedIn, occasion: str) -> str:
    if form.answer.data:
        cmd = factors.GivePasskey(
            answer=str(form.answer.data), challenge=opened_challenge(str(form.asked.data or ""), person), site=site(),
            session_id=person.session_id, occasion=occasion,
        )  # fmt: skip
        return factors.give_passkey(cmd, actor=person.actor)
    code = factors.GiveCode(code=str(form.code.data or ""), session_id=person.session_id, occasion=occasion)
    return factors.give_code(code, actor=person.actor)


def _too_many(minutes: int) -> str:
    text: str = ngettext(
        "Too many codes did not fit. Please wait %(num)d minute, and try again then.",
        "Too many codes did not fit. Please wait %(num)d minutes, and try again then.",
        minutes,
    )
    return text


def new_challenge() -> bytes:
    """256 random bits for one question to a passkey."""
    return ids.random_bytes(32)


def encrypted_challenge(challenge: bytes, person: SignedIn) -> str:
    """The challenge and when it was made, to stand in the page: only this session can hand it back, and as the
    session gets a new id with every factor given, it does so once."""
    moment = clock.now().isoformat().encode("ascii")
    return encryption.encrypt(challenge + moment, PURPOSE, person.live.id_hash).hex()


def opened_challenge(encrypted: str, person: SignedIn) -> bytes:
    """The challenge; Refused where it is of another session, or older than ASKED_FOR."""
    refusal = Refused(Message(N_("The page was open too long. Please try again.")))
    try:
        content = encryption.decrypt(bytes.fromhex(encrypted), PURPOSE, person.live.id_hash)
    except (ValueError, encryption.CannotDecrypt):
        raise refusal from None
    challenge, moment = content[:32], datetime.fromisoformat(content[32:].decode("ascii"))
    if clock.now() - moment > ASKED_FOR:
        raise refusal
    return challenge
