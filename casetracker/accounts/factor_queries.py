"""Reading people's second factors."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from casetracker.accounts.factor_models import Authenticator, FactorUse, Passkey, RecoveryCode
from casetracker.accounts.factor_states import FactorFacts
from casetracker.accounts.models import User
from casetracker.core.db import db

TYPED = re.compile(r"[^0-9a-z]")


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What one person has; when each recovery code was used (None: it is left)."""

    authenticator: Authenticator | None
    passkeys: list[Passkey]
    codes: list[datetime | None]

    @property
    def codes_left(self) -> int:
        """How many recovery codes were not used yet."""
        return self.codes.count(None)

    def facts(self, *, is_free: bool) -> FactorFacts:
        """The same as the rules judge it."""
        return FactorFacts(
            has_authenticator=self.authenticator is not None,
            passkeys=len(self.passkeys),
            codes_left=self.codes_left,
            is_free=is_free,
        )


def has_factor() -> ColumnElement[bool]:
    """Whether the user of an enclosing query has a second factor."""
    return or_(
        exists().where(Authenticator.user_id == User.id).correlate(User),
        exists().where(Passkey.user_id == User.id).correlate(User),
    )


def load_factors(user_id: str) -> Factors:
    """A person's second factors, the passkeys in the order in which they came."""
    passkeys = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.added_at, Passkey.id)
    codes = select(RecoveryCode.used_at).where(RecoveryCode.user_id == user_id)
    return Factors(
        authenticator=find_authenticator(user_id),
        passkeys=list(db.session.scalars(passkeys)),
        codes=list(db.session.scalars(codes.order_by(RecoveryCode.used_at, RecoveryCode.id))),
    )


def find_authenticator(user_id: str) -> Authenticator | None:
    """The person's authenticator app."""
    return db.session.scalars(select(Authenticator).where(Authenticator.user_id == user_id)).one_or_none()


def find_passkey(user_id: str, credential_id: str) -> Passkey | None:
    """The person's passkey that the browser names so."""
    query = select(Passkey).where(Passkey.user_id == user_id, Passkey.credential_id == credential_id)
    return db.session.scalars(query).one_or_none()


def find_code(user_id: str, code: str) -> RecoveryCode | None:
    """The person's recovery code, used or not."""
    wanted = code_hash(user_id, code)
    query = select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == wanted)
    return db.session.scalars(query).one_or_none()


def list_uses(factor_ids: list[str]) -> dict[str, FactorUse]:
    """factor id -> how far it has counted and when it was last used."""
    return {
        use.factor_id: use for use in db.session.scalars(select(FactorUse).where(FactorUse.factor_id.in_(factor_ids)))
    }


def code_hash(user_id: str, code: str) -> str:
    """What is stored of a recovery code: 120 random bits need no slow hash (ASVS 6.5.2)."""
    return hashlib.sha256(f"{user_id}:{tidy_code(code)}".encode("utf-8", "replace")).hexdigest()


def tidy_code(code: str) -> str:
    """A code without what people type between its groups."""
    return TYPED.sub("", code.lower())


def count_without() -> int:
    """How many active people with a password have no second factor."""
    query = select(func.count()).select_from(User).where(User.is_active, User.password_hash.is_not(None), ~has_factor())
    return db.session.execute(query).scalar_one()
