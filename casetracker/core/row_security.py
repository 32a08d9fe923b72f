"""PostgreSQL's own wall around the rows of dossiers: without a reader named in the transaction there are none.

The first wall is `dossiers/queries.py`, which judges days, restriction and mandates exactly. This one is coarse and
lies in the database: an office reaches the dossiers it ever had to do with, what is not shared only where it sends,
an auditor those of the offices in the mandate, nobody named nothing. SQLite has no such thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, event, inspect, text
from sqlalchemy.orm import Session

from casetracker.core.actor import Actor
from casetracker.core.db import Base, Tracked, db, is_postgresql
from casetracker.core.keeping import is_kept
from casetracker.core.permissions import Role
from casetracker.core.tracking import tracked_mappers

APP_ROLE = "casetracker_app"
"""The role under which the program works: it owns no table, so it can take down no wall."""
DOSSIER = "dossier.id"
OPEN_TABLES = {
    "bundle_case": "ids of cases, for who asked for their bundle",
    "case_check": "when a case was looked at last",
    "dossier": "reference, offices and days; who had to do with it is what the walls of the others ask",
    "dossier_access": "the walls of the others ask it",
    "dossier_reader": "ids of people who sign in; no person of a case",
    "finding": "names of rules and days, of all cases at once; what they are about stands behind walls",
    "sample_item": "ids of cases and of entries, for who drew the sample",
}
"""Tables of dossiers without this wall, each with its reason."""


@dataclass(frozen=True)
class Reader:
    """For whom a transaction reads: `scope` is all, office, shared (of an office), auditor, or outside."""

    scope: str
    office_id: str = ""
    user_id: str = ""


EVERYTHING = Reader("all")
NOBODY = Reader("")


def reader_of(actor: Actor) -> Reader:
    """What the database is told of an actor."""
    if actor.role in (Role.SYSTEM, Role.OPERATOR):
        return EVERYTHING
    scope = {
        Role.CASEWORKER: "office", Role.SUPERVISOR: "office", Role.FINANCE_OFFICER: "shared", Role.AUDITOR: "auditor",
    }.get(actor.role, "outside")  # fmt: skip
    return Reader(scope, actor.office_id or "", actor.id)


def reader_for(actor: Actor | None) -> Reader:
    """For whom a command reads: its actor; without one (bookkeeping) whoever reads already."""
    return reader_of(actor) if actor else current_reader()


def read_as(actor: Actor) -> None:
    """From here on this context's transactions read for the actor, the running one too."""
    _become(db.session(), reader_of(actor))


def current_reader() -> Reader:
    """For whom this context reads."""
    return cast(Reader, db.session().info.get("reader", NOBODY))


@contextmanager
def reading(reader: Reader) -> Iterator[None]:
    """Inside, transactions read for somebody else: for the whole record where a rule judges what the reader need not
    see, or a reader of one's own. Say why at the call."""
    session = db.session()
    before = session.info.get("reader", NOBODY)
    _become(session, reader)
    try:
        yield
    finally:
        _become(session, before)


def listen(session_class: type[Session]) -> None:
    """Name the reader at the begin of every transaction. Once per process."""

    @event.listens_for(session_class, "after_begin")
    def _name_reader(session: Session, transaction: Any, connection: Connection) -> None:
        tell(connection, session.info.get("reader", NOBODY))


def tell(connection: Connection, reader: Reader) -> None:
    """Name the reader in the transaction that runs on this connection; it is forgotten when that ends."""
    if is_postgresql(connection):
        driver = cast(Any, connection.connection.dbapi_connection)
        driver.execute(
            "SELECT set_config('casetracker.scope', %s, true), set_config('casetracker.office', %s, true),"
            " set_config('casetracker.reader', %s, true)",
            (reader.scope, reader.office_id, reader.user_id),
        )


def _become(session: Session, reader: Reader) -> None:
    session.info["reader"] = reader
    if session.in_transaction():
        tell(session.connection(), reader)


# What the database is told once, after every migration


def walled_tables() -> Iterator[tuple[Table, str, str]]:
    """(table, SQL for the dossier's id, SQL for the compartment) of every tracked table of dossiers."""
    for mapper in tracked_mappers():
        model, table = cast(type[Tracked], mapper.class_), cast(Table, mapper.local_table)
        owner, part = model.__owner__, model.__part__
        if not owner or table.name in OPEN_TABLES:
            continue
        if DOSSIER in {key.target_fullname for key in table.c[owner].foreign_keys}:
            yield table, f'"{table.name}"."{owner}"', f'"{part[1:]}"' if part.startswith(".") else f"'{part}'"


def may_see(dossier: str, part: str) -> str:
    """SQL: whether the transaction's reader reaches this dossier and compartment."""
    scope = "(SELECT current_setting('casetracker.scope', true))"
    reader = "(SELECT current_setting('casetracker.reader', true))"
    return f"""({scope} = 'all'
OR ({scope} IN ('office', 'shared') AND EXISTS (SELECT 1 FROM dossier_access a WHERE a.dossier_id = {dossier}
  AND a.office_id = (SELECT current_setting('casetracker.office', true))
  AND ({part} = 'shared' OR (a.relation = 'sending' AND {scope} = 'office'))))
OR ({scope} = 'auditor' AND EXISTS (SELECT 1 FROM mandate m JOIN dossier_access a ON a.dossier_id = {dossier}
  JOIN user_account u ON u.id = m.user_id
  WHERE m.user_id = {reader} AND NOT m.is_revoked
  AND (m.office_ids = '[]' OR position('"' || a.office_id || '"' IN m.office_ids) > 0)
  AND ({part} = 'shared' OR a.relation = 'sending') AND ({part} <> 'asylum' OR u.asylum_clearance))))"""  # noqa: S608  # our own names


_READER = "(SELECT current_setting('casetracker.reader', true))"
ALSO_SEEN = {
    "referral": "referral.office_id = (SELECT current_setting('casetracker.office', true))",
    "sample_mark": f"sample_mark.marked_by = {_READER}",
    "spot_check": f"spot_check.entered_by = {_READER}",
}
"""What an office sees of a dossier that it has nothing to do with yet: the referral that asks it; and what auditors
noted themselves, also where their mandate leaves the record of access closed."""


_OFFICE = "(SELECT current_setting('casetracker.office', true))"
BEFORE_A_CASE = {
    "retroactive_request": f"""((SELECT current_setting('casetracker.scope', true)) = 'all'
OR ((SELECT current_setting('casetracker.scope', true)) = 'office'
  AND {_OFFICE} IN (retroactive_request.office_id, retroactive_request.sending_office_id)))""",
}
"""What names people who have no case yet: for the office that asks and the one that is asked."""
_VALUE_OF_ROW = """(personal_value.tbl <> 'retroactive_request'
OR (SELECT current_setting('casetracker.scope', true)) = 'auditor'
OR EXISTS (SELECT 1 FROM retroactive_request r WHERE r.id = personal_value.pk))"""
"""Their history stands in an office's chain, which is open: its values are for who reaches the row, and auditors."""


def walls() -> Iterator[tuple[str, str, str]]:
    """(table, policy, statement that makes it) of every policy."""
    for table, dossier, part in walled_tables():
        also = f" OR {ALSO_SEEN[table.name]}" if table.name in ALSO_SEEN else ""
        yield table.name, "reached", f"FOR ALL USING ({may_see(dossier, part)}{also})"
    for name, rule in BEFORE_A_CASE.items():
        yield name, "reached", f"FOR ALL USING ({rule})"
    chain = f"(SELECT 1 FROM chain c WHERE c.id = {{}}.chain_id AND {_in_chain()})"  # noqa: S608  # our own names
    somebody = "coalesce(current_setting('casetracker.scope', true), '') <> ''"
    for name in ("event", "personal_value"):
        also = f" AND {_VALUE_OF_ROW}" if name == "personal_value" else ""
        yield name, "reached", f"FOR SELECT USING (EXISTS {chain.format(name)}{also})"
        # An office records its own reads in a chain that it cannot read.
        yield name, "recorded", f"FOR INSERT WITH CHECK ({somebody})"
    yield "personal_value", "erased", f"FOR UPDATE USING (EXISTS {chain.format('personal_value')})"


def _in_chain() -> str:
    """SQL: whether the reader reaches chain `c`; those of offices and of the system have the first wall alone."""
    is_dossier = "EXISTS (SELECT 1 FROM dossier d WHERE d.id = c.owner_id)"
    somebody = "coalesce((SELECT current_setting('casetracker.scope', true)), '') <> ''"
    return f"CASE WHEN {is_dossier} THEN {may_see('c.owner_id', 'c.part')} ELSE {somebody} END"


def take_down(connection: Connection) -> None:
    """Before a migration: it sees every row, and may drop a table that a wall asks. `build` puts the walls back."""
    if not is_postgresql(connection):
        return
    policies = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema()"
    for table, policy in connection.execute(text(policies)).all():
        connection.exec_driver_sql(f'DROP POLICY {policy} ON "{table}"')
    walled = (
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity"
        " AND relnamespace = current_schema()::regnamespace"
    )
    for (table,) in connection.execute(text(walled)).all():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY')


def build(connection: Connection) -> None:
    """Put every wall where it belongs, and give the program's role what it needs; PostgreSQL alone, repeatable."""
    if not is_postgresql(connection):
        return
    take_down(connection)
    there = set(inspect(connection).get_table_names())
    standing = [wall for wall in walls() if wall[0] in there]
    for name in sorted({name for name, _policy, _rule in standing}):
        connection.exec_driver_sql(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY')
        connection.exec_driver_sql(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')
    for name, policy, rule in standing:
        connection.exec_driver_sql(f'CREATE POLICY {policy} ON "{name}" {rule}'.replace("%", "%%"))
    if connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": APP_ROLE}):
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
        for name in sorted(there):
            connection.exec_driver_sql(f'REVOKE ALL ON "{name}" FROM {APP_ROLE}')
            if not is_kept(name):
                connection.exec_driver_sql(f'GRANT {_rights(name)} ON "{name}" TO {APP_ROLE}')


def _rights(name: str) -> str:
    """What the program's role may do with a table: what only grows, it may read and add to."""
    table = Base.metadata.tables.get(name)
    if name == "alembic_version":
        return "SELECT"
    if table is None or not table.info.get("append_only"):
        return "SELECT, INSERT, UPDATE, DELETE"
    erasable = [f'"{column.name}"' for column in table.columns if column.info.get("erasable")]
    if erasable and "version" in table.columns:
        erasable.append('"version"')  # a tracked row that is erased counts it up
    return f"SELECT, INSERT, UPDATE ({', '.join(erasable)})" if erasable else "SELECT, INSERT"


def lost_walls(connection: Connection) -> list[tuple[str, str]]:
    """(table, policy) of what should stand and does not, or is switched off."""
    if not is_postgresql(connection):
        return []
    query = text(
        "SELECT p.tablename, p.policyname FROM pg_policies p JOIN pg_class c ON c.relname = p.tablename"
        " WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.schemaname = current_schema()"
    )
    there = {(table, policy) for table, policy in connection.execute(query)}
    return [(table, policy) for table, policy, _rule in walls() if (table, policy) not in there]
