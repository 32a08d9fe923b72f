"""Changes of budgets, packages and policies that take effect once a second person has confirmed them.

Each is judged when it is asked for, so that a wrong combination is refused at once, and again when confirmed.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, Union, get_args, get_origin, get_type_hints

from casetracker.accounts.confirmations import register_change, request_change
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, command
from casetracker.core.errors import N_, Conflict, Message, Refused
from casetracker.core.permissions import Permission
from casetracker.programmes import queries
from casetracker.programmes.commands import packages, policies, programmes, sentences

STALE = N_("What this would change has been changed meanwhile. Refuse this, and let it be asked for again.")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of change: what it asks, how it is judged and written, what it is about, and its sentence."""

    name: str
    asks: type[Command]
    judge: Callable[..., Any]
    write: Callable[..., str]
    subject: Callable[[Any], str]
    programme_id: Callable[[Any], str]
    describe: Callable[[Any], Message]


@command
def propose(cmd: Command, *, actor: Actor) -> str:
    """Ask for a change of a programme's budget, packages, rules or policy; returns the change's id."""
    require(actor, Permission.PROGRAMME_MANAGE)
    kind = KINDS[type(cmd)]
    kind.judge(cmd, actor=actor)
    payload = {"programme_id": kind.programme_id(cmd), "asked": plain(dataclasses.replace(cmd, token=None))}
    return request_change(kind.name, subject_id=kind.subject(cmd), payload=payload, actor=actor)


def plain(value: Any) -> Any:
    """A command's value as plain JSON: days as ISO text, enumerations by value, dataclasses as objects."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if isinstance(value, StrEnum) else value


def restored(kind: Any, value: Any) -> Any:
    """The value of the type `kind` that `plain` made this JSON of."""
    if value is None:
        return None
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        return tuple(restored(get_args(kind)[0], each) for each in value)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: restored(hints[name], each) for name, each in value.items()})  # type: ignore[operator]  # a class
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


def _apply(kind: Kind, payload: dict[str, Any], actor: Actor) -> None:
    try:
        kind.write(restored(kind.asks, payload["asked"]), actor=actor)
    except Conflict as conflict:
        raise Refused(Message(STALE)) from conflict


def _describe(kind: Kind, payload: dict[str, Any]) -> Message:
    return kind.describe(restored(kind.asks, payload["asked"]))


def _own(cmd: Any) -> str:
    return str(cmd.programme_id)


def _of_line(cmd: programmes.EditBudgetLine) -> str:
    return queries.get_budget_line(cmd.budget_line_id).programme_id


def _of_package(cmd: Any) -> str:
    return queries.get_package_row(cmd.package_id).programme_id


def _of_policy(cmd: policies.EditPolicy) -> str:
    return queries.get_policy_row(cmd.policy_id).programme_id


_ALL = [
    Kind(
        name="programme.edit",
        asks=programmes.EditProgramme,
        judge=programmes.judge_programme,
        write=programmes.write_programme,
        subject=_own,
        programme_id=_own,
        describe=sentences.tell_programme,
    ),
    Kind(
        name="budget_line.add",
        asks=programmes.AddBudgetLine,
        judge=programmes.judge_new_line,
        write=programmes.write_new_line,
        subject=lambda cmd: f"{cmd.programme_id}:{cmd.code}",
        programme_id=_own,
        describe=sentences.tell_new_line,
    ),
    Kind(
        name="budget_line.edit",
        asks=programmes.EditBudgetLine,
        judge=programmes.judge_line,
        write=programmes.write_line,
        subject=lambda cmd: str(cmd.budget_line_id),
        programme_id=_of_line,
        describe=sentences.tell_line,
    ),
    Kind(
        name="package.add",
        asks=packages.AddPackage,
        judge=packages.judge_new_package,
        write=packages.write_new_package,
        subject=lambda cmd: f"{cmd.programme_id}:{cmd.code}",
        programme_id=_own,
        describe=sentences.tell_new_package,
    ),
    Kind(
        name="package.edit",
        asks=packages.EditPackage,
        judge=packages.judge_package,
        write=packages.write_package,
        subject=lambda cmd: str(cmd.package_id),
        programme_id=_of_package,
        describe=sentences.tell_package,
    ),
    Kind(
        name="entitlement_rule.add",
        asks=packages.AddRule,
        judge=packages.judge_rule,
        write=packages.write_new_rule,
        subject=lambda cmd: f"{cmd.package_id}:{cmd.applicant_role}:{cmd.return_type}:{cmd.valid_from}",
        programme_id=_of_package,
        describe=sentences.tell_rule,
    ),
    Kind(
        name="entitlement_rule.edit",
        asks=packages.EditRule,
        judge=packages.judge_rule,
        write=packages.write_rule,
        subject=lambda cmd: str(cmd.rule_id),
        programme_id=_of_package,
        describe=sentences.tell_rule,
    ),
    Kind(
        name="approval_policy.set",
        asks=policies.SetPolicy,
        judge=policies.judge_new_policy,
        write=policies.write_new_policy,
        subject=_own,
        programme_id=_own,
        describe=sentences.tell_new_policy,
    ),
    Kind(
        name="approval_policy.edit",
        asks=policies.EditPolicy,
        judge=policies.judge_policy,
        write=policies.write_policy,
        subject=lambda cmd: str(cmd.policy_id),
        programme_id=_of_policy,
        describe=sentences.tell_policy,
    ),
]

KINDS: dict[type[Command], Kind] = {kind.asks: kind for kind in _ALL}
for _kind in KINDS.values():
    register_change(_kind.name, partial(_apply, _kind), partial(_describe, _kind))
