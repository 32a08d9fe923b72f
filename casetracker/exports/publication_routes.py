"""Publishing a project: what it can be published as, and the file."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casetracker.accounts import pace
from casetracker.accounts.limit_rules import EXPORTS
from casetracker.accounts.session import Act, current_actor, requires
from casetracker.community.opening import open_project_page
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.exports import publication_commands, publication_queries
from casetracker.exports import publication_rules as rules
from casetracker.exports.file_routes import hand_out
from casetracker.exports.publication_states import SUFFIXES, USES, PublicationFormat
from casetracker.web.labels import label


def add_to(bp: Blueprint) -> None:
    """Put the addresses into the room."""
    bp.add_url_rule("/projects/<reference>/publish", view_func=choose_publication)
    bp.add_url_rule("/projects/<reference>/publish/<publication>", view_func=publish_project, methods=["POST"])


def set_up(app: Flask) -> None:
    """The word that the event's template needs."""
    kinds = list(PublicationFormat)
    app.jinja_env.filters["publication_format_label"] = lambda value: (
        label(PublicationFormat(value)) if value in kinds else value
    )


@requires(Permission.PROJECT_PUBLISH)
def choose_publication(reference: str) -> ResponseReturnValue:
    """What this project can be published as, a button for each or why there is none."""
    sight = open_project_page(reference, current_actor())
    organisation = publication_queries.organisation_of(sight)
    uses = [(each, _(USES[each]), rules.why_not_publish(each, organisation)) for each in PublicationFormat]
    return render_template("exports/choose_publication.html", reference=sight.reference, uses=uses)


def _about(reference: str, publication: str) -> Act:
    sight = open_project_page(reference, current_actor())
    known = publication in list(PublicationFormat)
    facts = [
        (_("Project"), sight.reference),
        (_("Format"), label(PublicationFormat(publication)) if known else ""),
    ]
    return Act(title=_("Publish"), facts=facts, back=url_for("exports.choose_publication", reference=reference))


@requires(Permission.PROJECT_PUBLISH, describe=_about, limit=EXPORTS)
def publish_project(reference: str, publication: str) -> ResponseReturnValue:
    """The project as a file in one format of the field."""
    actor = current_actor()
    sight = open_project_page(reference, actor)
    if publication not in list(PublicationFormat):
        raise NotFound(publication)
    wanted = PublicationFormat(publication)
    if rules.why_not_publish(wanted, publication_queries.organisation_of(sight)) is not None:
        raise NotFound("publication")
    with pace.alone(EXPORTS, actor):
        export = publication_commands.publish_project(
            publication_commands.PublishProject(reference=reference, format=wanted), actor=actor
        )
    return hand_out(export, f"{reference}-{wanted}.{SUFFIXES[wanted]}")
