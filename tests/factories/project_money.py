"""A project with money for tests, built by the commands: share awarded, plan approved, requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casetracker.approvals import commands as approvals
from casetracker.approvals import plan_commands
from casetracker.community import commands as projects
from casetracker.community import share_commands
from casetracker.community.share_models import ShareRequest
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.disbursements import commands, queries, quote_commands
from casetracker.disbursements.models import Submission
from casetracker.disbursements.share_commands import InstalmentInput
from casetracker.disbursements.states import DisbursementKind
from casetracker.grants.queries import list_grants
from casetracker.plans import commands as plans
from casetracker.plans import draft_commands, funding_commands
from casetracker.plans.models import Plan
from casetracker.plans.queries import list_versions
from casetracker.plans.states import ActivityKind, Frequency, FundingSource
from tests.factories import community
from tests.factories.accounts import People, make_people, make_user
from tests.factories.cases import pdf
from tests.factories.documents import pdf as paper
from tests.factories.programmes import DemoProgramme, demo_programme
from tests.factories.providers import paid_provider
from tests.grounds import built_once


@dataclass(frozen=True, kw_only=True)
class Funded:
    """Kyiv's project with two sites, one budget line's share, and an approved plan: a roof for the club, computers for
    the school. Kyiv's caseworker wrote the plan; the second caseworker asks for money; two supervisors more decide."""

    people: People
    asker: Actor
    second: Actor
    third: Actor
    programme: DemoProgramme
    reference: str
    dossier_id: str
    club: str
    school: str
    grant_id: str
    roof: str
    computers: str
    provider_id: str


def ask_share(dossier_id: str, budget_line_id: str, amount: int, *, actor: Actor) -> str:
    """Ask for the whole share; the request's id."""
    cmd = share_commands.AskShare(
        dossier_id=dossier_id, budget_line_id=budget_line_id, amount=amount, signed_on=community.yesterday(actor),
        upload=pdf(mark=f"agreement {amount}"),
    )  # fmt: skip
    return share_commands.ask_share(cmd, actor=actor)


def decide_share(request_id: str, *, actor: Actor, is_granted: bool = True, reason: str | None = None) -> str:
    """Award it, unless said otherwise."""
    row = db.session.get_one(ShareRequest, request_id, populate_existing=True)
    cmd = share_commands.DecideShare(
        dossier_id=row.dossier_id, request_id=row.id, is_granted=is_granted, reason=reason, version=row.version
    )
    return share_commands.decide_share(cmd, actor=actor)


def activity(dossier_id: str, title: str, kind: ActivityKind, *sites: str, actor: Actor) -> str:
    """An activity of the plan's draft, for these sites."""
    cmd = draft_commands.SaveActivity(
        dossier_id=dossier_id, activity_id=None, version=None, kind=kind, title=title, place="Mykolaivka",
        feasibility="The building is sound.", beneficiary_ids=sites,
    )  # fmt: skip
    return draft_commands.save_activity(cmd, actor=actor)


def line(dossier_id: str, activity_id: str, what: str, price: int, grant_id: str, *, actor: Actor) -> str:
    """A line that the donor's share pays wholly; its id."""
    saving = draft_commands.SaveLine(
        dossier_id=dossier_id, activity_id=activity_id, line_id=None, version=None, description=what, provider_id=None,
        quantity=1, unit_price=price, unit_currency="EUR", frequency=Frequency.ONCE, times=1,
    )  # fmt: skip
    line_id = draft_commands.save_line(saving, actor=actor)
    part = funding_commands.FundingPart(source=FundingSource.GRANT, grant_id=grant_id, amount=price)
    funding = funding_commands.FundLine(dossier_id=dossier_id, line_id=line_id, version=1, parts=(part,))
    return funding_commands.fund_line(funding, actor=actor)


def approve_plan(dossier_id: str, *, author: Actor, deciders: Sequence[Actor]) -> None:
    """Submit the draft; two people validate and approve it finally."""
    row = db.session.scalars(
        select(Plan).where(Plan.dossier_id == dossier_id).execution_options(populate_existing=True)
    ).one()
    plans.submit_plan(plans.SubmitPlan(dossier_id=dossier_id, version=row.version), actor=author)
    version = list_versions(dossier_id)[0]
    for decider, act in zip(deciders, (plan_commands.validate_plan, plan_commands.approve_plan), strict=True):
        cmd = plan_commands.DecidePlan(version_id=version.id, content_hash=version.content_hash, reason=None)
        act(cmd, actor=decider)


@built_once
def funded_project(
    people: People | None = None, programme: DemoProgramme | None = None, provider_id: str | None = None
) -> Funded:
    """As `Funded` says: 20,000.00 of the reintegration line; a roof of 12,000.00, computers of 3,000.00."""
    people = people or make_people()
    asker = make_user("caseworker.two.kyiv@example.org", Role.CASEWORKER, people.kyiv, name="Second caseworker, Kyiv")
    second = make_user("supervisor.two.kyiv@example.org", Role.SUPERVISOR, people.kyiv, name="Second supervisor, Kyiv")
    third = make_user("supervisor.three.kyiv@example.org", Role.SUPERVISOR, people.kyiv, name="Third supervisor, Kyiv")
    programme, author = programme or demo_programme(people.administrator), people.caseworker_kyiv
    reference = projects.open_project(community.opening(programme.id), actor=author)
    dossier_id = community.project_id(reference, author)
    club = community.add_site(dossier_id, author)
    school = community.add_site(dossier_id, author, name="School", settlement="Zorya", latitude=None, longitude=None)
    request = ask_share(dossier_id, programme.reintegration_line_id, 20_000_00, actor=author)
    decide_share(request, actor=people.supervisor_kyiv)
    grant_id = list_grants(dossier_id)[0].id
    roofs = activity(dossier_id, "A dry hall", ActivityKind.WORKS, club, actor=author)
    roof = line(dossier_id, roofs, "New roof", 12_000_00, grant_id, actor=author)
    classes = activity(dossier_id, "A computer room", ActivityKind.EQUIPMENT, school, actor=author)
    computers = line(dossier_id, classes, "Computers", 3_000_00, grant_id, actor=author)
    approve_plan(dossier_id, author=author, deciders=(people.supervisor_kyiv, second))
    provider_id = provider_id or paid_provider(people.caseworker_kyiv, people.finance_kyiv)
    return Funded(
        people=people, asker=asker, second=second, third=third, programme=programme, reference=reference,
        dossier_id=dossier_id, club=club, school=school, grant_id=grant_id, roof=roof, computers=computers,
        provider_id=provider_id,
    )  # fmt: skip


def draft(
    project: Funded,
    *parts: tuple[str, int],
    instalments: Sequence[InstalmentInput] = (),
    provider_id: str | None = None,
) -> str:
    """A draft for (plan line, minor units); returns its id."""
    cmd = commands.DraftDisbursement(
        dossier_id=project.dossier_id, kind=DisbursementKind.PROVIDER, purpose="Roof, first part",
        provider_id=provider_id or project.provider_id, local_currency=None, local_amount=None,
        parts=tuple((f"line:{line_id}", amount) for line_id, amount in parts), instalments=tuple(instalments),
    )  # fmt: skip
    return commands.draft_disbursement(cmd, actor=project.asker)


def quote(project: Funded, request_id: str, number: int = 3, provider_id: str | None = None) -> None:
    """Quotes with their papers; the first is the provider's and is chosen."""
    ids = []
    for n in range(number):
        cmd = quote_commands.AddQuote(
            dossier_id=project.dossier_id, disbursement_id=request_id,
            provider_id=(provider_id or project.provider_id) if n == 0 else None,
            provider_name=None if n == 0 else f"Other builder {n}", amount=400_00 + n, currency="EUR",
            upload=paper(mark=f"{request_id}{n}"),
        )  # fmt: skip
        ids.append(quote_commands.add_quote(cmd, actor=project.asker))
    chosen = quote_commands.ChooseQuote(
        dossier_id=project.dossier_id, disbursement_id=request_id, quote_id=ids[0], reason="The cheapest"
    )
    quote_commands.choose_quote(chosen, actor=project.asker)


def submit(project: Funded, request_id: str) -> Submission:
    """Submit it; the submission."""
    row = queries.get_disbursement(project.dossier_id, request_id)
    cmd = commands.SubmitDisbursement(dossier_id=project.dossier_id, disbursement_id=request_id, version=row.version)
    commands.submit_disbursement(cmd, actor=project.asker)
    return queries.get_submission(request_id)


def approve(submission: Submission, *deciders: Actor) -> None:
    """Their approvals of what was submitted."""
    for decider in deciders:
        cmd = approvals.DecideDisbursement(
            submission_id=submission.id, content_hash=submission.content_hash, reason=None
        )
        approvals.approve_disbursement(cmd, actor=decider)


def version_of(project: Funded, request_id: str) -> int:
    """The request's row version."""
    return queries.get_disbursement(project.dossier_id, request_id).version
