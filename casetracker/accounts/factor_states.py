"""Second factors: their kinds, how far a signed-in browser has come, and the limits; frozen facts for the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values

FRESH_FOR = timedelta(minutes=5)
"""How long a second factor that was given stands for what decides, pays, exports or gives roles."""
RECOVERY_CODES = 8
MOST_PASSKEYS = 10


class FactorMethod(StrEnum):
    """What was given as the second factor."""

    AUTHENTICATOR = "authenticator"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


class Standing(StrEnum):
    """How far a browser has come whose password fitted."""

    FULL = "full"
    OWES_FACTOR = "owes_factor"
    OWES_ENROLMENT = "owes_enrolment"


name_values({
    FactorMethod.AUTHENTICATOR: N_("Authenticator app"),
    FactorMethod.PASSKEY: N_("Passkey"),
    FactorMethod.RECOVERY_CODE: N_("Recovery code"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FactorFacts:
    """The second factors of one person as the rules judge them; `is_free` says that none is needed here."""

    has_authenticator: bool
    passkeys: int
    codes_left: int
    is_free: bool

    @property
    def count(self) -> int:
        """How many second factors there are; recovery codes stand in for one and count for none."""
        return int(self.has_authenticator) + self.passkeys
