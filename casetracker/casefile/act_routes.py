"""The forms of the acts on a case: one page each, all made the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casetracker.accounts import session
from casetracker.accounts.session import current_actor, requires
from casetracker.casefile import commands, forms, person_commands, queries, rules
from casetracker.casefile.states import NoteSide
from casetracker.cases import queries as cases
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers import commands as dossiers
from casetracker.dossiers.attempts import attempt, open_any, open_dossier
from casetracker.dossiers.pages import dossier_url
from casetracker.dossiers.queries import list_points
from casetracker.dossiers.rules import why_not_clear
from casetracker.dossiers.states import Relation, Sight
from casetracker.events.states import Part
from casetracker.programmes import queries as programmes
from casetracker.web.forms import Form, optional_choice
from casetracker.web.labels import label


@dataclass(frozen=True)
class Act:
    """One act: its address below the case, its door, its form and command, and the words of its page.

    `relation`/`part`: for whom the act exists at all (else 404); `prepare` fills the form's choices.
    """

    name: str
    path: str
    permission: Permission
    form: type[Any]
    command: Callable[..., Any]
    title: Any
    button: Any
    done: Any
    anchor: str = ""
    intro: Any = ""
    tone: str = "primary"
    relation: Relation | None = None
    part: Part = Part.SHARED
    prepare: Callable[[Any, Sight, Actor], None] | None = None
    when_closed: bool = False


def _persons(form: Any, sight: Sight, actor: Actor) -> None:
    people = [p for p in cases.list_persons(sight.dossier_id) if p.is_active]
    form.person_id.choices = [(p.id, p.name) for p in people]
    _first_choice(form)


def _gone(form: Any, sight: Sight, actor: Actor) -> None:
    people = [p for p in cases.list_persons(sight.dossier_id) if not p.is_active]
    form.person_id.choices = [(p.id, f"{p.name} · {label(p.status)}") for p in people]
    _first_choice(form)


def _eligible(form: Any, sight: Sight, actor: Actor) -> None:
    _persons(form, sight, actor)
    if sight.programme_id is None:
        form.offer({}, "EUR")
        return
    packages = programmes.list_packages_up_to(sight.programme_id)
    form.offer({each.id: each.name for each in packages}, programmes.get_programme(sight.programme_id).currency)


def _first_choice(form: Any) -> None:
    """The person that the link named is chosen already."""
    wanted = request.args.get("person")
    if request.method == "GET" and wanted in {value for value, _name in form.person_id.choices}:
        form.person_id.data = wanted


def _note(form: Any, sight: Sight, actor: Actor) -> None:
    people = cases.list_persons(sight.dossier_id)
    form.person_id.choices = optional_choice([(p.id, p.name) for p in people])
    if not sight.is_sending:
        form.side.choices = [(str(NoteSide.SHARED), label(NoteSide.SHARED))]
    if request.method == "GET":
        form.day.data = clock.today(actor.zone)


def _programmes(form: Any, sight: Sight, actor: Actor) -> None:
    form.programme_id.choices = [(p.id, f"{p.code} · {p.name}") for p in programmes.list_programmes()]


def _consents(form: Any, sight: Sight, actor: Actor) -> None:
    people = {p.id: p.name for p in cases.list_persons(sight.dossier_id)}
    rows = queries.list_standing_consents(sight.dossier_id)
    form.consent_id.choices = [(c.id, f"{people.get(c.person_id, '')} · {label(c.scope)}") for c in rows]


ACTS = (
    Act(
        "write_note",
        "notes/new",
        Permission.NOTE_WRITE,
        forms.WriteNoteForm,
        commands.write_note,
        _l("Write a note"),
        _l("Write"),
        _l("The note stands in the timeline."),
        "timeline",
        prepare=_note,
    ),
    Act(
        "choose_programme",
        "programme",
        Permission.APPLICATION_LOG,
        forms.ChooseProgrammeForm,
        commands.choose_programme,
        _l("Choose the programme"),
        _l("Choose"),
        _l("The programme is chosen."),
        "next",
        _l("One programme pays for the whole case. It stays once grants were made."),
        relation=Relation.SENDING,
        prepare=_programmes,
    ),
    Act(
        "decide_eligibility",
        "eligibility",
        Permission.ELIGIBILITY_DECIDE,
        forms.DecideEligibilityForm,
        person_commands.decide_eligibility,
        _l("Decide eligibility"),
        _l("Decide"),
        _l("The decision is recorded."),
        "grants",
        _l("Approving makes the person's grants under the programme's rules in force."),
        relation=Relation.SENDING,
        part=Part.SENDING,
        prepare=_eligible,
    ),
    Act(
        "depart",
        "departure",
        Permission.JOURNEY_LOG,
        forms.DepartForm,
        person_commands.depart,
        _l("Log a departure"),
        _l("Log"),
        _l("The departure is logged."),
        "journey",
        relation=Relation.SENDING,
        prepare=_persons,
    ),
    Act(
        "not_depart",
        "not-departed",
        Permission.JOURNEY_LOG,
        forms.NotDepartForm,
        person_commands.not_depart,
        _l("Somebody did not depart"),
        _l("Log"),
        _l("This is logged; the person's grants went back."),
        "journey",
        relation=Relation.SENDING,
        prepare=_persons,
    ),
    Act(
        "leave_person",
        "leave",
        Permission.PERSON_EDIT,
        forms.LeaveForm,
        person_commands.leave_person,
        _l("A person takes part no longer"),
        _l("Record"),
        _l("This is recorded; what the grants had left went back."),
        "persons",
        tone="danger",
        prepare=_persons,
    ),
    Act(
        "rejoin_person",
        "rejoin",
        Permission.PERSON_EDIT,
        forms.RejoinForm,
        person_commands.rejoin_person,
        _l("A person takes part again"),
        _l("Record"),
        _l("The person takes part again."),
        "persons",
        _l("Grants that went back stay there until a supervisor decides anew."),
        prepare=_gone,
    ),
    Act(
        "withdraw_consent",
        "consents/withdraw",
        Permission.CONSENT_LOG,
        forms.WithdrawConsentForm,
        person_commands.withdraw_consent,
        _l("A consent is taken back"),
        _l("Record"),
        _l("The withdrawal is recorded."),
        "consents",
        _l("From now on nothing new is disclosed to the receiving office."),
        tone="danger",
        prepare=_consents,
    ),
    Act(
        "suspend_case",
        "suspend",
        Permission.CASE_EDIT,
        forms.SuspendCaseForm,
        commands.suspend_case,
        _l("Suspend the case"),
        _l("Suspend"),
        _l("The case is suspended; its clocks stand still."),
    ),
    Act(
        "close_case",
        "close",
        Permission.CASE_CLOSE,
        forms.CloseCaseForm,
        commands.close_case,
        _l("Close the case"),
        _l("Close"),
        _l("The case is closed."),
        tone="danger",
        intro=_l("A closed case can only be read. What was awarded and not used goes back to the programme."),
    ),
    Act(
        "reopen_case",
        "reopen",
        Permission.CASE_CLOSE,
        forms.ReopenCaseForm,
        commands.reopen_case,
        _l("Reopen the case"),
        _l("Reopen"),
        _l("The case is open again."),
        relation=Relation.SENDING,
        when_closed=True,
    ),
)


def add_to(bp: Blueprint) -> None:
    """One view per act, and the two that are a single button on the case page."""
    for act in ACTS:
        bp.add_url_rule(f"/cases/<reference>/{act.path}", act.name, _view(act), methods=["GET", "POST"])
    bp.add_url_rule("/cases/<reference>/move-on", "move_on", move_on, methods=["POST"])
    bp.add_url_rule("/cases/<reference>/resume", "resume_case", resume_case, methods=["POST"])
    bp.add_url_rule("/<dossier:reference>/points/<point_id>", "clear_point", clear_point, methods=["GET", "POST"])


def _view(act: Act) -> Callable[[str], ResponseReturnValue]:
    def view(reference: str) -> ResponseReturnValue:
        actor = current_actor()
        sight = _opened(act, reference, actor)
        form = act.form()
        if act.prepare is not None:
            act.prepare(form, sight, actor)
        if form.validate_on_submit() and attempt(form, act.command, form.to_command(sight), actor=actor, sight=sight):
            flash(str(act.done))
            return redirect(url_for("casefile.show_case", reference=reference, _anchor=act.anchor or None))
        return render_template("casefile/act.html", form=form, act=act, sight=sight, reference=reference), form.status

    view.__name__ = act.name
    view.__doc__ = str(act.name)
    return requires(act.permission, describe=_about(act))(view)


def _opened(act: Act, reference: str, actor: Actor) -> Sight:
    """The case, where the act exists for this reader; else NotFound."""
    sight = open_dossier(reference, actor)
    if (act.relation is not None and sight.relation != act.relation) or act.part not in sight.parts:
        raise NotFound(act.name)
    return sight


def _about(act: Act) -> session.Describe:
    """What is about to be done, with whom, in which case: said where the second factor is asked for."""

    def describe(reference: str) -> session.Act:
        sight = _opened(act, reference, current_actor())
        people = {person.id: person.name for person in cases.list_persons(sight.dossier_id)}
        facts = [(_("Case"), sight.reference), (_("Person"), people.get(request.form.get("person_id", ""), ""))]
        back = url_for(f"casefile.{act.name}", reference=reference)
        return session.Act(title=str(act.title), facts=facts, back=back)

    return describe


def _button(form: Form, command: Callable[..., Any], reference: str, sight: Sight, actor: Actor) -> ResponseReturnValue:
    if form.validate_on_submit():
        attempt(None, command, form.to_command(sight), actor=actor, sight=sight)  # type: ignore[attr-defined]  # every form here has it
    return redirect(url_for("casefile.show_case", reference=reference))


@requires(Permission.CASE_EDIT)
def move_on(reference: str) -> ResponseReturnValue:
    """Enter the next stage."""
    actor = current_actor()
    return _button(forms.MoveOnForm(), commands.move_on, reference, open_dossier(reference, actor), actor)


@requires(Permission.CASE_EDIT)
def resume_case(reference: str) -> ResponseReturnValue:
    """Let the clocks run again."""
    actor = current_actor()
    return _button(forms.ResumeCaseForm(), commands.resume_case, reference, open_dossier(reference, actor), actor)


@requires(Permission.CASE_EDIT)
def clear_point(reference: str, point_id: str) -> ResponseReturnValue:
    """Say how a point was settled."""
    actor = current_actor()
    sight = open_any(reference, actor)
    item = next((each for each in list_points(sight) if each.id == point_id), None)
    if item is None or sight.relation is None:
        raise NotFound("point")
    form = forms.ClearPointForm()
    why_not = rules.why_not_settle(item.blocks_money, actor) or why_not_clear(item.subject_kind)
    if why_not is not None:
        form.refuse(why_not)
    elif form.validate_on_submit() and attempt(
        form, dossiers.clear_point, form.to_command(sight, point_id), actor=actor, sight=sight
    ):
        flash(_("The point is settled."))
        return redirect(dossier_url(reference, _anchor="points"))
    page = render_template("casefile/clear_point.html", form=form, point=item, sight=sight, reference=reference)
    return page, form.status
