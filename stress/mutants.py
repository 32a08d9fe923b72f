"""Breaks the rules one small place at a time, and looks whether the tests of that room notice.

No file of the program is changed. `stress/survivors.csv` says of each mutant that nobody notices why it cannot matter.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from stress.breaking import ROOT, Mutant, list_mutants
from stress.judging import Tests, judge_module, prepare

EXPLAINED = Path(__file__).with_name("survivors.csv")
COLUMNS = ("module", "function", "line", "change", "nth", "reason")
OTHERS = {
    "accounts/limit_rules": Tests(("tests/accounts/test_limit_rules.py", "tests/accounts/test_limits.py")),
    "operations/deploy_rules": Tests(("tests/operations/test_check_deploy.py",)),
    "ledger/posting": Tests(("tests/ledger/test_moves.py", "tests/ledger/test_posting.py"), ask_database=True),
    "ledger/states": Tests(("tests/ledger/test_moves.py",)),
    "events/recording": Tests(
        ("tests/events/test_body.py", "tests/events/test_recording.py", "tests/core/test_commands.py"),
        ask_database=True,
    ),
    "core/permissions": Tests(("tests/core/test_permissions.py",)),
}
"""Who judges a module; any other rules are judged by test_rules.py and test_*_rules.py of their room."""
PARTS = {"permission table": "core/permissions", "ledger": "ledger/", "event encoding": "events/"}
ENOUGH = 0.9


def modules() -> list[str]:
    """Every module that is broken: all rules, the permission table, the ledger, the encoding of events."""
    rules = [*ROOT.glob("casetracker/*/rules.py"), *ROOT.glob("casetracker/*/*_rules.py")]
    named = ["core/permissions", "ledger/posting", "ledger/states", "events/recording"]
    return sorted(str(path.relative_to(ROOT / "casetracker").with_suffix("")) for path in rules) + named


def tests_of(module: str) -> Tests:
    """The tests that should notice; rules are judged without a database."""
    room = ROOT / "tests" / module.partition("/")[0]
    files = [*room.glob("test_rules.py"), *room.glob("test_*_rules.py")]
    found = OTHERS.get(module) or Tests(tuple(sorted(str(path.relative_to(ROOT)) for path in files)))
    assert found.files, f"nobody judges {module}: write {room.relative_to(ROOT)}/test_rules.py"
    return found


def part_of(module: str) -> str:
    """Which of the four parts a module belongs to."""
    return next((part for part, begin in PARTS.items() if module.startswith(begin)), "rules")


def explained() -> dict[tuple[str, ...], str]:
    """key of a mutant -> why nobody needs to notice it."""
    if not EXPLAINED.exists():
        return {}
    with EXPLAINED.open(encoding="utf-8", newline="") as lines:
        return {tuple(row[name] for name in COLUMNS[:-1]): row["reason"] for row in csv.DictReader(lines)}


def run(options: argparse.Namespace) -> bool:
    """True where enough are noticed; in a process that has loaded nothing of the program yet."""
    asked = [f"--{name}={getattr(options, name)}" for name in ("seed", "most", "module", "processes")]
    return subprocess.run([sys.executable, "-m", "stress.mutants", *asked], cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """0 where nine of ten mutants of each part are noticed and every survivor is explained.

    `--module` and `--most` narrow; the seed chooses. `--survivors FILE` writes what nobody noticed, as rows to explain.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("seed", 0), ("most", 0), ("processes", 2)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--module", default="", help="modules whose name holds this")
    parser.add_argument("--survivors", type=Path)
    options = parser.parse_args()
    os.chdir(ROOT)
    named = [name for name in modules() if options.module in name]
    every = [mutant for name in named for mutant in list_mutants(name)]
    chosen = random.Random(options.seed).sample(every, options.most) if 0 < options.most < len(every) else every
    print(f"mutants: {len(chosen)} of {len(every)} in {len(named)} modules", flush=True)
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        survived = _judge(chosen, options.processes, Path(folder))
    if survived is None:
        return 1
    if options.survivors:
        with options.survivors.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([COLUMNS, *((*mutant.key, "") for mutant in survived)])
    is_explained = _compare(every, chosen, survived)
    return 0 if _tell(chosen, survived) and is_explained else 1


def _judge(chosen: list[Mutant], processes: int, folder: Path) -> list[Mutant] | None:
    """Who survived; None where tests fail on the program as it stands. A process for each module, so many at once."""
    waiting: dict[str, list[Mutant]] = {}
    for mutant in chosen:
        waiting.setdefault(mutant.module, []).append(mutant)
    queue = sorted(waiting, key=lambda name: len(waiting[name]))
    running: dict[int, tuple[str, Path]] = {}
    survived: list[Mutant] = []
    is_well = True
    while queue or running:
        if queue and len(running) < processes:
            module = queue.pop()
            report = folder / f"{module.replace('/', '-')}.json"
            child = os.fork()
            if child == 0:
                _report(module, waiting[module], report)
            running[child] = (module, report)
            continue
        child, status = os.wait()
        module, report = running.pop(child)
        if status:
            print(f"  {module}: its tests fail on the program as it stands, or the judge ended early", flush=True)
            is_well = False
            continue
        answers = json.loads(report.read_text())
        alive = [waiting[module][number] for number in answers["survived"]]
        survived += alive
        total = len(waiting[module])
        print(f"  {module}: {total - len(alive)} of {total}, {answers['seconds']:.0f} s", flush=True)
    return sorted(survived, key=lambda mutant: (mutant.module, mutant.line)) if is_well else None


def _report(module: str, chosen: list[Mutant], report: Path) -> None:
    """In the child: judges, writes its answer down, and ends."""
    code = 1
    try:
        report.write_text(json.dumps(judge_module(module, chosen, tests_of(module))))
        code = 0
    finally:
        os._exit(code)


def _compare(every: Iterable[Mutant], chosen: list[Mutant], survived: list[Mutant]) -> bool:
    """Prints who survived without an explanation, and explanations of what does not survive (any more)."""
    reasons = explained()
    alone = [mutant for mutant in survived if mutant.key not in reasons]
    for mutant in alone:
        print(f"  survived, unexplained: {mutant.place}  {mutant.source}")
    keys, tried = {mutant.key for mutant in every}, {mutant.key for mutant in chosen}
    alive, judged = {mutant.key for mutant in survived}, {mutant.module for mutant in every}
    stale = [key for key in reasons if key[0] in judged and (key not in keys or (key in tried and key not in alive))]
    for key in stale:
        print(f"  explained in vain: {' | '.join(key)}")
    return not alone and not stale


def _tell(chosen: list[Mutant], survived: list[Mutant]) -> bool:
    """Prints the share of each part; True where each is enough."""
    total = Counter(part_of(mutant.module) for mutant in chosen)
    alive = Counter(part_of(mutant.module) for mutant in survived)
    for part in total:
        share = 1 - alive[part] / total[part]
        print(f"mutants: {part}: {total[part] - alive[part]} of {total[part]} noticed, {share:.1%}", flush=True)
    return all(total[part] - alive[part] >= ENOUGH * total[part] for part in total)


if __name__ == "__main__":
    sys.exit(main())
