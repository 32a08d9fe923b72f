"""The operator's commands make the first accounts and offices."""

from __future__ import annotations

import pytest
from flask import Flask

from casetracker.accounts import commands, page_queries, queries
from tests.factories.accounts import PASSWORD, quick_hashing


def run(app: Flask, *words: str, typed: str = "") -> tuple[int, str]:
    """Exit code and everything that was written."""
    with quick_hashing():
        result = app.test_cli_runner().invoke(args=list(words), input=typed)
    return result.exit_code, result.output


def test_first_administrators(app: Flask) -> None:
    words = ("user", "create", "--name", "Anna", "--password-stdin")
    code, text = run(app, *words, "--email", "anna@example.org", typed=PASSWORD + "\n")
    assert code == 0 and "can sign in as administrator" in text and "Fewer than two administrators" in text
    code, text = run(app, *words, "--email", "olga@example.org", typed=PASSWORD + "\n")
    assert code == 0 and "Fewer than two" not in text
    assert commands.password_fits(queries.find_user_by_email("anna@example.org"), PASSWORD)
    code, text = run(app, "user", "list")
    assert code == 0 and "olga@example.org\tadministrator\t-\tactive" in text


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
    code, text = run(app, *mari, "--password-stdin", typed=PASSWORD + "\n")
    assert code == 1 and "--office" in text
    code, _text = run(app, *mari, "--office", "tallinn", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert code == 0
    code, text = run(app, *mari, "--office", "tallinn", "--password-stdin", typed=PASSWORD + "\n")
    assert code == 1 and "already here" in text


@pytest.mark.parametrize(("email", "password"), [("nonsense", PASSWORD), ("a@example.org", "short")])
def test_bad_input(app: Flask, email: str, password: str) -> None:
    words = ("user", "create", "--name", "A", "--email", email, "--password-stdin")
    assert run(app, *words, typed=password + "\n")[0] == 1
    assert page_queries.list_users() == []
