"""A project as an activity of IATI 2.03 (https://iatistandard.org/en/iati-standard/203/), element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from html import escape
from typing import IO

from casetracker.community.benefit_states import GROUPS, Aim, Exactness, Reach
from casetracker.community.states import DEGREE
from casetracker.core.money import Money
from casetracker.exports.publication_rules import why_no_budget
from casetracker.exports.publication_states import (
    Organisation,
    PeopleFigure,
    PublishedProject,
    PublishedSite,
    Transaction,
    TransactionType,
)

VERSION = "2.03"
LANGUAGES = {"UA": "uk"}
"""Country -> the language of names as people there call a place."""
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
FUNDING, ACCOUNTABLE, IMPLEMENTING = "1", "2", "4"
PLANNED_START, PLANNED_END, ACTUAL_END = "1", "3", "4"
GENERAL, OBJECTIVES = "1", "2"
OTHER_RESULT, OUTPUT, UNITS = "9", "1", "1"
ORIGINAL, COMMITTED = "1", "2"
AT_THE_PLACE, EXACT_PLACE = "1", "1"
DAC_FIVE_DIGITS = "1"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, whatever the escape."""


def write_iati(project: PublishedProject, organisation: Organisation, out: IO[bytes]) -> None:
    """Write the activity; memory does not grow with its transactions."""
    _Activity(out).write(project, organisation)


def amount_of(money: Money) -> str:
    """The number alone, in whole units with as many decimals as the currency has.

    >>> amount_of(Money(-120050, "EUR")), amount_of(Money(700, "JPY"))
    ('-1200.50', '700')
    """
    return str(money).removesuffix(f" {money.currency}")


def degrees_of(millionths: int) -> str:
    """A coordinate with a point, whatever the reader's language."""
    sign, whole = ("-" if millionths < 0 else ""), abs(millionths)
    return f"{sign}{whole // DEGREE}.{whole % DEGREE:06}"


class _Activity:
    def __init__(self, out: IO[bytes]) -> None:
        self.out = out

    @contextmanager
    def element(self, name: str, /, **attributes: object) -> Iterator[None]:
        """An element with what is written inside; `xml_lang` is xml:lang, other underscores are dashes. It is only
        ever written: nothing here reads XML."""
        self.raw(f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>")
        yield
        self.raw(f"</{name}>")

    def raw(self, markup: str) -> None:
        """Markup of ours, or what is escaped already."""
        self.out.write(markup.encode("utf-8"))

    def add(self, name: str, /, **attributes: object) -> None:
        """An element with nothing inside."""
        with self.element(name, **attributes):
            pass

    def text(self, name: str, words: str, /, **attributes: object) -> None:
        """An element with text."""
        with self.element(name, **attributes):
            self.raw(_clean(words))

    def told(self, name: str, *words: str, **attributes: object) -> None:
        """An element with narratives."""
        with self.element(name, **attributes):
            for each in words:
                self.text("narrative", each)

    def write(self, project: PublishedProject, organisation: Organisation) -> None:
        self.raw('<?xml version="1.0" encoding="UTF-8"?>\n')
        with self.element("iati-activities", version=VERSION, generated_datetime=_moment(project.written_at)):
            currency = {"default_currency": project.currency, "xml_lang": "en"}
            with self.element("iati-activity", last_updated_datetime=_moment(project.changed_at), **currency):
                self.about(project, organisation)
                self.money(project, organisation)
                self.results(project)
        self.raw("\n")

    def about(self, project: PublishedProject, organisation: Organisation) -> None:
        self.text("iati-identifier", f"{organisation.identifier}-{project.reference}")
        who = {"ref": organisation.identifier, "type": organisation.kind}
        self.told("reporting-org", organisation.name, **who)
        self.told("title", project.title)
        self.told("description", project.purpose, type=GENERAL)
        if project.indicators:
            objectives = dict.fromkeys(each.objective for each in project.indicators)
            self.told("description", "; ".join(objectives), type=OBJECTIVES)
        for donor in project.donors:
            self.told("participating-org", donor.name, role=FUNDING)
        self.told("participating-org", organisation.name, role=ACCOUNTABLE, **who)
        for partner in project.partners:
            self.told("participating-org", partner, role=IMPLEMENTING)
        self.add("activity-status", code=project.status.value)
        days = [(PLANNED_START, project.starts_on), (PLANNED_END, project.ends_on), (ACTUAL_END, project.closed_on)]
        for kind, day in days:
            if day is not None:
                self.add("activity-date", type=kind, iso_date=day)
        self.add("recipient-country", code=project.country, percentage=100)
        for site in project.sites:
            self.place(project, site)
        if project.sector:
            self.add("sector", vocabulary=DAC_FIVE_DIGITS, code=project.sector)

    def place(self, project: PublishedProject, site: PublishedSite) -> None:
        with self.element("location", ref=place_ref(project, site.number)):
            self.add("location-reach", code=AT_THE_PLACE)
            with self.element("name"):
                self.text("narrative", site.name)
                if project.country in LANGUAGES and site.local_name != site.name:
                    self.text("narrative", site.local_name, xml_lang=LANGUAGES[project.country])
            where = (site.settlement, site.hromada, site.raion, site.oblast, site.place_code)
            self.told("description", ", ".join(dict.fromkeys(each for each in where if each)))
            if site.latitude is not None and site.longitude is not None:
                with self.element("point", srsName=WGS84):
                    self.text("pos", f"{degrees_of(site.latitude)} {degrees_of(site.longitude)}")
                self.add("exactness", code=EXACT_PLACE)

    def money(self, project: PublishedProject, organisation: Organisation) -> None:
        if project.budget is not None and why_no_budget(project.starts_on, project.ends_on) is None:
            with self.element("budget", type=ORIGINAL, status=COMMITTED):
                self.add("period-start", iso_date=project.starts_on)
                self.add("period-end", iso_date=project.ends_on)
                self.value(project.budget, project.starts_on)
        for planned in project.planned:
            with self.element("planned-disbursement", type=ORIGINAL):
                self.add("period-start", iso_date=planned.day)
                self.value(planned.amount, planned.day)
        for each in project.transactions:
            self.transaction(each, project, organisation)

    def transaction(self, each: Transaction, project: PublishedProject, organisation: Organisation) -> None:
        with self.element("transaction"):
            self.add("transaction-type", code=each.kind.value)
            self.add("transaction-date", iso_date=each.day)
            self.value(each.amount, each.day)
            if each.kind == TransactionType.INCOMING_COMMITMENT:
                if len(project.donors) == 1:
                    self.told("provider-org", project.donors[0].name)
                self.told("receiver-org", organisation.name, ref=organisation.identifier, type=organisation.kind)

    def value(self, amount: Money, day: date) -> None:
        self.text("value", amount_of(amount), currency=amount.currency, value_date=day)

    def results(self, project: PublishedProject) -> None:
        for each in project.indicators:
            with self.element("result", type=OTHER_RESULT):
                self.told("title", each.objective)
                with self.element("indicator", measure=UNITS):
                    self.told("title", each.indicator)
                    with self.period(project):
                        self.add("target", value=each.target)
        if project.people:
            with self.element("result", type=OUTPUT):
                self.told("title", "People who benefit")
                for reach in Reach:
                    figures = [figure for figure in project.people if figure.reach == reach]
                    if figures:
                        self.people(project, reach, figures)

    def people(self, project: PublishedProject, reach: Reach, figures: list[PeopleFigure]) -> None:
        with self.element("indicator", measure=UNITS, aggregation_status="false"):
            self.told(
                "title", "People who benefit directly" if reach == Reach.DIRECT else "People who benefit indirectly"
            )
            with self.period(project):
                for name, aim in (("target", Aim.PLANNED), ("actual", Aim.REACHED)):
                    for figure in (each for each in figures if each.aim == aim):
                        self.figure(project, name, figure)

    def figure(self, project: PublishedProject, name: str, figure: PeopleFigure) -> None:
        """A figure, and one more for each group of it that is known."""
        known = dict(figure.shares)
        kinds = {group: kind for kind, of_kind in GROUPS.items() for group in of_kind}
        rows = [(figure.number, figure.about), *((known[group], group) for group in kinds if group in known)]
        for number, group in rows:
            with self.element(name, value=number):
                if figure.site_number is not None:
                    self.add("location", ref=place_ref(project, figure.site_number))
                if group is not None:
                    self.add("dimension", name=kinds[group], value=group)
                if figure.exactness != Exactness.EXACT:
                    self.told("comment", figure.exactness.replace("_", " "))

    @contextmanager
    def period(self, project: PublishedProject) -> Iterator[None]:
        with self.element("period"):
            self.add("period-start", iso_date=project.starts_on)
            self.add("period-end", iso_date=project.ends_on)
            yield


def place_ref(project: PublishedProject, number: int) -> str:
    """What a site is called inside the file."""
    return f"{project.reference}-{number}"


def _attribute(key: str, value: object) -> str:
    name = "xml:lang" if key == "xml_lang" else key.replace("_", "-")
    return "" if value is None else f' {name}="{_clean(str(value))}"'


def _clean(words: str) -> str:
    """As it stands in XML, between tags and between quotes.

    >>> _clean('Fish & "chips" <\\x0b')
    'Fish &amp; &quot;chips&quot; &lt;'
    """
    return escape(_NO_XML.sub("", words))


def _moment(moment: datetime | date) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
