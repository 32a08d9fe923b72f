"""When a project is opened like that, what a site's next stage needs, and why a site is not moved. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from casetracker.community.states import (
    BEFORE_SELECTION,
    DECIDED,
    NEXT_STAGE,
    DonorEntry,
    Requirement,
    SiteFacts,
    SiteOutcome,
    SiteStage,
)
from casetracker.core.errors import N_, Message
from casetracker.documents.states import DocumentKind

WHOLE = 100
SECTOR_DIGITS = 5


def why_not_project(starts_on: date, ends_on: date, donors: Sequence[DonorEntry]) -> Message | None:
    """Why a project cannot have these days and donors."""
    if ends_on < starts_on:
        return Message(N_("The project would end before it begins."), field="ends_on")
    names = [donor.name.casefold() for donor in donors]
    if len(set(names)) < len(names):
        return Message(N_("A donor stands here twice."), field="donors")
    shares = [donor.share for donor in donors if donor.share is not None]
    total = sum(shares)
    if total > WHOLE or (len(shares) == len(donors) and total != WHOLE):
        return Message(N_("The donors' shares add up to %(total)d per cent."), {"total": total}, "donors")
    return None


def why_not_sector(sector: str | None) -> Message | None:
    """Why this is no code of a sector."""
    if sector is None or (len(sector) == SECTOR_DIGITS and sector.isascii() and sector.isdigit()):
        return None
    return Message(N_("A code of a sector has five digits."), {}, "sector")


def why_not_day(day: date, today: date, field: str) -> Message | None:
    """Why something cannot have happened on this day."""
    return Message(N_("This day lies in the future."), {}, field) if day > today else None


def list_requirements(facts: SiteFacts, target: SiteStage) -> list[Requirement]:
    """What the site needs before it stands in `target`, in the order in which it is usually done."""
    return [
        Requirement(text=Message(text, params), is_met=is_met, form=form)
        for text, params, is_met, form in _needed(facts).get(target, ())
    ]


def _needed(facts: SiteFacts) -> dict[SiteStage, list[tuple[str, dict[str, object], bool, str]]]:
    votes = facts.voted_for is not None and facts.voted_against is not None
    carried = votes and (facts.voted_for or 0) > (facts.voted_against or 0)

    def paper(kind: DocumentKind, text: str) -> tuple[str, dict[str, object], bool, str]:
        return text, {}, kind in facts.papers, "community.add_paper"

    scores: tuple[str, dict[str, object], bool, str] = (
        N_("A score for each criterion: %(scored)d of %(criteria)d"),
        {"scored": facts.scored, "criteria": facts.criteria}, 0 < facts.criteria == facts.scored,
        "community.score_site",
    )  # fmt: skip
    ended: list[tuple[str, dict[str, object], bool, str]] = [
        (N_("Acceptance of all works: %(open)d still open"), {"open": facts.works_open}, facts.works_open == 0,
         "community.show_site"),
        (N_("Receipt of all equipment: %(open)d still open"), {"open": facts.equipment_open},
         facts.equipment_open == 0, "community.show_site"),
    ]  # fmt: skip
    return {
        SiteStage.APPLIED: [paper(DocumentKind.SITE_APPLICATION, N_("The institution's application"))],
        SiteStage.GROUP_FORMED: [
            (N_("Members of the initiative group"), {}, facts.members > 0, "community.add_member"),
        ],
        SiteStage.TRAINED: [
            (N_("A training session of the initiative group"), {}, facts.trainings > 0, "community.log_gathering"),
        ],
        SiteStage.SHORTLISTED: [
            (N_("Criteria of the project"), {}, facts.criteria > 0, "community.set_criteria"),
            scores,
        ],
        SiteStage.SELECTED: [
            scores,
            (N_("The vote with its minutes"), {}, votes, "community.log_vote"),
            (N_("More votes for the site than against it"), {}, carried, "community.log_vote"),
            paper(DocumentKind.OWNERSHIP_PROOF, N_("Proof of communal ownership")),
        ],
        SiteStage.AGREED: [
            paper(DocumentKind.SITE_AGREEMENT, N_("The agreement with owner and local authority")),
        ],
        SiteStage.WORKS: [
            *([paper(DocumentKind.WORKS_CONTRACT, N_("The contract for the works"))] if facts.works else []),
            (N_("Works or equipment of the site"), {}, facts.works + facts.equipment > 0, "community.add_works"),
        ],
        SiteStage.ACCEPTED: ended,
        SiteStage.HANDED_OVER: [
            (N_("The handover to the owner with its certificate"), {}, facts.is_handed_over, "community.hand_over"),
        ],
        SiteStage.CLOSED: [
            *ended,
            (N_("The report of a visit after the handover"), {}, facts.reported_visits > 0, "community.log_site_visit"),
        ],
    }  # fmt: skip


def why_left(facts: SiteFacts) -> Message | None:
    """Why nothing happens at a site that left the way."""
    return None if facts.outcome is None else Message(N_("This site went no further on the way."))


def why_over(facts: SiteFacts) -> Message | None:
    """Why nothing more is ahead of the site: it left the way, or is at its end."""
    is_closed = facts.stage == SiteStage.CLOSED
    return why_left(facts) or (Message(N_("This site has come to its end.")) if is_closed else None)


def why_not_move(facts: SiteFacts, *, may_decide: bool) -> Message | None:
    """Why the site cannot move to its next stage; `may_decide`: whether the asker is a supervisor."""
    target = NEXT_STAGE.get(facts.stage)
    if (over := why_over(facts)) is not None or target is None:
        return over
    missing = next((each for each in list_requirements(facts, target) if not each.is_met), None)
    if missing is not None:
        return Message(N_("Still missing: %(what)s"), {"what": missing.text})
    if target in DECIDED and not may_decide:
        return Message(N_("A supervisor decides this."))
    return None


def why_not_leave(facts: SiteFacts, outcome: SiteOutcome) -> Message | None:
    """Why the site cannot get this outcome."""
    if (over := why_over(facts)) is not None:
        return over
    if outcome == SiteOutcome.NOT_SELECTED and facts.stage not in BEFORE_SELECTION:
        return Message(N_("This site was selected already; it can only be stopped."), {}, "outcome")
    return None


def why_not_take_up(facts: SiteFacts) -> Message | None:
    """Why the site cannot go on again from where it stopped."""
    return None if facts.outcome is not None else Message(N_("This site is on its way."))


def why_not_place(latitude: int | None, longitude: int | None) -> Message | None:
    """Why these coordinates (millionths of a degree) cannot stand: one alone says nothing."""
    if (latitude is None) != (longitude is None):
        field = "latitude" if latitude is None else "longitude"
        return Message(N_("Give both coordinates or none."), {}, field)
    return None
