"""Referrals: sent, accepted, returned, recalled, ended by a consent taken back; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casetracker.cases import commands, queries, referral_queries
from casetracker.cases.models import Referral
from casetracker.cases.states import ConsentScope, ReferralState
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.dossiers.queries import sight_of
from tests.cases.test_commands import family, people, withdraw
from tests.factories.accounts import People
from tests.factories.cases import (
    Family,
    consent_to_sharing,
    pdf,
    refer,
    send_referral,
)

__all__ = ["family", "people"]  # fixtures

pytestmark = pytest.mark.usefixtures("app")


def test_a_referral_without_every_consent_is_refused(people: People, family: Family) -> None:
    with pytest.raises(Refused):
        send_referral(family, people)
    assert db.session.scalars(select(Referral)).all() == []
    consent_to_sharing(family, people.caseworker_tallinn)
    send_referral(family, people)
    with pytest.raises(Refused):
        send_referral(family, people)


def test_the_receiving_office_sees_the_case_from_the_acceptance(people: People, family: Family) -> None:
    consent_to_sharing(family, people.caseworker_tallinn)
    referral_id = send_referral(family, people)
    with pytest.raises(NotFound):
        sight_of(people.caseworker_kyiv, family.reference)
    (waiting,) = referral_queries.list_referrals_waiting(people.caseworker_kyiv)
    assert waiting.reference is None and waiting.summary is not None and len(waiting.summary.ages) == 4
    assert referral_queries.list_referrals_waiting(people.caseworker_tallinn) == []
    accept = commands.AcceptReferral(referral_id=referral_id, caseworker_id=people.caseworker_kyiv.id)
    with pytest.raises(NotFound):
        commands.accept_referral(accept, actor=people.supervisor_tallinn)
    assert commands.accept_referral(accept, actor=people.supervisor_kyiv) == family.reference
    assert sight_of(people.caseworker_kyiv, family.reference).relation == "receiving"
    with pytest.raises(Refused):
        commands.accept_referral(accept, actor=people.supervisor_kyiv)


def test_a_consent_taken_back_ends_the_waiting_referral(people: People, family: Family) -> None:
    consent_to_sharing(family, people.caseworker_tallinn)
    referral_id = send_referral(family, people)
    consent = queries.find_standing_consent(family.spouse, ConsentScope.SHARING)
    assert consent is not None
    withdraw(family, consent.id, actor=people.caseworker_tallinn)
    assert referral_queries.list_referrals_waiting(people.caseworker_kyiv) == []
    with pytest.raises(NotFound):
        commands.accept_referral(
            commands.AcceptReferral(referral_id=referral_id, caseworker_id=people.caseworker_kyiv.id),
            actor=people.caseworker_kyiv,
        )
    assert queries.get_case(family.dossier_id).receiving_caseworker_id is None


def test_after_a_new_consent_the_case_can_be_referred_again(people: People, family: Family) -> None:
    refer(family, people)
    consent = queries.find_standing_consent(family.spouse, ConsentScope.SHARING)
    assert consent is not None
    withdraw(family, consent.id, actor=people.caseworker_tallinn)
    assert queries.get_case(family.dossier_id).receiving_caseworker_id is None
    with pytest.raises(Refused):
        send_referral(family, people)
    again = commands.LogConsent(
        dossier_id=family.dossier_id, person_id=family.spouse, scope=ConsentScope.SHARING,
        given_on=clock.today(people.caseworker_tallinn.zone), upload=pdf(mark="again"),
    )  # fmt: skip
    commands.log_consent(again, actor=people.caseworker_tallinn)
    assert send_referral(family, people)


def test_a_referral_is_returned_or_recalled(people: People, family: Family) -> None:
    consent_to_sharing(family, people.caseworker_tallinn)
    first = send_referral(family, people)
    commands.return_referral(commands.ReturnReferral(referral_id=first, reason="No room"), actor=people.supervisor_kyiv)
    second = send_referral(family, people)
    recall = commands.RecallReferral(dossier_id=family.dossier_id, referral_id=second, reason="Other office")
    commands.recall_referral(recall, actor=people.caseworker_tallinn)
    states = {r.id: r.state for r in db.session.scalars(select(Referral))}
    assert states == {first: ReferralState.RETURNED, second: ReferralState.RECALLED}
