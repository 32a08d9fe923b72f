"""Setting up, giving and removing second factors. A given factor gives the session a new id."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update

from casetracker.accounts import authenticator, events, factor_queries, factor_rules, notices, passkeys, queries
from casetracker.accounts.commands.sessions import drop_sessions
from casetracker.accounts.factor_models import Authenticator, FactorUse, Passkey, RecoveryCode
from casetracker.accounts.factor_states import RECOVERY_CODES, FactorFacts, FactorMethod
from casetracker.accounts.models import AccountSession, User
from casetracker.core import clock, encryption, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, insert_if_new, lock
from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import part_of_user_chain, record

SECRET_PURPOSE = "authenticator secret"  # noqa: S105  # names a use of the key
SIGN_IN, STEP_UP = "sign_in", "step_up"


@dataclass(frozen=True, kw_only=True)
class AddAuthenticator(Command):
    """An authenticator app that showed its first code; `session_id` is the session that it happens in."""

    secret: str = field(repr=False)
    code: str
    session_id: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AddPasskey(Command):
    """A passkey that a browser made for this challenge."""

    name: str
    answer: str
    challenge: bytes
    site: passkeys.Site
    session_id: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RemoveFactor(Command):
    """Take an own factor away."""

    factor_id: str


@dataclass(frozen=True, kw_only=True)
class MakeRecoveryCodes(Command):
    """Eight new recovery codes in the place of the older ones."""


@dataclass(frozen=True, kw_only=True)
class GiveCode:
    """A code typed: of the authenticator app (six digits), or a recovery code."""

    code: str
    session_id: str
    occasion: str


@dataclass(frozen=True, kw_only=True)
class GivePasskey:
    """A browser's answer to the challenge, signed with a passkey."""

    answer: str
    challenge: bytes
    site: passkeys.Site
    session_id: str
    occasion: str


@dataclass(frozen=True)
class Added:
    """A factor was added: the session's new id, and the recovery codes that came with the first one."""

    session_id: str
    codes: tuple[str, ...]


@command
def add_authenticator(cmd: AddAuthenticator, *, actor: Actor) -> Added:
    """Set up the authenticator app, once it has shown a right code."""
    user, factors = _lock_own(actor)
    refuse_if(factor_rules.why_not_add_authenticator(factors))
    step = _running_step(cmd.secret, cmd.code, N_("This code does not fit. Wait for the next one, and type that."))
    row = add(Authenticator(
        id=ids.new_id(), office_id=user.office_id, user_id=user.id, added_at=clock.now(),
        sealed_secret=encryption.encrypt(cmd.secret.encode("ascii"), SECRET_PURPOSE, user.id),
    ))  # fmt: skip
    insert_if_new(FactorUse, factor_id=row.id, counter=step, used_at=clock.now())
    return _added(user, factors, FactorMethod.AUTHENTICATOR, row.id, cmd.session_id, actor)


@command
def add_passkey(cmd: AddPasskey, *, actor: Actor) -> Added:
    """Set up a passkey that the browser made just now."""
    user, factors = _lock_own(actor)
    refuse_if(factor_rules.why_not_add_passkey(factors))
    try:
        made = passkeys.judge_made(cmd.answer, cmd.site, cmd.challenge)
    except passkeys.BadAnswer:
        raise Refused(Message(N_("The browser made no passkey. Please try again."))) from None
    known = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if db.session.execute(known).first() is not None:
        raise Refused(Message(N_("This passkey is set up already.")))
    row = add(Passkey(
        id=ids.new_id(), office_id=user.office_id, user_id=user.id, credential_id=made.credential_id,
        public_key=made.public_key, name=cmd.name, added_at=clock.now(),
    ))  # fmt: skip
    insert_if_new(FactorUse, factor_id=row.id, counter=made.sign_count, used_at=clock.now())
    return _added(user, factors, FactorMethod.PASSKEY, row.id, cmd.session_id, actor)


@command
def remove_factor(cmd: RemoveFactor, *, actor: Actor) -> str:
    """Take an own factor away; with the last one the recovery codes go too. Returns the factor's id."""
    user, factors = _lock_own(actor)
    row = _own_factor(user.id, cmd.factor_id)
    refuse_if(factor_rules.why_not_remove_factor(factors))
    method = FactorMethod.AUTHENTICATOR if isinstance(row, Authenticator) else FactorMethod.PASSKEY
    _delete(row)
    if factors.count == 1:
        _drop_codes(user.id)
    notices.tell(user.id, notices.Kind.FACTOR_REMOVED)
    owner, part = part_of_user_chain(user.office_id)
    record(events.FactorRemoved(owner_id=owner, part=part, method=str(method), factor_id=cmd.factor_id), actor=actor)
    return cmd.factor_id


@command
def make_recovery_codes(cmd: MakeRecoveryCodes, *, actor: Actor) -> tuple[str, ...]:
    """New recovery codes; the older ones open nothing any more."""
    user, factors = _lock_own(actor)
    refuse_if(factor_rules.why_not_make_codes(factors))
    _drop_codes(user.id)
    codes = _write_codes(user)
    owner, part = part_of_user_chain(user.office_id)
    record(events.RecoveryCodesMade(owner_id=owner, part=part, number=len(codes)), actor=actor)
    notices.tell(user.id, notices.Kind.RECOVERY_CODES_MADE)
    return codes


@command
def give_code(cmd: GiveCode, *, actor: Actor) -> str:
    """Give the second factor by a code that was typed; returns the session's new id."""
    code = factor_queries.tidy_code(cmd.code)
    is_short = len(code) == 6 and code.isdigit()
    method = _use_authenticator(code, actor) if is_short else _use_recovery_code(code, actor)
    return _given(method, cmd.session_id, cmd.occasion, actor)


@command
def give_passkey(cmd: GivePasskey, *, actor: Actor) -> str:
    """Give the second factor by a passkey; returns the session's new id."""
    row = factor_queries.find_passkey(actor.id, passkeys.named_in(cmd.answer))
    refusal = Message(N_("The passkey did not answer, or is none of yours. Please try again."))
    if row is None:
        raise Refused(refusal)
    try:
        counter = passkeys.judge_used(cmd.answer, cmd.site, cmd.challenge, row.public_key)
    except passkeys.BadAnswer:
        raise Refused(refusal) from None
    if not _count_on(row.id, counter, may_stand_at_zero=True):
        raise Refused(
            Message(N_("This passkey may have been copied: it has counted less than before. Use another way."))
        )
    return _given(FactorMethod.PASSKEY, cmd.session_id, cmd.occasion, actor)


def drop_factors(user: User) -> None:
    """Inside a command that records: take every second factor of somebody away."""
    found = factor_queries.load_factors(user.id)
    for row in (found.authenticator, *found.passkeys):
        if row is not None:
            _delete(row)
    _drop_codes(user.id)
    drop_sessions(user.id)


def move_factors(user: User) -> None:
    """Inside a command that gave the person another office: the factors belong to its chain from now on."""
    found = factor_queries.load_factors(user.id)
    codes = db.session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user.id))
    for row in (found.authenticator, *found.passkeys, *codes):
        if row is not None:
            row.office_id = user.office_id


def facts_of(user_id: str) -> FactorFacts:
    """A person's factors as the rules judge them here."""
    return factor_queries.load_factors(user_id).facts(is_free=queries.is_demonstration())


def _lock_own(actor: Actor) -> tuple[User, FactorFacts]:
    require(actor, Permission.OWN_ACCOUNT)
    user = lock(User, actor.id)
    return user, facts_of(user.id)


def _own_factor(user_id: str, factor_id: str) -> Authenticator | Passkey:
    found = factor_queries.load_factors(user_id)
    for row in (found.authenticator, *found.passkeys):
        if row is not None and row.id == factor_id:
            return row
    raise NotFound("no such factor")


def _added(
    user: User, factors: FactorFacts, method: FactorMethod, factor_id: str, session_id: str, actor: Actor
) -> Added:
    codes = () if factors.codes_left else _write_codes(user)
    owner, part = part_of_user_chain(user.office_id)
    record(events.FactorAdded(owner_id=owner, part=part, method=str(method), factor_id=factor_id), actor=actor)
    notices.tell(user.id, notices.Kind.FACTOR_ADDED)
    return Added(_renew(session_id, actor.id, was_given=factors.count > 0), codes)


def _given(method: FactorMethod, session_id: str, occasion: str, actor: Actor) -> str:
    renewed = _renew(session_id, actor.id)
    owner, part = part_of_user_chain(actor.office_id)
    record(events.FactorGiven(owner_id=owner, part=part, method=str(method), occasion=occasion), actor=actor)
    return renewed


def _use_authenticator(code: str, actor: Actor) -> FactorMethod:
    row = factor_queries.find_authenticator(actor.id)
    if row is None:
        raise Refused(Message(N_("This code does not fit."), field="code"))
    secret = encryption.decrypt(row.sealed_secret, SECRET_PURPOSE, actor.id).decode("ascii")
    step = _running_step(secret, code, N_("This code does not fit."))
    if not _count_on(row.id, step):
        raise Refused(Message(N_("This code has been used already. Wait for the next one."), field="code"))
    if not encryption.is_newest(row.sealed_secret):  # so that an older key is needed by nobody who signs in
        lock(Authenticator, row.id).sealed_secret = encryption.encrypt(secret.encode("ascii"), SECRET_PURPOSE, actor.id)
    return FactorMethod.AUTHENTICATOR


def _running_step(secret: str, code: str, otherwise: str) -> int:
    """The step whose code this is; a code opens in its own 30 seconds alone (ASVS 6.5.5). Refused with `otherwise`."""
    now = clock.now()
    step = authenticator.matching_step(secret, code, now)
    if step is not None:
        return step
    if authenticator.is_just_beside(secret, code, now):
        otherwise = N_("This code has run out, or the telephone's clock is off: type the one that is shown now.")
    raise Refused(Message(otherwise, field="code"))


def _use_recovery_code(code: str, actor: Actor) -> FactorMethod:
    found = factor_queries.find_code(actor.id, code)
    row = lock(RecoveryCode, found.id) if found else None
    if row is None or row.used_at is not None:
        raise Refused(Message(N_("This code does not fit, or has been used already."), field="code"))
    row.used_at = clock.now()
    notices.tell(actor.id, notices.Kind.RECOVERY_CODE_USED)
    return FactorMethod.RECOVERY_CODE


def _count_on(factor_id: str, counter: int, *, may_stand_at_zero: bool = False) -> bool:
    """Move the factor's counter on, in one statement: of any number that try the same value at once, one succeeds.

    Many passkeys count nothing and always say 0; for those the challenge alone is what is used once.
    """
    further = FactorUse.counter < counter
    if may_stand_at_zero and counter == 0:
        further = FactorUse.counter == 0
    query = update(FactorUse).where(FactorUse.factor_id == factor_id, further)
    moved = query.values(counter=counter, used_at=clock.now()).returning(FactorUse.factor_id)
    return db.session.execute(moved).first() is not None


def _renew(session_id: str, user_id: str, *, was_given: bool = False) -> str:
    """The session goes on under a new id, with the second factor given now; NotFound where it has ended.

    was_given: only where a second factor was given in it before. To set up another one the password is not enough,
    also for a page that was opened when the person had none.
    """
    renewed, now = ids.new_secret(), clock.now()
    mine = (AccountSession.id_hash == queries.secret_hash(session_id)) & (AccountSession.user_id == user_id)
    if was_given:
        mine &= AccountSession.factor_at.is_not(None)
    query = update(AccountSession).where(mine)
    values = {"id_hash": queries.secret_hash(renewed), "factor_at": now, "seen_at": now}
    if db.session.execute(query.values(**values).returning(AccountSession.id_hash)).first() is None:
        raise NotFound("this session has ended")
    return renewed


def _write_codes(user: User) -> tuple[str, ...]:
    codes = tuple(_new_code() for _each in range(RECOVERY_CODES))
    for code in codes:
        add(RecoveryCode(
            id=ids.new_id(), office_id=user.office_id, user_id=user.id, used_at=None,
            code_hash=factor_queries.code_hash(user.id, code),
        ))  # fmt: skip
    return codes


def _new_code() -> str:
    """120 random bits in six groups of four: abcd-efgh-ijkl-mnop-qrst-uvwx (earlier codes had four groups)."""
    text = base64.b32encode(ids.random_bytes(15)).decode("ascii").lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _drop_codes(user_id: str) -> None:
    for row in db.session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user_id).with_for_update()):
        db.session.delete(row)
    db.session.flush()


def _delete(row: Authenticator | Passkey) -> None:
    db.session.delete(row)
    db.session.flush()
    db.session.execute(delete(FactorUse).where(FactorUse.factor_id == row.id))
