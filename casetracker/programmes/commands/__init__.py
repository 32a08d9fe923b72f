"""Every command of programmes, by its name."""

from __future__ import annotations

from casetracker.programmes.commands.changes import propose
from casetracker.programmes.commands.packages import (
    AddPackage,
    AddRule,
    EditPackage,
    EditRule,
    add_package,
    add_rule,
    edit_package,
    edit_rule,
)
from casetracker.programmes.commands.policies import EditPolicy, SetPolicy, edit_policy, set_policy
from casetracker.programmes.commands.programmes import (
    AddBudgetLine,
    CreateProgramme,
    EditBudgetLine,
    EditProgramme,
    add_budget_line,
    create_programme,
    edit_budget_line,
    edit_programme,
)
from casetracker.programmes.commands.rates import (
    AddRate,
    EditRate,
    ImportRates,
    add_rate,
    edit_rate,
    import_rates,
)

__all__ = [
    "AddBudgetLine",
    "AddPackage",
    "AddRate",
    "AddRule",
    "CreateProgramme",
    "EditBudgetLine",
    "EditPackage",
    "EditPolicy",
    "EditProgramme",
    "EditRate",
    "EditRule",
    "ImportRates",
    "SetPolicy",
    "add_budget_line",
    "add_package",
    "add_rate",
    "add_rule",
    "create_programme",
    "edit_budget_line",
    "edit_package",
    "edit_policy",
    "edit_programme",
    "edit_rate",
    "edit_rule",
    "import_rates",
    "propose",
    "set_policy",
]
