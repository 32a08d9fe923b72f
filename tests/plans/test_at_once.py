"""Two supervisors at the same moment, with real commits: one decision stands."""

from __future__ import annotations

import threading

from flask import Flask

from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Refused
from casetracker.core.permissions import Role
from casetracker.plans import queries
from casetracker.plans.models import PlanDecision
from tests.factories import plans
from tests.factories.accounts import make_people, make_user


def test_one_final_approval_wins(fresh_app: Flask) -> None:
    people = make_people()
    second = make_user("supervisor2.tallinn@example.org", Role.SUPERVISOR, people.tallinn)
    planned = plans.playroom_plan(plans.granted_family(people))
    version_id = plans.submit(planned.granted)
    plans.validate(version_id, actor=people.supervisor_kyiv)
    db.session.remove()
    start, said = threading.Barrier(2), []

    def approve(actor: Actor) -> None:
        with fresh_app.app_context():
            start.wait()
            try:
                plans.approve(version_id, actor=actor)
                said.append("approved")
            except Refused as refused:
                said.append(str(refused.message))

    threads = [threading.Thread(target=approve, args=(actor,)) for actor in (people.supervisor_tallinn, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["This version does not wait for that decision any more.", "approved"]
    assert db.session.query(PlanDecision).filter_by(version_id=version_id, step="approve").count() == 1
    lines = queries.approved_lines(planned.granted.dossier_id)
    awarded = {line.line_id: line.totals.awarded for line in lines if line.totals}
    assert awarded[planned.renovation] == 2_700_00
