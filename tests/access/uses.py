"""Who benefits from the world's projects: figures, events, a visit, and a case that names a site, by the commands."""

from __future__ import annotations

from sqlalchemy import select

from casetracker.community import case_site_commands, cohesion_commands
from casetracker.community.benefit_models import CohesionEvent
from casetracker.community.benefit_states import PeopleGroup
from casetracker.community.case_site_models import CaseSite
from casetracker.community.models import Site
from casetracker.core.actor import Actor
from casetracker.core.db import db
from tests.factories import benefits, community
from tests.factories.cases import pdf

NAME = "School of the town"
"""A site whose name may be read on a case by who does not read the project."""


def used(dossier_id: str, word: str, actor: Actor) -> None:
    """A school in use: figures of which one may overlap with the other, events of each state, a visit with its report;
    what is personal holds the word."""
    site_id = community.add_site(dossier_id, actor, name=NAME, contact_name=word)
    benefits.hand_over(site_id, actor)
    count = benefits.counting(12, source=word, shares=((PeopleGroup.FEMALE, 5),))
    first = benefits.enter(
        dossier_id, site_id, benefits.figuring(actor, count=count, note=word), actor, upload=pdf(mark=f"list {site_id}")
    )
    benefits.enter(dossier_id, None, benefits.figuring(actor, count=count, overlaps=(first,)), actor)
    benefits.log_event(dossier_id, site_id, actor, topic=word)
    benefits.plan_event(dossier_id, site_id, actor, topic=word)
    cancelled = benefits.plan_event(dossier_id, None, actor, topic=word)
    cancel = cohesion_commands.CancelCohesionEvent(
        dossier_id=dossier_id, event_id=cancelled, reason=word,
        version=db.session.get_one(CohesionEvent, cancelled).version,
    )  # fmt: skip
    cohesion_commands.cancel_cohesion_event(cancel, actor=actor)
    benefits.log_visit(site_id, actor, visitors=word, equipment=word, problems=word)


def named(case_id: str, project: str, actor: Actor) -> None:
    """The case names the project's school, no longer, and again; project: its reference."""
    dossier_id = community.project_id(project, actor)
    site_id = db.session.scalars(select(Site.id).where(Site.dossier_id == dossier_id, Site.name == NAME)).one()
    first = db.session.get_one(CaseSite, benefits.name_site(case_id, site_id, actor))
    end = case_site_commands.EndSiteUse(
        dossier_id=case_id, case_site_id=first.id, ended_on=first.since, reason="They moved", version=first.version
    )
    case_site_commands.end_site_use(end, actor=actor)
    benefits.name_site(case_id, site_id, actor)
