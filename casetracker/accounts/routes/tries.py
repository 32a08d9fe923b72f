"""Counts the tries of a password, for the account and for the address that they come from."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from flask import request
from flask_babel import ngettext

from casetracker.accounts import commands, devices, limits, queries
from casetracker.accounts.limit_rules import SIGN_IN
from casetracker.accounts.limits import Ask, Taken
from casetracker.core.actor import SYSTEM
from casetracker.web.answered import once_answered


def begin(email: str) -> Taken:
    """Count one try before the password is looked at. Who signed in from this browser before has a count apart, so
    that no stranger who fails under the same name or address shuts the owner out."""
    asks = _asks(email)
    taken = limits.take(*asks)
    if asks[0] in taken.reached and (user := queries.find_user_by_email(email)) is not None and user.is_active:
        user_id = user.id
        once_answered(lambda: commands.note_held_up(user_id, actor=SYSTEM))  # its time would tell of the account
    return taken


def succeeded(email: str) -> None:
    """The password fitted: the account starts anew; the address only loses this one try."""
    own, *others = _asks(email)
    limits.forgive(own)
    limits.give_back(*others)


def sentence(taken: Taken) -> str:
    """How long to wait, in words."""
    return str(
        ngettext(
            "Too many attempts failed. Please wait %(num)d minute, and try again then.",
            "Too many attempts failed. Please wait %(num)d minutes, and try again then.",
            taken.minutes,
        )
    )


def from_address() -> str:
    """Where the request comes from; of IPv6 the network, of which one household has a whole one."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _asks(email: str) -> list[Ask]:
    """What a try counts under; the account's own count first."""
    user = queries.find_user_by_email(email)
    if user is not None and devices.is_known(user.id):
        return [Ask(limit=SIGN_IN, subject=f"device of {user.id}: {devices.secret()}")]
    return [
        Ask(limit=SIGN_IN, subject=f"account {email}"),
        Ask(limit=SIGN_IN, subject=f"address {from_address()}"),
    ]
