"""A project's sites as a table with HXL tags (https://hxlstandard.org/standard/1-1final/): a row for each site."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from enum import StrEnum
from typing import IO

from flask_babel import gettext as _

from casetracker.community.benefit_states import Aim, Exactness, PeopleGroup, Reach
from casetracker.core.money import Money
from casetracker.exports.iati import amount_of, degrees_of
from casetracker.exports.publication_states import PeopleFigure, PublishedProject, PublishedSite
from casetracker.web.cells import safe_cell
from casetracker.web.labels import label

Cell = Callable[[PublishedSite], str]
GROUP_TAGS: dict[PeopleGroup, str] = {
    PeopleGroup.FEMALE: "+f", PeopleGroup.MALE: "+m", PeopleGroup.UNDER_18: "+children",
    PeopleGroup.LOCAL: "+hosts", PeopleGroup.DISPLACED: "+idps", PeopleGroup.RETURNEE: "+returnees",
    PeopleGroup.WITH_DISABILITY: "+disabled",
}  # fmt: skip
"""Groups for which HXL has an attribute."""
FIGURE_TAGS = {
    (Aim.PLANNED, Reach.DIRECT): "#targeted+ind+direct", (Aim.PLANNED, Reach.INDIRECT): "#targeted+ind+indirect",
    (Aim.REACHED, Reach.DIRECT): "#reached+ind+direct", (Aim.REACHED, Reach.INDIRECT): "#reached+ind+indirect",
}  # fmt: skip


def write_hxl(project: PublishedProject, out: IO[bytes]) -> None:
    """Write the table; numbers are numbers, and no text begins like a formula."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    text.write("\ufeff")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    columns = [*_about(project), *_people(project)]
    writer.writerow([safe_cell(heading) for heading, _tag, _cell in columns])
    writer.writerow([tag for _heading, tag, _cell in columns])
    for site in project.sites:
        writer.writerow([cell(site) for _heading, _tag, cell in columns])
    text.flush()
    text.detach()


def _about(project: PublishedProject) -> list[tuple[str, str, Cell]]:
    donors = safe_cell("; ".join(donor.name for donor in project.donors))
    code = project.currency.lower()
    return [
        (_("Project"), "#activity+code", lambda site: safe_cell(project.reference)),
        (_("Title"), "#activity+name", lambda site: safe_cell(project.title)),
        (_("Sector"), "#sector+code+v_dac", lambda site: safe_cell(project.sector)),
        (_("Donors"), "#org+funding+name", lambda site: donors),
        (_("Country"), "#country+code+v_iso2", lambda site: safe_cell(project.country)),
        (_("Oblast or region"), "#adm1+name", lambda site: safe_cell(site.oblast)),
        (_("Code of the oblast"), "#adm1+code", lambda site: safe_cell(site.oblast_code)),
        (_("Raion or district"), "#adm2+name", lambda site: safe_cell(site.raion)),
        (_("Code of the raion"), "#adm2+code", lambda site: safe_cell(site.raion_code)),
        (_("Hromada or municipality"), "#adm3+name", lambda site: safe_cell(site.hromada)),
        (_("Code of the hromada"), "#adm3+code", lambda site: safe_cell(site.hromada_code)),
        (_("Settlement"), "#loc+settlement+name", lambda site: safe_cell(site.settlement)),
        (_("Code of the settlement"), "#loc+settlement+code", lambda site: safe_cell(site.place_code)),
        (_("No."), "#loc+site+num", lambda site: str(site.number)),
        (_("Name in English"), "#loc+site+name+i_en", lambda site: safe_cell(site.name)),
        (_("Name as people there call it"), "#loc+site+name+local", lambda site: safe_cell(site.local_name)),
        (_("What it is"), "#loc+site+type", lambda site: safe_cell(site.kind)),
        (_("Latitude"), "#geo+lat", lambda site: "" if site.latitude is None else degrees_of(site.latitude)),
        (_("Longitude"), "#geo+lon", lambda site: "" if site.longitude is None else degrees_of(site.longitude)),
        (_("Stage"), "#status+name", lambda site: _named(site.stage)),
        (_("Stage since"), "#date+status", lambda site: site.stage_on.isoformat()),
        (_("What became of it"), "#status+outcome", lambda site: _named(site.outcome)),
        (_("People who use it now"), "#population+users+before",
         lambda site: "" if site.users_before is None else str(site.users_before)),
        (_("Works in per cent"), "#indicator+works+pct",
         lambda site: "" if site.works_percent is None else str(site.works_percent)),
        (_("Co-contributions pledged"), f"#value+pledged+{code}",
         lambda site: amount_of(Money(site.pledged, project.currency))),
        (_("Co-contributions delivered"), f"#value+delivered+{code}",
         lambda site: amount_of(Money(site.delivered, project.currency))),
    ]  # fmt: skip


def _people(project: PublishedProject) -> list[tuple[str, str, Cell]]:
    """For each aim and reach: the number, how exact it is, and the groups that HXL knows, where any is known."""
    columns: list[tuple[str, str, Cell]] = []
    for (aim, reach), tag in FIGURE_TAGS.items():
        of_site = {each.site_number: each for each in project.people if (each.aim, each.reach) == (aim, reach)}
        words = f"{label(aim)}, {label(reach)}"
        columns.append((words, tag, _cell(of_site, lambda figure: str(figure.number))))
        columns.append((
            _("%(figure)s: how exact", figure=words), f"#meta+exactness{tag.partition('+ind')[2]}+{aim}",
            _cell(of_site, lambda figure: _named(figure.exactness if figure.exactness != Exactness.EXACT else None)),
        ))  # fmt: skip
        columns += [
            (f"{words}: {label(group)}", tag + attribute, _group_cell(of_site, group))
            for group, attribute in GROUP_TAGS.items()
        ]
    return columns


def _cell(of_site: dict[int | None, PeopleFigure], told: Callable[[PeopleFigure], str]) -> Cell:
    return lambda site: told(of_site[site.number]) if site.number in of_site else ""


def _group_cell(of_site: dict[int | None, PeopleFigure], group: PeopleGroup) -> Cell:
    return _cell(of_site, lambda figure: str(dict(figure.shares).get(group, "")))


def _named(value: StrEnum | None) -> str:
    return "" if value is None else safe_cell(label(value))
