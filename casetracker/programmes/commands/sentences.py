"""The sentences in which the second person reads what a change of a programme would do."""

from __future__ import annotations

from casetracker.core.errors import N_, Message
from casetracker.core.labels import label_id
from casetracker.core.money import Money
from casetracker.programmes import queries, rules
from casetracker.programmes.commands import packages, policies, programmes


def _programme_code(programme_id: str) -> str:
    return queries.get_programme(programme_id).code


def _money(programme_id: str, amount: int) -> Money:
    return Money(amount, queries.get_programme(programme_id).currency)


def tell_programme(cmd: programmes.EditProgramme) -> Message:
    """A programme's facts and ceiling."""
    return Message(
        N_(
            "Programme %(code)s: ceiling %(ceiling)s, eligible from %(first)s to %(last)s, %(entry)s, %(kept)s, "
            "%(open)s."
        ),
        {
            "code": _programme_code(cmd.programme_id),
            "ceiling": _money(cmd.programme_id, cmd.ceiling),
            "first": cmd.eligible_from,
            "last": cmd.eligible_until,
            "entry": _entry(cmd.excludes_eea, cmd.excludes_expulsion),
            "kept": _kept(cmd.retention_months),
            "open": Message(N_("open for new cases")) if cmd.is_active else Message(N_("closed for new cases")),
        },
    )


def _kept(months: int | None) -> Message:
    if months is None:
        return Message(N_("closed cases kept without end"))
    many = N_("closed cases kept for %(num)d months")
    return Message(N_("closed cases kept for %(num)d month"), {"num": months}, plural=many)


def _entry(excludes_eea: bool, excludes_expulsion: bool) -> Message:
    if excludes_eea and excludes_expulsion:
        return Message(N_("not for nationals of the EEA, nor with an expulsion order in force"))
    if excludes_eea:
        return Message(N_("not for nationals of the EEA"))
    if excludes_expulsion:
        return Message(N_("not with an expulsion order in force"))
    return Message(N_("for every nationality, also with an expulsion order"))


def tell_new_line(cmd: programmes.AddBudgetLine) -> Message:
    """A new budget line."""
    return Message(
        N_("Programme %(programme)s: new budget line %(code)s (%(name)s) with a ceiling of %(ceiling)s."),
        {
            "programme": _programme_code(cmd.programme_id),
            "code": cmd.code,
            "name": cmd.name,
            "ceiling": _money(cmd.programme_id, cmd.ceiling),
        },
    )


def tell_line(cmd: programmes.EditBudgetLine) -> Message:
    """A budget line's name and ceiling."""
    line = queries.get_budget_line(cmd.budget_line_id)
    return Message(
        N_("Programme %(programme)s: budget line %(code)s (%(name)s) gets a ceiling of %(ceiling)s."),
        {
            "programme": _programme_code(line.programme_id),
            "code": line.code,
            "name": cmd.name,
            "ceiling": _money(line.programme_id, cmd.ceiling),
        },
    )


def _terms(cmd: packages.AddPackage | packages.EditPackage, programme_id: str) -> Message:
    cash = Message(N_("wholly in kind")) if cmd.in_kind_only else Message(N_("cash allowed"))
    if cmd.cash_cap is not None:
        cash = Message(N_("at most %(cap)s in cash"), {"cap": _money(programme_id, cmd.cash_cap)})
    plan = Message(N_("with a plan")) if cmd.needs_plan else Message(N_("without a plan"))
    never = Message(N_("no limit"))
    if cmd.within_working_days is not None:
        words = N_("%(plan)s, %(cash)s, contact within (months): %(contact)s, use within (working days): %(use)s")
    else:
        words = N_("%(plan)s, %(cash)s, contact within (months): %(contact)s, use within (months): %(use)s")
    return Message(
        words,
        {
            "plan": plan,
            "cash": cash,
            "contact": cmd.contact_within_months or never,
            "use": cmd.within_working_days or cmd.use_within_months or never,
        },
    )


def tell_new_package(cmd: packages.AddPackage) -> Message:
    """A new package."""
    return Message(
        N_("Programme %(programme)s: new package %(code)s (%(name)s): %(terms)s."),
        {
            "programme": _programme_code(cmd.programme_id),
            "code": cmd.code,
            "name": cmd.name,
            "terms": _terms(cmd, cmd.programme_id),
        },
    )


def tell_package(cmd: packages.EditPackage) -> Message:
    """A package as it shall stand."""
    row = queries.get_package_row(cmd.package_id)
    return Message(
        N_("Programme %(programme)s: package %(code)s (%(name)s) becomes: %(terms)s, %(open)s."),
        {
            "programme": _programme_code(row.programme_id),
            "code": row.code,
            "name": cmd.name,
            "terms": _terms(cmd, row.programme_id),
            "open": Message(N_("new grants are made of it"))
            if cmd.is_active
            else Message(N_("no new grants are made of it")),
        },
    )


def tell_rule(cmd: packages.AddRule) -> Message:
    """An entitlement rule, new or changed."""
    row = queries.get_package_row(cmd.package_id)
    sentence = N_(
        "Package %(package)s of programme %(programme)s: %(limit)s %(amount)s for %(role)s, %(kind)s return, "
        "valid from %(first)s to %(last)s by the %(basis)s; "
        "nationalities included: %(included)s, excluded: %(excluded)s."
    )
    return Message(
        sentence,
        {
            "package": row.code,
            "programme": _programme_code(row.programme_id),
            "limit": Message(N_("up to") if cmd.is_maximum else N_("exactly")),
            "amount": _money(row.programme_id, cmd.amount),
            "role": Message(label_id(cmd.applicant_role)),
            "kind": Message(label_id(cmd.return_type)),
            "basis": Message(label_id(cmd.basis)),
            "first": cmd.valid_from,
            "last": cmd.valid_until or Message(N_("further notice")),
            "included": ", ".join(cmd.nationalities_included) or Message(N_("all")),
            "excluded": ", ".join(cmd.nationalities_excluded) or Message(N_("none")),
        },
    )


def tell_new_policy(cmd: policies.SetPolicy) -> Message:
    """An approval policy from a day on."""
    programme = queries.get_programme(cmd.programme_id)
    return Message(
        N_("Programme %(programme)s: approval policy from %(day)s on: %(terms)s."),
        {
            "programme": programme.code,
            "day": cmd.valid_from,
            "terms": _policy_terms(cmd, programme.currency),
        },
    )


def tell_policy(cmd: policies.EditPolicy) -> Message:
    """A policy that is not yet in force, changed."""
    policy = queries.get_policy_row(cmd.policy_id)
    programme = queries.get_programme(policy.programme_id)
    return Message(
        N_("Programme %(programme)s: the approval policy from %(day)s on becomes: %(terms)s."),
        {
            "programme": programme.code,
            "day": policy.valid_from,
            "terms": _policy_terms(cmd, programme.currency),
        },
    )


def _policy_terms(cmd: policies.SetPolicy | policies.EditPolicy, currency: str) -> Message:
    parts = [
        Message(
            N_("%(band)s: %(receiving)s of the receiving office, %(sending)s of the sending office"),
            {
                "band": rules.band_name(cmd.bands, band, currency),
                "receiving": band.receiving,
                "sending": band.sending,
            },
        )
        for band in cmd.bands
    ]
    parts += [
        Message(
            N_("quotes from %(amount)s: %(number)s"),
            {"amount": Money(step.from_amount, currency), "number": step.number},
        )
        for step in cmd.quotes
    ]
    if cmd.own_procedure_limit is not None:
        limit = Money(cmd.own_procedure_limit, currency)
        parts.append(Message(N_("own procedure of buying up to %(amount)s"), {"amount": limit}))
    whole = parts[0]
    for part in parts[1:]:
        whole = Message(N_("%(one)s; %(next)s"), {"one": whole, "next": part})
    return whole
