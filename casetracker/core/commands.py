"""One command is one transaction with at least one event. Only this module commits."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from casetracker.core import clock, row_security, tracking
from casetracker.core.db import Base, Tracked, db, insert_or_leave
from casetracker.core.errors import (
    N_,
    Conflict,
    HistoryFault,
    Message,
    NotFound,
    Refused,
    refuse_if,
    why_not_reason,
)
from casetracker.core.tracking import Diff, Frame

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=Base)

ATTEMPTS = 5
_RETRIED = {"40001", "40P01", "23505"}
"""PostgreSQL's states after which the command runs again: two transactions crossed, or another one wrote the same key
first. The second run sees that row, and the rule says so in its own sentence. On SQLite writers queue."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a form asks for, in types. `token` is the form's one-time token: the same form sent twice acts once.

    A field `reason: str` is a reason that the act needs: no command runs with an empty one. Where it is needed only
    sometimes, the field is `str | None` and the act's own rule says when.
    """

    token: str | None = None


class FormToken(Base):
    """A form that was acted on: bookkeeping, so that a repeat answers with the first result. Kept for some days."""

    __tablename__ = "form_token"

    token: Mapped[str] = mapped_column(primary_key=True)
    actor_id: Mapped[str]
    payload_hash: Mapped[str]
    result: Mapped[str | None]
    created_at: Mapped[datetime]


@dataclass
class Unit:
    """The running transaction: its frames (nested commands), its events with their differences, what comes after."""

    name: str
    frames: list[Frame] = field(default_factory=list)
    events: list[tuple[Any, Any, list[Diff]]] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    broken: bool = False
    bookkeeping: bool = False

    def close_frame(self) -> None:
        """End the innermost command: it must have recorded, and nothing may have changed since."""
        frame = self.frames.pop()
        left = tracking.merge(frame.diffs)
        if left:
            tables = ", ".join(sorted({d.table for d in left}))
            raise HistoryFault(f"{frame.name} changed {tables} after its last event")
        if not frame.events and not self.bookkeeping:
            raise HistoryFault(f"{frame.name} recorded no event")


_sealer: Callable[[Session, Unit], None] | None = None


def use_sealer(sealer: Callable[[Session, Unit], None]) -> None:
    """create_app hands in what writes the events into their chains (the core knows no feature)."""
    global _sealer
    _sealer = sealer


def current_unit() -> Unit:
    """The running transaction; outside a command a HistoryFault."""
    unit = db.session().info.get("unit")
    if unit is None:
        raise HistoryFault("this may happen inside a command only")
    return cast(Unit, unit)


def in_command() -> bool:
    """Whether a transaction that writes is running."""
    return db.session().info.get("unit") is not None


def end_reading() -> None:
    """End the running transaction between two portions of a long read: on SQLite nobody can write while it lasts. Rows
    that were loaded are stale then. Inside a command it goes on: there everything is one transaction."""
    if not in_command():
        db.session.rollback()


def add_diff(diff: Diff) -> None:
    """Called by the mapper events for each written row."""
    unit = db.session().info.get("unit")
    if unit is None or not unit.frames:
        raise HistoryFault(f"{diff.table} was written outside a command")
    unit.frames[-1].diffs.append(diff)


def after_commit(call: Callable[[], None]) -> None:
    """Run `call` once the transaction is committed (mail, files to remove)."""
    current_unit().after_commit.append(call)


def command(func: Callable[P, R]) -> Callable[P, R]:
    """Run `func` in one writing transaction; a nested command joins. See `docs/patterns.md`.

    A `Command` argument with a token acts once: its repeat returns the first result (text or None).
    """
    return _wrap(func, bookkeeping=False)


def bookkeeping(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Like `command`, for tables without history; `reason` says why none is needed."""
    if not reason:
        raise ValueError("bookkeeping needs its reason")
    return lambda func: _wrap(func, bookkeeping=True)


def _wrap(func: Callable[P, R], *, bookkeeping: bool) -> Callable[P, R]:
    @functools.wraps(func)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        session = db.session()
        if session.info.get("unit") is not None:
            return _nested(func, session, bookkeeping, args, kwargs)
        return _outermost(func, session, bookkeeping, args, kwargs)

    return run


def _nested(func: Callable[..., R], session: Session, keeps_books: bool, args: Any, kwargs: Any) -> R:
    unit = current_unit()
    if keeps_books:
        return func(*args, **kwargs)
    session.flush()
    unit.frames.append(Frame(func.__name__))
    try:
        _judge_reason(args, kwargs)
        result = func(*args, **kwargs)
        session.flush()
        unit.close_frame()
    except BaseException:
        unit.broken = True
        raise
    return result


def _outermost(func: Callable[..., R], session: Session, keeps_books: bool, args: Any, kwargs: Any) -> R:
    if session.new or session.dirty or session.deleted:
        raise HistoryFault(f"unsaved objects before {func.__name__}")
    request = next((a for a in (*args, *kwargs.values()) if isinstance(a, Command) and a.token), None)
    session.rollback()
    with row_security.reading(row_security.reader_for(kwargs.get("actor"))):
        return _transact(func, session, keeps_books, request, args, kwargs)


def _transact(
    func: Callable[..., R], session: Session, keeps_books: bool, request: Command | None, args: Any, kwargs: Any
) -> R:
    for attempt in range(ATTEMPTS):
        session.rollback()
        unit = session.info["unit"] = Unit(func.__name__, bookkeeping=keeps_books)
        try:
            session.connection(execution_options={"ct_begin": "write"})
            if request is not None:
                done, first = _claim(session, request, kwargs.get("actor"))
                if done:
                    session.rollback()
                    return cast(R, first)
            unit.frames.append(Frame(func.__name__))
            _judge_reason(args, kwargs)
            result = func(*args, **kwargs)
            session.flush()
            if unit.broken:
                raise HistoryFault("a nested command failed and was swallowed")
            unit.close_frame()
            if request is not None:
                kept = result if isinstance(result, str) else None
                session.execute(update(FormToken).where(FormToken.token == request.token).values(result=kept))
            if unit.events:
                _seal(session, unit)
            session.commit()
            break
        except (OperationalError, IntegrityError) as error:
            session.rollback()
            if getattr(error.orig, "sqlstate", None) not in _RETRIED or attempt == ATTEMPTS - 1:
                raise
            time.sleep(random.uniform(0.001, 0.004) * (attempt + 1))  # noqa: S311  # jitter, not a secret
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("unit", None)
    for call in unit.after_commit:
        call()
    return result


def _seal(session: Session, unit: Unit) -> None:
    if _sealer is None:
        raise HistoryFault("no sealer: events cannot be written")
    _sealer(session, unit)


def needs_reason(request: type[Command]) -> bool:
    """Whether the act always needs a reason: its `reason` is a text, never None."""
    return any(each.name == "reason" and each.type in ("str", str) for each in dataclasses.fields(request))


def _judge_reason(args: Any, kwargs: Any) -> None:
    for request in (*args, *kwargs.values()):
        if isinstance(request, Command) and needs_reason(type(request)):
            refuse_if(why_not_reason(request.reason))  # type: ignore[attr-defined]  # needs_reason looked


def _claim(session: Session, request: Command, actor: Any) -> tuple[bool, str | None]:
    """Take the form's token as the transaction's first act. (True, first result) where it was taken before."""
    payload = hashlib.sha256(repr(request).encode("utf-8", "surrogatepass")).hexdigest()
    actor_id = getattr(actor, "id", "")
    values = {"token": request.token, "actor_id": actor_id, "payload_hash": payload, "created_at": clock.now()}
    claim = insert_or_leave(session, FormToken, values).returning(FormToken.token)
    if session.execute(claim).scalar() is not None:
        return False, None
    kept = session.execute(select(FormToken).where(FormToken.token == request.token)).scalar_one()
    if kept.payload_hash != payload or kept.actor_id != actor_id:
        raise Refused(
            Message(N_("This form was already sent with other content. Open the page again before you go on."))
        )
    return True, kept.result


def insert_if_new(model: type[Base], **values: Any) -> bool:
    """Insert a bookkeeping row unless its key stands; True when it was new. Never for tracked tables."""
    if issubclass(model, Tracked):
        raise HistoryFault("tracked rows are written by flush alone")
    session = db.session()
    key = list(model.__table__.primary_key)
    return session.execute(insert_or_leave(session, model, values).returning(*key)).first() is not None


def lock(model: type[T], id: Any, version: int | None = None) -> T:
    """The row, fresh and locked until the transaction ends. NotFound without a row; Conflict if `version` is stale."""
    row = db.session.scalars(_locked(model), {"row_id": id}).one_or_none()
    if row is None:
        raise NotFound(f"{model.__name__} {id}")
    if version is not None and row.version != version:
        raise Conflict(model.__name__, row.version, version)
    return cast(T, row)


@functools.cache
def _locked(model: type[Base]) -> Select[Any]:
    """The question of `lock`, put together once for each table."""
    query = select(model).where(model.id == bindparam("row_id"))  # type: ignore[attr-defined]  # every locked one has it
    return query.with_for_update(of=model).execution_options(populate_existing=True)


def add(row: T) -> T:
    """Put a new row into the running transaction and give it back.

    Rows are inserted in the order in which they were added: the models have no relationships that would order them,
    so what was added before, of another table, is written first (a foreign key finds its row).
    """
    session = db.session()
    if any(type(waiting) is not type(row) for waiting in session.new):
        session.flush()
    session.add(row)
    return row


__all__ = ["Command", "FormToken", "Unit", "add", "after_commit", "bookkeeping", "command", "current_unit",
           "end_reading", "in_command", "insert_if_new", "lock", "use_sealer"]  # fmt: skip
