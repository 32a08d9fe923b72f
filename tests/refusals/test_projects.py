"""What is refused in a community's project: opening it, its sites' way, and what somebody may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from casetracker.community import commands, site_commands
from casetracker.community.models import Site
from casetracker.community.photo_commands import AddPhotographs, add_photographs
from casetracker.community.photo_states import PhotoEntry
from casetracker.community.states import DonorEntry, SiteOutcome, SiteStage
from casetracker.community.works_events import WorksStarted
from casetracker.community.works_models import WorksItem
from casetracker.core.actor import Actor, operator
from casetracker.core.commands import command
from casetracker.core.db import db
from casetracker.core.errors import Refused
from casetracker.documents.states import DocumentKind
from casetracker.events.recording import record
from tests.factories import benefits, community, equipment, works
from tests.factories.accounts import People, make_people
from tests.factories.cases import pdf
from tests.factories.programmes import demo_programme
from tests.refusals.holding import not_there, refused

pytestmark = pytest.mark.usefixtures("app")


def a_site() -> tuple[People, str]:
    """A site of Kyiv's project that answered the call."""
    people = make_people()
    reference = community.open_project(people)
    actor = people.caseworker_kyiv
    return people, community.add_site(community.project_id(reference, actor), actor)


def leave(site_id: str, actor: Actor, outcome: SiteOutcome) -> None:
    """Off the way."""
    site = db.session.get_one(Site, site_id, populate_existing=True)
    cmd = site_commands.LeaveSite(
        dossier_id=site.dossier_id, site_id=site_id, outcome=outcome, reason="No roof", version=site.version
    )
    site_commands.leave_site(cmd, actor=actor)


def take_up(site_id: str, actor: Actor) -> None:
    """On its way again."""
    site = db.session.get_one(Site, site_id, populate_existing=True)
    cmd = site_commands.TakeUpSite(dossier_id=site.dossier_id, site_id=site_id, reason="A roof", version=site.version)
    site_commands.take_up_site(cmd, actor=actor)


def test_a_project_ends_after_it_begins_and_its_donors_pay_the_whole_of_it() -> None:
    people = make_people()
    programme, actor = demo_programme(people.administrator), people.caseworker_kyiv
    fine = community.opening(programme.id)
    shared = (DonorEntry(name="European Union", share=60), DonorEntry(name="Estonia", share=30))
    with refused("would end before it begins"):
        commands.open_project(replace(fine, ends_on=fine.starts_on - timedelta(days=1)), actor=actor)
    with refused("add up to 90 per cent"):
        commands.open_project(replace(fine, donors=shared), actor=actor)
    with refused("A donor stands here twice"):
        commands.open_project(replace(fine, donors=(shared[0], replace(shared[0], name="european union"))), actor=actor)
    half = (shared[0], replace(shared[1], share=None))
    assert commands.open_project(replace(fine, donors=half), actor=actor).endswith("-C0001")


def test_who_has_no_office_opens_no_project() -> None:
    people = make_people()
    fine = community.opening(demo_programme(people.administrator).id)
    for actor in (people.administrator, people.auditor, people.finance_kyiv):
        with not_there():
            commands.open_project(fine, actor=actor)


def test_a_site_needs_both_coordinates_or_none() -> None:
    people, site_id = a_site()
    dossier_id = db.session.get_one(Site, site_id).dossier_id
    with refused("Give both coordinates or none"):
        site_commands.add_site(community.entering(dossier_id, latitude=None), actor=people.caseworker_kyiv)


def test_a_site_moves_on_only_with_what_the_stage_needs() -> None:
    people, site_id = a_site()
    actor = people.caseworker_kyiv
    with refused("Still missing"):
        community.move(site_id, actor)
    community.add_paper(site_id, DocumentKind.SITE_APPLICATION, actor)
    assert community.move(site_id, actor) == "applied"
    with refused("Still missing"):
        community.move(site_id, people.supervisor_kyiv)


def test_a_caseworker_neither_selects_a_site_nor_takes_it_off_the_way() -> None:
    people, site_id = a_site()
    actor = people.caseworker_kyiv
    criteria = community.set_criteria(db.session.get_one(Site, site_id).dossier_id, actor, ("Use", 100))
    with pytest.raises(Refused):
        community.select(site_id, actor, criteria)
    with refused("A supervisor decides this"):
        community.move(site_id, actor)
    with not_there():
        leave(site_id, actor, SiteOutcome.STOPPED)
    assert community.move(site_id, people.supervisor_kyiv) == "selected"
    with refused("was selected already; it can only be stopped"):
        leave(site_id, people.supervisor_kyiv, SiteOutcome.NOT_SELECTED)


def test_a_site_without_minutes_or_proof_of_ownership_is_not_selected() -> None:
    people, site_id = a_site()
    actor = people.caseworker_kyiv
    dossier_id = db.session.get_one(Site, site_id).dossier_id
    criteria = community.set_criteria(dossier_id, actor, ("Use", 100))
    community.add_paper(site_id, DocumentKind.SITE_APPLICATION, actor)
    community.add_member(site_id, actor)
    community.log_gathering(site_id, actor)
    community.score_site(site_id, actor, dict.fromkeys(criteria.values(), 7))
    for _stage in range(4):
        community.move(site_id, actor)
    with refused("The vote with its minutes"):
        community.move(site_id, people.supervisor_kyiv)
    community.log_vote(site_id, actor, votes_for=2, votes_against=2)
    with refused("More votes for the site than against it"):
        community.move(site_id, people.supervisor_kyiv)
    other = community.add_site(dossier_id, actor)
    community.add_paper(other, DocumentKind.OWNERSHIP_PROOF, actor)
    with refused("Still missing"):
        community.move(site_id, people.supervisor_kyiv)


def test_a_site_that_left_the_way_stays_where_it_is_until_it_is_taken_up() -> None:
    people, site_id = a_site()
    actor, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    with refused("This site is on its way"):
        take_up(site_id, supervisor)
    leave(site_id, supervisor, SiteOutcome.NOT_SELECTED)
    for act in (
        lambda: community.move(site_id, actor),
        lambda: leave(site_id, supervisor, SiteOutcome.STOPPED),
        lambda: community.add_member(site_id, actor),
        lambda: community.log_vote(site_id, actor),
    ):
        with refused("This site went no further on the way"):
            act()
    with not_there():
        take_up(site_id, actor)
    take_up(site_id, supervisor)
    community.add_member(site_id, actor)


def test_of_a_roster_no_more_is_known_than_it_needs() -> None:
    people, site_id = a_site()
    actor = people.caseworker_kyiv
    with refused("A name and a phone are kept of a contact person only"):
        community.add_member(site_id, actor, contact_name="Somebody")
    with refused("Please give the contact person's name"):
        community.add_member(site_id, actor, is_contact=True)
    with refused("This day lies in the future"):
        community.add_member(site_id, actor, joined_on=date(2999, 1, 1))


def test_scores_and_votes_stay_from_the_selection_on() -> None:
    people, site_id = a_site()
    actor = people.caseworker_kyiv
    dossier_id = db.session.get_one(Site, site_id).dossier_id
    with refused("Enter at least one criterion"):
        community.set_criteria(dossier_id, actor)
    criteria = community.set_criteria(dossier_id, actor, ("Use", 100))
    with refused("Nobody voted"):
        community.log_vote(site_id, actor, votes_for=0, votes_against=0, abstained=0)
    community.select(site_id, people.supervisor_kyiv, criteria)
    with refused("its scores and its vote stay as they are"):
        community.score_site(site_id, actor, dict.fromkeys(criteria.values(), 9), "Looked again")
    with refused("only their names still change"):
        community.set_criteria(dossier_id, actor, ("Use", 50), reason="Less", **criteria)


def test_another_office_or_role_finds_no_project() -> None:
    people, site_id = a_site()
    for actor in (people.caseworker_tallinn, people.supervisor_tallinn, people.finance_kyiv, people.administrator):
        with not_there():
            community.move(site_id, actor)
    with not_there():
        site_commands.add_site(community.entering(db.session.get_one(Site, site_id).dossier_id), actor=people.auditor)


def test_a_pledge_is_for_a_site_on_its_way_and_comes_after_it_was_made() -> None:
    people, site_id = a_site()
    pledge = community.pledge(site_id, people.caseworker_kyiv)
    with refused("pledged later than that"):
        community.deliver(site_id, pledge, people.caseworker_kyiv, ago=10)
    leave(site_id, people.supervisor_kyiv, SiteOutcome.STOPPED)
    with refused("went no further"):
        community.pledge(site_id, people.caseworker_kyiv)


def test_works_are_entered_from_the_agreement_on_and_accepted_by_somebody_else() -> None:
    people = make_people()
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    site_id = works.agreed_site(people)
    early = community.add_site(db.session.get_one(Site, site_id).dossier_id, worker)
    with refused("once there is the agreement"):
        works.add(early, worker)
    roof = works.add(site_id, worker)
    with refused("Enter first when the works started"):
        works.log(roof, worker, 10)
    works.start(roof, worker)
    works.log(roof, worker, 60, days=9)
    with refused("say why it is less now"):
        works.log(roof, worker, 50)
    with refused("The works stand at 60 per cent"):
        works.accept(roof, supervisor)
    works.log(roof, supervisor, 100)
    leak = works.find_defect(roof, worker)
    with refused("A serious defect is not mended yet"):
        works.accept(roof, supervisor)
    works.mend(roof, leak, worker)
    with refused("another supervisor accepts them"):
        works.accept(roof, supervisor)
    with not_there():
        works.accept(roof, worker)
    with not_there():
        works.cancel(roof, worker)


def test_the_record_itself_refuses_who_logged_the_end_as_the_acceptor() -> None:
    people = make_people()
    roof = works.add(works.agreed_site(people), people.caseworker_kyiv)
    works.start(roof, people.caseworker_kyiv)
    works.log(roof, people.caseworker_kyiv, 100)
    works.accept(roof, people.supervisor_kyiv)
    with pytest.raises(IntegrityError):
        forge_acceptance(roof)


@command
def forge_acceptance(works_id: str) -> None:
    """As if who logged the end had accepted."""
    item = db.session.get_one(WorksItem, works_id)
    item.accepted_by = item.completed_by
    record(WorksStarted(owner_id=item.dossier_id, site_id="", site="", item_id="", works=""), actor=operator("tests"))


def test_equipment_that_was_not_found_is_settled_by_a_supervisor() -> None:
    people = make_people()
    worker = people.caseworker_kyiv
    item = equipment.add(works.agreed_site(people), worker)
    with refused("Enter first that it was received"):
        equipment.check(item, worker, 1)
    equipment.receive(item, worker)
    check = equipment.check(item, worker, 9)
    with not_there():
        equipment.settle(check, worker)
    equipment.settle(check, people.supervisor_kyiv)
    with refused("There should be 9"):
        equipment.check(item, worker, 10)


def test_a_serial_number_stands_once_in_a_project() -> None:
    people = make_people()
    site_id, worker = works.agreed_site(people), people.caseworker_kyiv
    equipment.add(site_id, worker)
    with refused("PC-1 stands in this project already"):
        equipment.add(site_id, worker, serials=("PC-1",))


def test_a_site_is_handed_over_once_and_after_its_acceptance() -> None:
    people = make_people()
    site_id, worker = works.agreed_site(people), people.caseworker_kyiv
    with refused("once its works and equipment were accepted"):
        equipment.hand_over(site_id, worker)
    benefits.put(site_id, SiteStage.ACCEPTED, actor=worker)
    item = equipment.add(site_id, worker)
    with refused("was not received yet"):
        equipment.hand_over(site_id, worker)
    equipment.receive(item, worker)
    equipment.hand_over(site_id, worker)
    with refused("handed over already"):
        equipment.hand_over(site_id, worker)


def test_only_a_picture_is_taken_as_a_photograph() -> None:
    people = make_people()
    site_id, worker = works.agreed_site(people), people.caseworker_kyiv
    site = db.session.get_one(Site, site_id)
    dayless = works.photograph(day=None, says_place=False)
    for upload, sentence in ((pdf(), "A photograph is a JPEG or PNG file"), (dayless, "please give the day")):
        entry = PhotoEntry(uploads=(upload,), day=None, caption="The hall", keeps_place=False)
        with refused(sentence):
            add_photographs(
                AddPhotographs(dossier_id=site.dossier_id, site_id=site_id, visit_id=None, entry=entry), actor=worker
            )
