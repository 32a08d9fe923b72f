"""Findings as a page shows them: links to what they rest on, who answered, who may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from flask import url_for

from casetracker.checks import queries, rules
from casetracker.checks.states import Asked, Evidence, Finding, Place
from casetracker.core.actor import Actor
from casetracker.core.errors import Message
from casetracker.core.permissions import Permission, Role
from casetracker.dossiers.pages import dossier_timeline_url, dossier_url
from casetracker.dossiers.states import Sight


@dataclass(frozen=True, kw_only=True)
class Link:
    """A piece of evidence: its words, and where it opens for this reader (None: nowhere)."""

    text: Message
    url: str | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A finding with everything its page says; why_not: why this reader cannot answer it, who can instead."""

    asked: Asked
    remedy: str
    links: tuple[Link, ...]
    answered_by: str | None
    why_not: Message | None
    who_can: tuple[str, ...]


def shown_for(found: Iterable[Asked], sight: Sight, actor: Actor) -> list[Shown]:
    """The same in the same order; two queries, whatever their number."""
    asked = list(found)
    names = queries.names_in(asked)
    supervisors = queries.supervisors_of(sight) if any(each.is_open for each in asked) else []
    return [
        Shown(
            asked=each, remedy=rules.BY_NAME[each.finding.rule].remedy,
            links=tuple(
                Link(text=_named(evidence, names), url=url_of(evidence, sight.reference, actor))
                for evidence in each.finding.evidence
                if not evidence.for_auditors or actor.role == Role.AUDITOR
            ),
            answered_by=names.get(each.answer.answered_by) if each.answer else None,
            why_not=rules.why_not_answer(each.finding, actor) if each.is_open else None,
            who_can=() if _is_hidden(each.finding, actor) else tuple(
                user.name for user in supervisors
                if user.id not in each.finding.people and rules.is_known_to(each.finding, user.office_id, sight)
            ),
        )
        for each in asked
    ]  # fmt: skip


def _is_hidden(finding: Finding, actor: Actor) -> bool:
    """Whether naming who can answer would tell, by who is missing, what auditors alone are told: whose number it is."""
    return actor.role != Role.AUDITOR and any(evidence.for_auditors for evidence in finding.evidence)


def _named(evidence: Evidence, names: dict[str, str]) -> Message:
    """An auditor reads whose number it is."""
    if not evidence.for_auditors:
        return evidence.text
    return Message(evidence.text.id, {key: names.get(str(id), id) for key, id in evidence.text.params.items()})


_DOORS = {
    Place.REQUEST: ("disbursements.show_disbursement", "disbursement_id", Permission.DISBURSEMENT_READ),
    Place.INSTALMENT: ("payments.show_instalment", "instalment_id", Permission.PAYMENT_READ),
    Place.DOCUMENT: ("documents.download_document", "document_id", Permission.DOCUMENT_READ),
}


def url_of(evidence: Evidence, reference: str, actor: Actor) -> str | None:
    """Where a piece of evidence opens for this reader."""
    if evidence.place in _DOORS:
        endpoint, name, door = _DOORS[evidence.place]
        return url_for(endpoint, reference=reference, **cast(Any, {name: evidence.id})) if actor.may(door) else None
    if evidence.place == Place.PROVIDER:
        return url_for("providers.show_provider", provider_id=evidence.id) if actor.role == Role.AUDITOR else None
    if evidence.place == Place.ENTRY and evidence.on is not None:
        near: Any = {"from": str(evidence.on - timedelta(days=1)), "to": str(evidence.on + timedelta(days=1))}
        return dossier_timeline_url(reference, **near, _anchor=evidence.id)
    return dossier_url(reference, _anchor=evidence.id)
