"""Looking into canonical JSON that is stored as bytes (bodies of events), on both databases: its text, single members,
words and identifiers in the members of its `data`."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import BigInteger, Boolean, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

T = TypeVar("T")


class JsonBytesText(FunctionElement[str]):
    """The whole text: `JsonBytesText(column)`."""

    type = Text()
    inherit_cache = True


class DataMember(FunctionElement[str]):
    """A member of `data` as text, NULL where it has none: `DataMember(column, "currency")`."""

    type = Text()
    inherit_cache = True


class DataNumber(FunctionElement[int]):
    """A member of `data` as a whole number, NULL where it is none: `DataNumber(column, "amount")`."""

    type = BigInteger()
    inherit_cache = True


class DataSays(FunctionElement[bool]):
    """Whether a member of `data` is like a pattern in small letters: `DataSays(column, "%word%")`, escaped by a
    backslash. Hashes, which stand there for personal values, are no words."""

    type = Boolean()
    inherit_cache = True


class DataNames(FunctionElement[bool]):
    """Whether a member of `data` that is text is one of some words: `DataNames(column, words)`, the words as the text
    of a JSON list, which is one value however many they are."""

    type = Boolean()
    inherit_cache = True


def _parts(element: FunctionElement[T], compiler: Any, kw: dict[str, Any]) -> list[str]:
    return [compiler.process(each, **kw) for each in element.clauses]


@compiles(JsonBytesText, "sqlite")
def _text_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST({_parts(element, compiler, kw)[0]} AS TEXT)"


@compiles(JsonBytesText, "postgresql")
def _text_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"convert_from({_parts(element, compiler, kw)[0]}, 'UTF8')"


@compiles(DataMember, "sqlite")
@compiles(DataNumber, "sqlite")
def _member_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    column, name = _parts(element, compiler, kw)
    return f"json_extract(CAST({column} AS TEXT), '$.data.' || {name})"


@compiles(DataMember, "postgresql")
def _member_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    column, name = _parts(element, compiler, kw)
    return f"json_extract_path_text(convert_from({column}, 'UTF8')::json, 'data', {name})"


@compiles(DataNumber, "postgresql")
def _number_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"({_member_on_postgresql(element, compiler, **kw)})::bigint"


@compiles(DataSays, "sqlite")
def _says_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    column, pattern = _parts(element, compiler, kw)
    return (
        f"EXISTS (SELECT 1 FROM json_each(CAST({column} AS TEXT), '$.data') AS d"  # noqa: S608  # bound values
        f" WHERE length(d.value) <> 64 AND lower(CAST(d.value AS TEXT)) LIKE {pattern} ESCAPE '\\')"
    )


@compiles(DataSays, "postgresql")
def _says_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    column, pattern = _parts(element, compiler, kw)
    return (
        f"EXISTS (SELECT 1 FROM json_each_text(convert_from({column}, 'UTF8')::json -> 'data') AS d"  # noqa: S608  # as above
        f" WHERE length(d.value) <> 64 AND lower(d.value) LIKE {pattern} ESCAPE '\\')"
    )


@compiles(DataNames, "sqlite")
def _names_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    column, words = _parts(element, compiler, kw)
    return (
        f"EXISTS (SELECT 1 FROM json_each(CAST({column} AS TEXT), '$.data') AS d"  # noqa: S608  # bound values
        f" WHERE d.type = 'text' AND d.value IN (SELECT w.value FROM json_each({words}) AS w))"
    )


@compiles(DataNames, "postgresql")
def _names_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    column, words = _parts(element, compiler, kw)
    return (
        f"EXISTS (SELECT 1 FROM json_each(convert_from({column}, 'UTF8')::json -> 'data') AS d"  # noqa: S608  # as above
        f" WHERE json_typeof(d.value) = 'string'"
        f" AND (d.value #>> '{{}}' IN (SELECT json_array_elements_text(CAST({words} AS json)))) IS TRUE)"
    )
