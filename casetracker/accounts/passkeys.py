"""Passkeys (WebAuthn): what the browser is asked, and judging what it answers; hides the library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

NAME = "Casetracker"
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)
"""What the library raises over an answer that no browser gives."""


class BadAnswer(Exception):
    """What the browser sent is no answer to what it was asked, or not by a key that is known."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the program is reached: `host` without port, `origin` with scheme and port."""

    host: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Browsers bind passkeys to names: an address of numbers has none."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return True
        return False


@dataclass(frozen=True, kw_only=True)
class NewPasskey:
    """A passkey that a browser made."""

    credential_id: str
    public_key: bytes
    sign_count: int


def ask_to_make(site: Site, *, user_id: str, email: str, name: str, challenge: bytes, known: Iterable[str]) -> str:
    """What a browser needs to make a passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=user_id.encode("ascii"),
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return webauthn.options_to_json(options)


def ask_to_use(site: Site, *, challenge: bytes, known: Iterable[str]) -> str:
    """What a browser needs to use one of the passkeys known, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, allow_credentials=_descriptors(known)
    )
    return webauthn.options_to_json(options)


def judge_made(answer: str, site: Site, challenge: bytes) -> NewPasskey:
    """The passkey that the browser made; BadAnswer where it answers something else."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin
        )
    except _UNREADABLE as fault:
        raise BadAnswer(str(fault)) from fault
    return NewPasskey(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )


def named_in(answer: str) -> str:
    """The credential id that the browser says it used; "" where it says nothing that can be one."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    named = found.get("id") if isinstance(found, dict) else None
    return named if isinstance(named, str) and _BASE64URL.fullmatch(named) else ""


def judge_used(answer: str, site: Site, challenge: bytes, public_key: bytes) -> int:
    """The signature counter that the passkey tells; BadAnswer where this key did not sign this challenge here."""
    try:
        used = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # the counter is judged where it is kept
        )
    except _UNREADABLE as fault:
        raise BadAnswer(str(fault)) from fault
    return used.new_sign_count


def _descriptors(known: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known]
