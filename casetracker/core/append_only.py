"""Tables that only grow: the triggers that hold it, against REPLACE, TRUNCATE and replica mode, too."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, Table, text

from casetracker.core.db import ERASED, Base, unique_keys

_PG_FUNCTION = (
    "CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
)


def append_only(dialect: str, table: Table) -> Iterator[str]:
    """The statements that make a table only grow; columns marked `erasable` in info may be erased, nothing else."""
    name = table.name
    changed = _forbidden_change(dialect, table)
    if dialect == "postgresql":
        yield _PG_FUNCTION
        names = ["no_loss"]
        if changed:
            yield (
                f'CREATE TRIGGER {name}_no_change BEFORE UPDATE ON "{name}" FOR EACH ROW WHEN ({changed}) '
                "EXECUTE FUNCTION only_grows()"
            )
            names.append("no_change")
        verbs = "DELETE OR TRUNCATE" if changed else "UPDATE OR DELETE OR TRUNCATE"
        yield (
            f'CREATE TRIGGER {name}_no_loss BEFORE {verbs} ON "{name}" FOR EACH STATEMENT EXECUTE FUNCTION only_grows()'
        )
        for trigger in names:
            yield f'ALTER TABLE "{name}" ENABLE ALWAYS TRIGGER {name}_{trigger}'
        return
    stop = f"BEGIN SELECT RAISE(ABORT, '{name} only grows'); END"
    yield f'CREATE TRIGGER {name}_no_change BEFORE UPDATE ON "{name}" WHEN {changed or "1"} {stop}'
    yield f'CREATE TRIGGER {name}_no_loss BEFORE DELETE ON "{name}" {stop}'
    same = " OR ".join("(" + " AND ".join(f'"{c}" = NEW."{c}"' for c in key) + ")" for key in unique_keys(table))
    yield (
        f'CREATE TRIGGER {name}_no_replace BEFORE INSERT ON "{name}" WHEN EXISTS (SELECT 1 FROM "{name}" '  # noqa: S608  # our own names
        f"WHERE {same} OR rowid = NEW.rowid) {stop}"
    )


def _forbidden_change(dialect: str, table: Table) -> str:
    """SQL: whether an UPDATE of a row does anything but erase; empty where nothing of the table is erasable.

    An erasable column may become NULL. A tracked row also counts its version up, once, and with something erased
    only; there a text may become the word for it, and JSON an empty object (where NULL is not allowed).
    """
    erasable = [c.name for c in table.columns if c.info.get("erasable")]
    if not erasable:
        return ""
    other = "IS DISTINCT FROM" if dialect == "postgresql" else "IS NOT"
    moved = {c.name: f'NEW."{c.name}" {other} OLD."{c.name}"' for c in table.columns}
    is_tracked = "version" in moved
    found = [change for name, change in moved.items() if name not in erasable and name != "version"]
    if not is_tracked:
        return " OR ".join(found + [f'NEW."{name}" IS NOT NULL' for name in erasable])
    found += [f"{moved[name]} AND NEW.\"{name}\" NOT IN ('{ERASED}', '{{}}')" for name in erasable]
    found += ['NEW."version" <> OLD."version" + 1', f"NOT ({' OR '.join(moved[name] for name in erasable)})"]
    return " OR ".join(f"({each})" for each in found)


def append_only_tables() -> list[Table]:
    """The tables that only grow: those whose info says so, by name."""
    return sorted((t for t in Base.metadata.tables.values() if t.info.get("append_only")), key=lambda t: t.name)


def lost_triggers(connection: Connection) -> list[tuple[str, str]]:
    """(table, trigger) of the triggers that tables which only grow should have and have not."""
    dialect = connection.dialect.name
    queries = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
    }
    there = set(connection.scalars(text(queries[dialect])))
    wanted = [
        (table.name, statement.split("CREATE TRIGGER ")[1].split()[0])
        for table in append_only_tables()
        for statement in append_only(dialect, table)
        if statement.startswith("CREATE TRIGGER ")
    ]
    return [(table, trigger) for table, trigger in wanted if trigger not in there]


def append_only_as_migrated(connection: Connection, name: str, erasable: tuple[str, ...]) -> Iterator[str]:
    """`append_only` for a table as it stands in the database, so that a migration does not depend on today's models."""
    table = Table(name, MetaData(), autoload_with=connection)
    for column in erasable:
        table.columns[column].info["erasable"] = True
    yield from append_only(connection.dialect.name, table)
