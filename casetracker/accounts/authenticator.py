"""Authenticator apps (TOTP, RFC 6238): the secret, its picture, and which 30 seconds a code belongs to."""

from __future__ import annotations

import base64
import hmac
import io
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

from casetracker.core import ids

ISSUER = "Casetracker"
STEP = 30
"""Seconds that a code stands."""


def new_secret() -> str:
    """160 random bits, as an app takes them when they are typed (base 32)."""
    return base64.b32encode(ids.random_bytes(20)).decode("ascii")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Which step (30 seconds since 1970) the code belongs to, one before and one after now included; None: none."""
    current = int(now.timestamp()) // STEP
    totp, found, typed = pyotp.TOTP(secret), None, code.encode("utf-8", "replace")
    for step in (current - 1, current, current + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed):
            found = step
    return found


def address(secret: str, email: str) -> str:
    """The otpauth address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(secret: str, email: str, label: str) -> Markup:
    """The address as a QR code: an SVG without any style, dark on a white ground in every colour scheme."""
    out = io.BytesIO()
    code = segno.make(address(secret, email), error="m", micro=False)
    code.save(
        out, kind="svg", scale=1, border=4, dark="#000", light="#fff", xmldecl=False, svgns=False, nl=False,
        omitsize=True, svgclass="qr", lineclass=None,
    )  # fmt: skip
    svg = out.getvalue().decode("utf-8")
    return Markup(svg.replace("<svg ", Markup('<svg role="img" aria-label="%s" ') % label, 1))  # noqa: S704  # drawn here


def readable(secret: str) -> str:
    """The secret in groups of four, to be typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
