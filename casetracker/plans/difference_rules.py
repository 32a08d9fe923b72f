"""What changed from one frozen version of a plan to the next, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casetracker.core.errors import N_, Message
from casetracker.core.labels import label_id
from casetracker.core.money import Money
from casetracker.plans.states import FundingSource

Content = Mapping[str, Any]
Funding = dict[tuple[str, str | None], int]
"""(source, person of a grant) -> minor units."""


def list_differences(old: Content, new: Content, names: Mapping[str, str]) -> list[Message]:
    """The differences from `old` to `new`; `names` maps ids of persons and providers to what people call
    them."""
    return list(_activities(old, new, names))


def _activities(old: Content, new: Content, names: Mapping[str, str]) -> Iterator[Message]:
    before = {a["id"]: a for a in old.get("activities", ())}
    after = {a["id"]: a for a in new.get("activities", ())}
    for id, activity in after.items():
        if id not in before:
            yield Message(N_("Activity “%(title)s” was added."), {"title": activity["title"]})
        else:
            yield from _activity(before[id], activity, names)
    for id, activity in before.items():
        if id not in after:
            yield Message(N_("Activity “%(title)s” was removed."), {"title": activity["title"]})
    yield from _lines(old, new, names)


def _activity(old: Content, new: Content, names: Mapping[str, str]) -> Iterator[Message]:
    title = {"title": new["title"]}
    if old["title"] != new["title"]:
        yield Message(N_("Activity “%(before)s” is now called “%(title)s”."), {**title, "before": old["title"]})
    if old["kind"] != new["kind"]:
        yield Message(N_("“%(title)s” is now of another kind."), title)
    if old["place"] != new["place"]:
        yield Message(
            N_("“%(title)s”: place “%(after)s” instead of “%(before)s”."),
            {**title, "before": old["place"], "after": new["place"]},
        )
    if old["feasibility"] != new["feasibility"]:
        yield Message(N_("“%(title)s”: its feasibility is described anew."), title)
    if old["beneficiary_ids"] != new["beneficiary_ids"]:
        people = ", ".join(names.get(id, "?") for id in new["beneficiary_ids"])
        yield Message(N_("“%(title)s” now benefits %(people)s."), {**title, "people": people})


def _lines(old: Content, new: Content, names: Mapping[str, str]) -> Iterator[Message]:
    before = {line["id"]: line for a in old.get("activities", ()) for line in a["lines"]}
    after = {line["id"]: line for a in new.get("activities", ()) for line in a["lines"]}
    currency = new.get("currency", "")
    for id, line in after.items():
        if id in before:
            yield from _line(before[id], line, names, currency)
        else:
            yield Message(
                N_("Line “%(line)s” was added: %(amount)s."),
                {"line": line["description"], "amount": Money(line["amount"], currency)},
            )
    for id, line in before.items():
        if id not in after:
            yield Message(
                N_("Line “%(line)s” was removed: %(amount)s."),
                {"line": line["description"], "amount": Money(line["amount"], currency)},
            )


def _line(old: Content, new: Content, names: Mapping[str, str], currency: str) -> Iterator[Message]:
    line = {"line": new["description"]}
    if old["description"] != new["description"]:
        yield Message(N_("Line “%(before)s” is now “%(line)s”."), {**line, "before": old["description"]})
    if old["provider_id"] != new["provider_id"]:
        name = names.get(new["provider_id"] or "", "–")
        yield Message(N_("“%(line)s”: the provider is now %(provider)s."), {**line, "provider": name})
    if (old["quantity"], old["times"], old["frequency"]) != (new["quantity"], new["times"], new["frequency"]):
        yield Message(
            N_("“%(line)s”: %(quantity)d × %(times)d instead of %(old_quantity)d × %(old_times)d."),
            {**line, "quantity": new["quantity"], "times": new["times"], "old_quantity": old["quantity"],
             "old_times": old["times"]},
        )  # fmt: skip
    if (old["unit_price"], old["unit_currency"]) != (new["unit_price"], new["unit_currency"]):
        yield _changed(
            N_("“%(line)s”: unit price %(after)s instead of %(before)s."), line,
            Money(old["unit_price"], old["unit_currency"]), Money(new["unit_price"], new["unit_currency"]),
        )  # fmt: skip
    if old["amount"] != new["amount"]:
        yield _changed(
            N_("“%(line)s”: %(after)s instead of %(before)s."), line, Money(old["amount"], currency),
            Money(new["amount"], currency),
        )  # fmt: skip
    yield from _funding_changes(line, _funding(old), _funding(new), names, currency)


def _funding_changes(
    line: Mapping[str, str], old: Funding, new: Funding, names: Mapping[str, str], currency: str
) -> Iterator[Message]:
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key, 0), new.get(key, 0)
        if before == after:
            continue
        source, person = key
        words: str | Message = names.get(person, "?") if person else Message(label_id(FundingSource(source)))
        yield Message(
            N_("“%(line)s”: %(source)s pays %(after)s instead of %(before)s."),
            {
                **line,
                "source": words,
                "before": Money(before, currency),
                "after": Money(after, currency),
            },
        )


def _changed(text: str, line: Mapping[str, str], before: Money, after: Money) -> Message:
    return Message(text, {**line, "before": before, "after": after})


def _funding(line: Content) -> Funding:
    return {(part["source"], part["person_id"]): part["amount"] for part in line["funding"]}
