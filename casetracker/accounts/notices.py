"""Mail to the owner of an account about what was done with it: no secret, no word of any case."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import gettext

from casetracker.accounts import mail, queries
from casetracker.core import clock
from casetracker.core.errors import N_


class Kind(StrEnum):
    """What the owner is told of."""

    NEW_DEVICE = "new_device"
    TRIES_HELD_UP = "tries_held_up"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # the name of a kind, no password
    ROLE_CHANGED = "role_changed"
    ACCESS_ENDED = "access_ended"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTORS_RESET = "factors_reset"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"


SENTENCES: dict[Kind, tuple[str, str]] = {
    Kind.NEW_DEVICE: (
        N_("Signed in from a new browser"),
        N_("You signed in from a browser that was not seen before: %(device)s."),
    ),
    Kind.TRIES_HELD_UP: (
        N_("Too many attempts to sign in"),
        N_("Somebody tried too often to get into your account, without success. Further tries "
           "are held up for a while."),
    ),
    Kind.PASSWORD_CHANGED: (N_("Your password was changed"), N_("The password of your account was changed.")),
    Kind.ROLE_CHANGED: (N_("Your role was changed"), N_("The role or the office of your account was changed.")),
    Kind.ACCESS_ENDED: (N_("Your access has ended"), N_("Your account was deactivated.")),
    Kind.FACTOR_ADDED: (N_("A second factor was added"), N_("A second factor was added to your account.")),
    Kind.FACTOR_REMOVED: (N_("A second factor was removed"), N_("A second factor of your account was removed.")),
    Kind.FACTORS_RESET: (
        N_("Your second factors were reset"),
        N_("All second factors of your account were removed, as two people agreed, and your password with them. "
           "Another mail brings a link by which you set a new password; then set up a second factor."),
    ),
    Kind.RECOVERY_CODE_USED: (
        N_("A recovery code was used"),
        N_("One of your recovery codes was used in place of your second factor. It does not work again."),
    ),
    Kind.RECOVERY_CODES_MADE: (
        N_("New recovery codes were made"),
        N_("New recovery codes were made for your account. The older ones no longer work."),
    ),
}  # fmt: skip


def tell(user_id: str, kind: Kind, **params: str) -> None:
    """Mail the owner once the running transaction is kept (at once outside a command); `params` fill the sentence."""
    user = queries.get_user(user_id)
    subject, sentence = SENTENCES[kind]
    text = gettext(
        "Hello %(name)s,\n\n%(what)s\n\nWhen: %(when)s (UTC)\n\n"
        "If this was not you, tell your administrator at once, and change your password.\n",
        name=user.name,
        what=gettext(sentence, **params),
        when=f"{clock.now():%Y-%m-%d %H:%M}",
    )
    mail.send(user.email, gettext(subject), text)
