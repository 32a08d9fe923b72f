"""The operator's commands make the first accounts and offices."""

from __future__ import annotations

import ast
from pathlib import Path

from flask import Flask

from casetracker.accounts import commands, factor_queries, page_queries, queries
from casetracker.core.permissions import Role
from tests.accounts.test_factors import with_app
from tests.architecture.sources import dotted, program
from tests.factories.accounts import PASSWORD, make_user, quick_hashing


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Exit code and everything that was written."""
    with quick_hashing():
        result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def test_first_administrators_get_a_link_and_set_their_own_password(app: Flask, outbox: Path) -> None:
    words = ("user", "create", "--name", "Anna")
    before = set(outbox.glob("*.eml"))
    code, text = run(app, *words, "--email", "anna@example.org")
    assert code == 0 and "is entered as administrator" in text and "enter a second one" in text
    assert str(outbox) in text and "/invitation/" not in text
    (mail,) = set(outbox.glob("*.eml")) - before
    assert "To: anna@example.org" in mail.read_text() and "/invitation/" in mail.read_text()
    code, text = run(app, *words, "--email", "olga@example.org")
    assert code == 0 and "enter a second one" not in text
    anna = queries.find_user_by_email("anna@example.org")
    assert anna is not None and anna.password_hash is None
    secret = mail.read_text().split("/invitation/")[1].split()[0]
    accept = commands.AcceptInvitation(secret=secret, password=PASSWORD)
    with quick_hashing():
        commands.accept_invitation(accept, actor=queries.get_actor(anna.id))
    assert commands.password_fits(queries.find_user_by_email("anna@example.org"), PASSWORD)
    code, text = run(app, "user", "list")
    assert code == 0 and "anna@example.org\tadministrator\t-\tactive" in text and "Fewer than two" in text


def test_a_new_link_ends_the_older(app: Flask, outbox: Path) -> None:
    run(app, "user", "create", "--name", "Anna", "--email", "anna@example.org")
    before = set(outbox.glob("*.eml"))
    assert run(app, "user", "link", "Anna@example.org")[0] == 0
    assert len(set(outbox.glob("*.eml")) - before) == 1
    code, text = run(app, "user", "link", "nobody@example.org")
    assert code == 1 and "No active account" in text


def test_office_and_its_people(app: Flask) -> None:
    words = (
        "office",
        "create",
        "--name",
        "Tallinn",
        "--country",
        "ee",
        "--zone",
        "Europe/Tallinn",
        "--sending",
    )
    assert run(app, *words) == (0, "The office Tallinn is open.\n")
    assert run(app, *words)[0] == 1
    assert "Tallinn\tEE\tEurope/Tallinn\tsends" in run(app, "office", "list")[1]
    mari = ("user", "create", "--name", "Mari", "--email", "mari@example.org", "--role", "caseworker")
    code, text = run(app, *mari)
    assert code == 1 and "--office" in text
    code, _text = run(app, *mari, "--office", "tallinn")
    assert code == 0
    code, text = run(app, *mari, "--office", "tallinn")
    assert code == 1 and "already here" in text


def test_bad_input(app: Flask) -> None:
    assert run(app, "user", "create", "--name", "A", "--email", "nonsense")[0] == 1
    assert page_queries.list_users() == []


def test_only_the_demonstration_gives_people_a_password() -> None:
    """Everywhere else a password is set by its owner, through a link or knowing the one before."""
    giving = {
        source.name
        for source in program()
        for node in source.walk()
        if isinstance(node, ast.Call) and dotted(node.func).endswith("CreateUser")
        and "password" in {keyword.arg for keyword in node.keywords}
    }  # fmt: skip
    setting = {source.name for source in program() if ".password_hash = " in source.text}
    assert giving == {"casetracker/demo/people.py"}
    assert setting == {"casetracker/accounts/commands/passwords.py", "casetracker/accounts/commands/users.py"}


def test_lost_factors_need_a_second_person_here_too(app: Flask) -> None:
    actor = make_user("anna@example.org", Role.ADMINISTRATOR)
    code, text = run(app, "user", "reset-factors", "anna@example.org")
    assert code != 0 and "no second factor" in text
    with_app(actor)
    code, text = run(app, "user", "reset-factors", "Anna@example.org")
    assert code == 0 and "second person" in text
    assert queries.get_user(actor.id).is_active and factor_queries.load_factors(actor.id).authenticator is not None
    code, text = run(app, "user", "reset-factors", "anna@example.org")
    assert code != 0 and "waits for confirmation already" in text
