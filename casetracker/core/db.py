"""The database: base class, column types, transactions. It and `append_only.py` alone know which of the two it is."""

from __future__ import annotations

import enum
import json
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    cast,
    create_engine,
    event,
    func,
    inspect,
    select,
    type_coerce,
)  # fmt: skip
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, registry

from casetracker.core.turns import take_turn

PERSONAL: dict[str, Any] = {"history": "personal"}
"""Column info: the body of an event holds only a salted hash; the value can be erased."""
ERASABLE: dict[str, Any] = {**PERSONAL, "erasable": True}
"""Column info: personal in a table that only grows; erasing may empty it, nothing else may change it."""
ERASED_TOO: dict[str, Any] = {"erased_too": True}
"""Column info: not personal by itself, and emptied with what is: it says something of a value that is gone."""
ERASED = "erased"
"""What stands in a text after erasing."""
SECRET: dict[str, Any] = {"history": "secret"}
"""Column info: the body holds only a hash, the value is kept nowhere in the history."""


def ignored(reason: str) -> dict[str, Any]:
    """Column info: not in the history at all, for the reason given."""
    return {"history": "ignored", "reason": reason}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC on both databases; naive moments are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, UTC to the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive moments are not stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def canonical_json(value: Any) -> str:
    """Canonical JSON (RFC 8785 on our subset: str, bool, None, whole numbers below 2^53, ASCII keys)."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class JsonText(TypeDecorator[Any]):
    """A frozen JSON value kept as canonical text, so that what was hashed is what is stored."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Python value to canonical text."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Canonical text to Python value."""
        return None if value is None else json.loads(value)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's base: whole numbers are 64 bits, moments aware UTC, enumerations their plain value."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            int: BigInteger,
            str: Text,
            bool: Boolean,
            bytes: LargeBinary,
            date: Date,
            datetime: UTCDateTime,
            dict[str, Any]: JsonText,
            list[Any]: JsonText,
            enum.StrEnum: Enum(
                enum.StrEnum, native_enum=False, length=40, values_callable=lambda e: [m.value for m in e]
            ),
        },
    )


class Tracked:
    """A row whose every change stands in the history.

    `__owner__` names the column that holds the id of the chain's owner (a dossier, an office; an empty value or no
    column means the system). `__part__` is the compartment, or `.column` where each row says its own.
    """

    __owner__: ClassVar[str | None] = "dossier_id"
    __part__: ClassVar[str] = "shared"

    version: Mapped[int] = mapped_column(nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def wire(engine: Engine) -> None:
    """Give the engine our transactions: writing ones IMMEDIATE / READ WRITE, all others read-only in the database."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _pragmas(connection: Any, record: Any) -> None:
            connection.isolation_level = None
            for pragma in (
                "foreign_keys=ON",
                "recursive_triggers=ON",
                "secure_delete=ON",
                "synchronous=FULL",
                "busy_timeout=5000",
            ):
                connection.execute("PRAGMA " + pragma)
            # SQLite's own know A to Z alone: a name typed small would not be found in Cyrillic.
            connection.create_function("lower", 1, _lower, deterministic=True)
            connection.create_function("upper", 1, _upper, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        write = connection.get_execution_options().get("ct_begin") == "write"
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only=" + ("OFF" if write else "ON"))
            if write:
                take_turn(connection)
            else:
                connection.exec_driver_sql("BEGIN")
        else:
            connection.connection.dbapi_connection.read_only = not write


def engine_options(url: str, role: str | None = None) -> dict[str, Any]:
    """Options for create_engine by the database's address; `role`: whom PostgreSQL takes every connection for."""
    if url.startswith("postgresql"):
        return {
            "isolation_level": "READ COMMITTED",
            "hide_parameters": True,
            "connect_args": {"options": "-c default_transaction_read_only=on" + (f" -c role={role}" if role else "")},
            "pool_pre_ping": True,
        }
    return {"hide_parameters": True}  # the text of a fault never holds what was typed


def is_postgresql(connection: Connection) -> bool:
    """Whether this connection leads to PostgreSQL; SQLite otherwise."""
    return connection.dialect.name == "postgresql"


def as_owner(connection: Connection) -> None:
    """For this transaction be the login itself, not the role under which the program works: migrations alone."""
    if is_postgresql(connection):
        connection.exec_driver_sql("SET LOCAL ROLE NONE")


def insert_or_leave(session: Session, model: type[Base], values: dict[str, Any]) -> postgresql.Insert | sqlite.Insert:
    """The statement that inserts a row, or does nothing where one of its keys stands already."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(model).values(**values).on_conflict_do_nothing()


def try_lock(session: Session, number: int) -> bool:
    """Whether this writing transaction is the only one with the lock `number`; never waits. Given back at its end."""
    if session.get_bind().dialect.name != "postgresql":
        return True  # one writing transaction at a time, and this is it
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(number))))


def unique_keys(table: Table) -> list[list[str]]:
    """The column names of every key of the table: primary key, unique constraints, unique indexes."""
    keys = [[c.name for c in table.primary_key.columns]]
    keys += [[c.name for c in u.columns] for u in table.constraints if isinstance(u, UniqueConstraint)]
    keys += [[c.name for c in i.columns] for i in table.indexes if isinstance(i, Index) and i.unique]
    return keys


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{6})")


def raw_column(column: Any, dialect: str) -> Any:
    """The column as the database holds it, so that a value nobody could have written still reads."""
    kind = column.type
    if dialect == "sqlite":
        return type_coerce(column, Text)  # SQLite hands out what lies there, whatever the column's type
    if isinstance(kind, UTCDateTime):
        written = func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        return func.coalesce(written, cast(column, Text))  # infinity has no form, and is not nothing
    if isinstance(kind, Date):
        return func.coalesce(func.to_char(column, "YYYY-MM-DD"), cast(column, Text))
    return type_coerce(column, Text) if isinstance(kind, Enum | JsonText) else column


def raw_value(value: Any, column: Any, dialect: str) -> Any:
    """What `raw_column` gave, in the canonical form that a body would hold; what has no such form says so."""
    kind = column.type
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex() if isinstance(kind, LargeBinary) else f"as stored: {bytes(value).hex()}"
    if value is None or dialect != "sqlite":
        return value
    if isinstance(kind, UTCDateTime):
        moment = _MOMENT.fullmatch(value) if isinstance(value, str) else None
        return f"{moment[1]}T{moment[2]}Z" if moment else f"as stored: {value!r}"
    if isinstance(kind, Boolean):
        return bool(value) if type(value) is int and value in (0, 1) else f"as stored: {value!r}"
    fits = int if isinstance(kind, BigInteger) else str
    return value if type(value) is fits and not isinstance(kind, LargeBinary) else f"as stored: {value!r}"


def is_read_as_recorded(column: Any, dialect: str) -> bool:
    """Whether `raw_value` leaves what was properly written in this column as it is."""
    changed = (LargeBinary, UTCDateTime, Boolean) if dialect == "sqlite" else LargeBinary
    return not isinstance(column.type, changed)


def byte_order(column: Any, dialect: str) -> Any:
    """The column for ordering by the bytes of its UTF-8, as Python orders text, whatever the database's language."""
    return column.collate("C") if dialect == "postgresql" else column


def lost_columns(connection: Connection) -> list[tuple[str, str]]:
    """(table, column) of what the models name and the database has not; ("-" for a whole table)."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    lost = [(table.name, "-") for table in Base.metadata.sorted_tables if table.name not in there]
    for table in Base.metadata.sorted_tables:
        if table.name in there:
            names = {column["name"] for column in inspector.get_columns(table.name)}
            lost += [(table.name, column.name) for column in table.columns if column.name not in names]
    return lost


@contextmanager
def snapshot(engine: Engine, *, any_text: bool = True) -> Iterator[Connection]:
    """One consistent, read-only view for a long read: a copy on SQLite (a long read would stop the writers), a
    repeatable-read transaction on PostgreSQL. any_text: as after `read_any_text`."""
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            connection.exec_driver_sql("SELECT set_config('casetracker.scope', 'all', true)")  # past the rows' walls
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="casetracker-") as folder:
        path = f"{folder}/copy.sqlite3"
        with engine.connect() as source, closing(sqlite3.connect(path)) as target:
            source.connection.dbapi_connection.backup(target)  # type: ignore[union-attr]  # sqlite3's own connection
        copy = create_engine(f"sqlite:///{path}")
        try:
            with copy.connect() as connection:
                if any_text:
                    read_any_text(connection)
                yield connection
        finally:
            copy.dispose()


def read_any_text(connection: Connection) -> bool:
    """From now on text that is no UTF-8 is read all the same, its bytes written out; slower. False: it was so before,
    or the database takes none (PostgreSQL)."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or driver.text_factory is not str:
        return False
    driver.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
    return True


def answers() -> bool:
    """Whether the database can be asked at all; for the health check, which tells nothing else."""
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True
