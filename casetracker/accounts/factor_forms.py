"""Forms of setting up and removing second factors."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from casetracker.accounts import passkeys
from casetracker.accounts.commands.factors import AddAuthenticator, AddPasskey, MakeRecoveryCodes, RemoveFactor
from casetracker.accounts.commands.resets import ResetFactors
from casetracker.accounts.session import SignedIn
from casetracker.core import encryption
from casetracker.web.forms import Form, HiddenField, TextField

PURPOSE = "authenticator secret being set up"


class HeldField(HiddenField):
    """Something that the page holds between two requests; what goes out is the view's, never what came in."""

    def hold(self, text: str) -> None:
        """What the page carries next."""
        self.raw_data, self.data = None, text


class AddAuthenticatorForm(Form):
    """The first code that the app shows; the secret itself stands encrypted in the page until then."""

    code = TextField(
        _l("The code that the app shows"), max=20, autocomplete="one-time-code", inputmode="numeric",
        hint=_l("Six digits."),
    )  # fmt: skip
    encrypted = HeldField(max=400)

    def to_command(self, secret: str, session_id: str) -> AddAuthenticator:
        code = "".join(str(self.code.data).split())
        return AddAuthenticator(token=self.token, secret=secret, code=code, session_id=session_id)


class AddPasskeyForm(Form):
    """The passkey's name for its owner, and what the browser answered."""

    name = TextField(
        _l("Name"), max=60, hint=_l("By which you know it again, like: work laptop, blue key."),
    )  # fmt: skip
    answer = HeldField(max=8000)
    asked = HeldField(max=400)

    def to_command(self, challenge: bytes, site: passkeys.Site, session_id: str) -> AddPasskey:
        return AddPasskey(
            token=self.token, name=str(self.name.data), answer=str(self.answer.data or ""), challenge=challenge,
            site=site, session_id=session_id,
        )  # fmt: skip


class FactorButtonForm(Form):
    """Removing one factor."""

    def to_command(self, factor_id: str) -> RemoveFactor:
        return RemoveFactor(token=self.token, factor_id=factor_id)


class ResetFactorsForm(Form):
    """Asking for somebody's lost factors to be taken away."""

    def to_command(self, user_id: str) -> ResetFactors:
        return ResetFactors(token=self.token, user_id=user_id)


class MakeCodesForm(Form):
    """New recovery codes; or: those that were shown are kept."""

    def to_command(self) -> MakeRecoveryCodes:
        return MakeRecoveryCodes(token=self.token)


def encrypted_secret(secret: str, person: SignedIn) -> str:
    """The secret as the page carries it: it opens in this session alone."""
    return encryption.encrypt(secret.encode("ascii"), PURPOSE, person.live.id_hash).hex()


def opened_secret(form: AddAuthenticatorForm, person: SignedIn) -> str | None:
    """The secret whose picture was shown; None where the page brought none of this session."""
    try:
        return encryption.decrypt(bytes.fromhex(form.encrypted.typed), PURPOSE, person.live.id_hash).decode("ascii")
    except (ValueError, encryption.CannotDecrypt):
        return None
