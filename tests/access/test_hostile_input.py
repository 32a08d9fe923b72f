"""Hostile input at every address that takes a form, from somebody for whom it is read: no fault, nothing half-written.

`tests/pages/test_bad_input.py` sends it to the forms that links lead to; here the URL map says which there are, and the
world of these tests has a thing for nearly each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from casetracker.core import clock
from casetracker.core.db import db
from casetracker.demo.papers import paper
from casetracker.plans import funding_commands
from casetracker.plans.models import PlanFunding
from casetracker.plans.states import FundingSource
from casetracker.programmes import commands as programmes
from casetracker.programmes.models import ApprovalPolicy
from casetracker.programmes.states import BandFacts
from tests.access.filled import Sending, reached
from tests.access.world import World
from tests.conftest import DIALECTS, rolled_back
from tests.pages.hostile import HOSTILE, UNLIKE, turns

NOT_READ = {
    "accounts.accept_invitation": "its address comes by mail alone: tests/accounts/test_notices.py",
    "accounts.search": "looks for one word, and links lead to it: tests/pages/test_bad_input.py",
    "plans.put_back_line": "nothing is typed",
    "audit.delete_search": "nothing is typed",
    "audit.export_changes": "nothing is typed",
    "exports.export_case": "nothing is typed",
    "exports.publish_project": "nothing is typed",
    "sampling.export_workpaper": "nothing is typed",
    "sampling.print_visits": "nothing is typed",
}
"""Addresses to which one posts and that read no form."""


def what_the_world_lacks(world: World) -> None:
    """A policy that is not yet in force, and evidence of what a family gave itself."""
    standing = db.session.scalars(select(ApprovalPolicy)).first()
    assert standing is not None
    later = clock.today() + timedelta(days=30)
    policy = programmes.SetPolicy(
        programme_id=standing.programme_id, valid_from=later, bands=(BandFacts(up_to=None, receiving=1, sending=1),),
        quotes=(),
    )  # fmt: skip
    programmes.set_policy(policy, actor=world.people["administrator"])
    own = select(PlanFunding).where(PlanFunding.source == FundingSource.OWN_CASH)
    funding = db.session.scalars(own.where(PlanFunding.dossier_id == world.ids[world.cases["family"]])).first()
    assert funding is not None
    given = funding_commands.LogContribution(
        dossier_id=funding.dossier_id, line_id=funding.line_id, source=FundingSource.OWN_CASH, amount=1,
        given_on=clock.today(), upload=paper("A receipt"),
    )  # fmt: skip
    funding_commands.log_contribution(given, actor=world.people["caseworker_kyiv"])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_address_stands_hostile_input(
    world_on: Callable[[str], World], dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values, times = (HOSTILE, 2) if dialect == "sqlite" else (UNLIKE, 1)
    made = world_on(dialect)
    with rolled_back(made.app):
        what_the_world_lacks(made)
        sending = Sending(made)
        found, missing = reached(made, sending, monkeypatch)
        assert missing == set(NOT_READ)
        for number, form in enumerate(found):
            for typing in turns(form.typed, values, times, number):
                sent = form.hidden | typing
                answer, acts = sending.post(form.who, form.path, sent)
                assert answer.status_code < 500, f"{form} with {sent} answered {answer.status_code}"
                assert answer.status_code == 302 or not acts, f"{form} with {sent} wrote: {answer.status_code}"
