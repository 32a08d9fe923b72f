"""Who may do what, permission by permission, as the field has it: the table of the program says the same."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from casetracker.core.permissions import GRANTED, STEP_UP, Permission, Role, has

LETTERS = {
    "c": Role.CASEWORKER, "s": Role.SUPERVISOR, "f": Role.FINANCE_OFFICER, "a": Role.AUDITOR, "m": Role.ADMINISTRATOR,
    "y": Role.SYSTEM, "o": Role.OPERATOR,
}  # fmt: skip
TABLE = """
    case:read                 csa
    case:create               cs
    case:edit                 cs
    case:close                cs
    case:assign               s
    case:erase                s       !
    case:restrict             s
    person:edit               cs
    consent:log               cs
    referral:send             cs
    referral:answer           cs
    note:write                cs
    asylum:read               csa
    asylum:edit               cs
    counselling:log           cs
    application:log           cs
    eligibility:decide        s       !
    journey:log               cs
    grant:read                csa
    plan:read                 csa
    plan:write                cs
    plan:approve              s       !
    disbursement:read         csfa
    disbursement:request      cs
    disbursement:approve      s       !
    delivery:log              cs
    payment:read              csfa
    payment:record            f       !
    reversal:request          csf     !
    clock:extend              s
    document:read             csa
    document:add              cs
    provider:read             csfam
    provider:edit             csm
    provider_account:confirm  sf      !
    monitoring:log            cs
    check:read                csa
    check:list                sa
    finding:answer            s       !
    sample:draw               a
    audit_finding:read        csa
    audit_finding:raise       a
    audit_finding:answer      s
    project:read              csa
    project:open              cs
    project:edit              cs
    site:decide               s
    share:decide              s       !
    project:publish           sao     !
    substitute:name           s       !
    audit:read                ao
    erasure:read              sa
    audit:export              ao      !
    user:manage               mo      !
    office:manage             mo
    programme:manage          m
    rate:manage               m       !
    change:confirm            sm      !
    account:own               csfam
    clocks:run                y
    installation:keep         o
"""
"""permission, the letters of who holds it, and a mark where it asks for the second factor just before."""


class Row(NamedTuple):
    """What one permission is given to."""

    roles: set[Role]
    is_stepped_up: bool


ROWS = {
    name: Row({LETTERS[letter] for letter in letters}, bool(mark))
    for name, letters, *mark in (line.split() for line in TABLE.strip().splitlines())
}


def test_every_permission_stands_in_the_table() -> None:
    assert set(ROWS) == {str(permission) for permission in Permission}
    assert set(GRANTED) == set(LETTERS.values()) == set(Role)


@pytest.mark.parametrize("permission", Permission)
def test_who_holds_a_permission(permission: Permission) -> None:
    row = ROWS[permission]
    assert {role for role in Role if permission in GRANTED[role]} == row.roles
    assert {role for role in Role if has(role, permission)} == row.roles
    assert (permission in STEP_UP) == row.is_stepped_up
