"""Offices, accounts, programme and providers of the demonstration. Persons are called by their role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from casetracker.accounts import commands as accounts
from casetracker.accounts import queries
from casetracker.core import clock
from casetracker.core.actor import Actor, operator
from casetracker.core.permissions import Role
from casetracker.programmes import commands as programmes
from casetracker.programmes.states import ApplicantRole, BandFacts, BasisDate, QuoteStep, ReturnType
from casetracker.providers import commands as providers
from casetracker.providers.states import AccountForm

EMAILS = {
    "caseworker_tallinn": "caseworker.tallinn@example.org",
    "supervisor_tallinn": "supervisor.tallinn@example.org",
    "caseworker_kyiv": "caseworker.kyiv@example.org",
    "supervisor_kyiv": "supervisor.kyiv@example.org",
    "supervisor2_kyiv": "supervisor.two.kyiv@example.org",
    "finance_kyiv": "finance.kyiv@example.org",
    "auditor": "auditor@example.org",
    "administrator": "administrator@example.org",
    "administrator2": "administrator2@example.org",
}
_OPERATOR = operator("demonstration")
_OPENED = datetime(2025, 12, 1, 8, 0, tzinfo=UTC)
PROVIDERS = {
    "builder": "Renovation company (fictional)",
    "toys": "Play equipment shop (fictional)",
    "furniture": "Furniture workshop (fictional)",
    "outfitter": "School outfitter (fictional)",
    "sports": "Sports club (fictional)",
    "kindergarten": "Kindergarten (fictional)",
    "cooperative": "Building cooperative (fictional)",
    "joiner": "Joinery (fictional)",
    "electronics": "Electronics shop (fictional)",
    "partner": "Partner organisation (fictional)",
}


@dataclass(frozen=True)
class Cast:
    """Everybody and everything that the stories need."""

    tallinn: str
    kyiv: str
    caseworker_tallinn: Actor
    supervisor_tallinn: Actor
    caseworker_kyiv: Actor
    supervisor_kyiv: Actor
    supervisor2_kyiv: Actor
    finance_kyiv: Actor
    auditor: Actor
    administrator: Actor
    administrator2: Actor
    programme_id: str
    providers: dict[str, str]


def build(password: str) -> Cast:
    """Make them all, on a day before the first case."""
    with clock.at(_OPENED):
        tallinn = _office("Tallinn", "EE", "Europe/Tallinn", sending=True)
        kyiv = _office("Kyiv", "UA", "Europe/Kyiv", sending=False)
        made = {
            "administrator": _user("administrator", "Administrator", Role.ADMINISTRATOR, None, password),
            "administrator2": _user("administrator2", "Second administrator", Role.ADMINISTRATOR, None, password),
            "caseworker_tallinn": _user(
                "caseworker_tallinn", "Caseworker, Tallinn", Role.CASEWORKER, tallinn, password
            ),
            "supervisor_tallinn": _user(
                "supervisor_tallinn", "Supervisor, Tallinn", Role.SUPERVISOR, tallinn, password
            ),
            "caseworker_kyiv": _user("caseworker_kyiv", "Caseworker, Kyiv", Role.CASEWORKER, kyiv, password),
            "supervisor_kyiv": _user("supervisor_kyiv", "Supervisor, Kyiv", Role.SUPERVISOR, kyiv, password),
            "supervisor2_kyiv": _user("supervisor2_kyiv", "Second supervisor, Kyiv", Role.SUPERVISOR, kyiv, password),
            "finance_kyiv": _user("finance_kyiv", "Finance officer, Kyiv", Role.FINANCE_OFFICER, kyiv, password),
            "auditor": _user("auditor", "Auditor", Role.AUDITOR, None, password, clearance=True),
        }
        mandate = accounts.GiveMandate(
            user_id=made["auditor"].id,
            office_ids=(tallinn, kyiv),
            programme_ids=(),
            valid_from=date(2025, 1, 1),
            valid_until=date(2035, 12, 31),
            asylum_clearance=True,
        )
        accounts.give_mandate(mandate, actor=_OPERATOR)
        programme_id = _programme(made["administrator"])
        return Cast(
            tallinn=tallinn,
            kyiv=kyiv,
            programme_id=programme_id,
            auditor=queries.get_actor(made["auditor"].id),
            caseworker_tallinn=made["caseworker_tallinn"],
            supervisor_tallinn=made["supervisor_tallinn"],
            caseworker_kyiv=made["caseworker_kyiv"],
            supervisor_kyiv=made["supervisor_kyiv"],
            supervisor2_kyiv=made["supervisor2_kyiv"],
            finance_kyiv=made["finance_kyiv"],
            administrator=made["administrator"],
            administrator2=made["administrator2"],
            providers=_providers(made["caseworker_kyiv"], made["supervisor_kyiv"]),
        )


def _office(name: str, country: str, zone: str, *, sending: bool) -> str:
    command = accounts.OpenOffice(name=name, country=country, zone=zone, is_sending=sending, is_receiving=not sending)
    return accounts.open_office(command, actor=_OPERATOR)


def _user(key: str, name: str, role: Role, office_id: str | None, password: str, *, clearance: bool = False) -> Actor:
    command = accounts.CreateUser(
        email=EMAILS[key], name=name, role=role, office_id=office_id, password=password, asylum_clearance=clearance
    )
    return queries.get_actor(accounts.create_user(command, actor=_OPERATOR))


def _programme(administrator: Actor) -> str:
    first, last = date(2024, 1, 1), date(max(2028, clock.today().year + 2), 12, 31)
    programme_id = programmes.create_programme(
        programmes.CreateProgramme(
            code="DEMO-RRP",
            name="Reintegration programme (fictional amounts)",
            donor="European Union",
            currency="EUR",
            eligible_from=first,
            eligible_until=last,
            ceiling=550_000_00,
            plan_within_months=1,
            excludes_eea=True,
            excludes_expulsion=True,
        ),
        actor=administrator,
    )
    lines = {
        code: programmes.add_budget_line(
            programmes.AddBudgetLine(programme_id=programme_id, code=code, name=name, ceiling=ceiling),
            actor=administrator,
        )
        for code, name, ceiling in (
            ("PA", "Post-arrival support", 80_000_00),
            ("RG", "Reintegration grants", 170_000_00),
            ("CP", "Community projects", 300_000_00),
        )
    }
    _packages(administrator, programme_id, lines, first)
    bands = (BandFacts(up_to=500_00, receiving=1, sending=0), BandFacts(up_to=None, receiving=1, sending=1))
    quotes = (QuoteStep(from_amount=0, number=1), QuoteStep(from_amount=1_000_00, number=3))
    policy = programmes.SetPolicy(
        programme_id=programme_id, valid_from=first, bands=bands, quotes=quotes, own_procedure_limit=60_000_00
    )
    programmes.set_policy(policy, actor=administrator)
    rates = tuple(
        programmes.AddRate(currency="UAH", base="EUR", day=day, rate=rate)
        for day, rate in ((date(2025, 12, 1), "48.20"), (date(2026, 5, 1), "48.90"), (date(2026, 9, 1), "49.25"))
    )
    programmes.import_rates(programmes.ImportRates(rates=rates), actor=administrator)
    return programme_id


def _packages(administrator: Actor, programme_id: str, lines: dict[str, str], first: date) -> None:
    """The two packages, one per budget line (its code to its id), with their rules from that day on."""
    arrival = programmes.add_package(
        programmes.AddPackage(
            programme_id=programme_id,
            budget_line_id=lines["PA"],
            code="post-arrival",
            name="Post-arrival package",
            needs_plan=False,
            in_kind_only=False,
            cash_cap=615_00,
            within_working_days=14,
        ),
        actor=administrator,
    )
    grant = programmes.add_package(
        programmes.AddPackage(
            programme_id=programme_id,
            budget_line_id=lines["RG"],
            code="post-return",
            name="Reintegration grant",
            needs_plan=True,
            in_kind_only=True,
            contact_within_months=3,
            use_within_months=12,
        ),
        actor=administrator,
    )
    _rules(administrator, arrival, grant, first)


def _rules(administrator: Actor, arrival: str, grant: str, first: date) -> None:
    """Who gets how much of the two packages from that day on."""
    for role in ApplicantRole:
        main = 2_000_00 if role == ApplicantRole.PRINCIPAL else 1_000_00
        for package, kind, amount, is_maximum in (
            (arrival, ReturnType.VOLUNTARY, 615_00, False),
            (arrival, ReturnType.FORCED, 205_00, False),
            (grant, ReturnType.VOLUNTARY, main, False),
            (grant, ReturnType.FORCED, 1_000_00, True),
        ):
            rule = programmes.AddRule(
                package_id=package,
                applicant_role=role,
                return_type=kind,
                amount=amount,
                is_maximum=is_maximum,
                basis=BasisDate.APPLICATION,
                valid_from=first,
            )
            programmes.add_rule(rule, actor=administrator)


def _providers(adds: Actor, confirms: Actor) -> dict[str, str]:
    found = {}
    for number, (key, name) in enumerate(PROVIDERS.items(), start=1):
        command = providers.AddProvider(
            name=name, registration=f"DEMO-{number:04d}", contact="Manager", phone=f"+380 00 000 00 {number:02d}"
        )
        found[key] = providers.add_provider(command, actor=adds)
        account = providers.AddAccount(
            provider_id=found[key],
            form=AccountForm.OTHER,
            number=f"DEMO{number:016d}",
            holder=name,
            bank="Example bank",
            country="UA",
        )
        account_id = providers.add_account(account, actor=adds)
        providers.confirm_account(providers.ConfirmAccount(account_id=account_id), actor=confirms)
    return found
