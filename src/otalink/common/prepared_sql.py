"""The statements that every mail and every click runs, without what building them anew each time costs.

The query builder needs several times as long for a plain statement as the database takes to execute it. Nearly all of
the product does not care; for the ways of a mail and of a link it is most of their time. They use these few functions,
which build a statement once and know no more of SQL than one table. Everything else uses the query builder.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, BinaryField, BooleanField, CharField, Expression, Field, Model, TextField
from django.db.models.constants import OnConflict

# Of these fields, values of these very types are stored as they are.
_PLAIN: Mapping[type[Field[Any, Any]], type] = {CharField: str, TextField: str, BooleanField: bool}


def insert[Row: Model](row: Row) -> Row:
    """Store a new row, as `save(force_insert=True)` does but without signals, and return it with its key.

    Raises:
        IntegrityError: the row breaks a constraint.
    """
    sql, fields, makes_key = _insertion(type(row))
    values = _stored(row, fields)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if makes_key:
            row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias
    return row


def insert_if_absent(row: Model) -> bool:
    """Store a new row that brings its own key unless that key is taken; whether it was stored.

    Waits for a transaction that is storing the same key.
    """
    sql, fields = _insertion_if_absent(type(row))
    values = _stored(row, fields)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.rowcount == 1)


def rows[Row: Model](model: type[Row], **equal: Any) -> list[Row]:
    """The rows whose columns have exactly these values, as the database compares them; in no order."""
    return select(model, _selection(model, tuple(equal)), *equal.values())


def select[Row: Model](model: type[Row], sql: str, *values: Any) -> list[Row]:
    """The rows that a SELECT of all columns of a model gives, in the order of `columns`."""
    names = _attributes(model)._fields
    return [model.from_db(DEFAULT_DB_ALIAS, names, found) for found in _selected(model, sql, values)]


def read(model: type[Model], sql: str, *values: Any) -> list[Any]:
    """The same as tuples with the attributes of such rows; no methods, and made in a third of the time."""
    return list(map(_attributes(model)._make, _selected(model, sql, values)))


@cache
def columns(model: type[Model], table: str = "") -> str:
    """The columns of a model, as a SELECT names them; of `table` where several are joined."""
    prefix = f"{table}." if table else ""
    return ", ".join(prefix + _quoted(field.column) for field in model._meta.concrete_fields)


def fetch(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a SELECT written for every database we support gives, with `%s` for each value."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(values))
        return list(cursor.fetchall())


def execute(sql: str, *values: Any) -> int:
    """Run a statement written for every database we support; how many rows it met."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(values))
        return int(cursor.rowcount)


def _stored(row: Model, fields: Sequence[Field[Any, Any]]) -> list[Any]:
    database, found = connections[DEFAULT_DB_ALIAS], []
    for field in fields:
        value = getattr(row, field.attname)
        # Nearly all values are stored as they are, and need not be asked about.
        if type(value) is not _PLAIN.get(type(field)):
            value = field.get_db_prep_save(field.pre_save(row, add=True), database)
        found.append(value)
    return found


def _adapted(values: Sequence[Any]) -> list[Any]:
    adapt = connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, datetime) else value for value in values]


@cache
def _insertion(model: type[Model]) -> tuple[str, list[Field[Any, Any]], bool]:
    """The statement, the fields it takes, and whether the database makes the key."""
    key = model._meta.pk
    makes_key = isinstance(key, AutoField)
    fields = [field for field in model._meta.concrete_fields if not (makes_key and field is key)]
    columns = ", ".join(_quoted(field.column) for field in fields)
    places = ", ".join(_place(field) for field in fields)
    sql = f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of ours
    return (f"{sql} RETURNING {_quoted(key.column)}" if makes_key else sql), fields, makes_key


@cache
def _insertion_if_absent(model: type[Model]) -> tuple[str, list[Field[Any, Any]]]:
    fields = list(model._meta.concrete_fields)
    columns = ", ".join(_quoted(field.column) for field in fields)
    places = ", ".join(_place(field) for field in fields)
    start = connection.ops.insert_statement(OnConflict.IGNORE)
    end = connection.ops.on_conflict_suffix_sql(fields, OnConflict.IGNORE, [], [])
    return f"{start} {_quoted(model._meta.db_table)} ({columns}) VALUES ({places}) {end}", fields


def _place(field: Field[Any, Any]) -> str:
    # MariaDB wants to be told that bytes are no text.
    return "_binary %s" if isinstance(field, BinaryField) and connection.vendor == "mysql" else "%s"


@cache
def _selection(model: type[Model], names: tuple[str, ...]) -> str:
    column_of = {field.name: _quoted(field.column) for field in model._meta.concrete_fields}
    where = " AND ".join(f"{column_of[name]} = %s" for name in names)
    return f"SELECT {columns(model)} FROM {_quoted(model._meta.db_table)} WHERE {where}"  # noqa: S608 - names of ours


type _Conversion = tuple[int, Expression, list[Callable[[Any, Expression, BaseDatabaseWrapper], Any]]]


def _selected(model: type[Model], sql: str, values: Sequence[Any]) -> list[Sequence[Any]]:
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.execute(sql, _adapted(values))
        found = cursor.fetchall()
    conversions = _conversions(model)
    return [_converted(row, conversions, database) for row in found]


@cache
def _attributes(model: type[Model]) -> Any:
    return namedtuple(model.__name__, [field.attname for field in model._meta.concrete_fields])


@cache
def _conversions(model: type[Model]) -> list[_Conversion]:
    """What to do with the values that the driver hands over otherwise than a row holds them."""
    converters = [
        (at, column, [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)])
        for at, column in enumerate(field.cached_col for field in model._meta.concrete_fields)
    ]
    return [one for one in converters if one[2]]


def _converted(row: Sequence[Any], conversions: list[_Conversion], database: BaseDatabaseWrapper) -> Sequence[Any]:
    values = list(row)
    for at, column, converters in conversions:
        for convert in converters:
            values[at] = convert(values[at], column, database)
    return values


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
