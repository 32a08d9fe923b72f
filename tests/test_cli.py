"""The command that builds the demonstration: into an empty database, and never into another."""

from __future__ import annotations

from flask import Flask

from tests.demonstration import PASSWORD
from tests.factories.accounts import make_people


def test_where_the_demonstration_stands_it_is_not_built_again(demo_app: Flask) -> None:
    run = demo_app.test_cli_runner().invoke
    refused = run(args=["demo"])
    assert refused.exit_code == 1 and "goes into an empty one only" in refused.output
    stands = run(args=["demo", "--if-empty"])
    assert stands.exit_code == 0 and "caseworker.tallinn@example.org" in stands.output
    assert PASSWORD not in stands.output, "given in DEMO_PASSWORD: nobody wrote it into this program's folder"


def test_a_database_of_somebody_else_is_left_alone(app: Flask) -> None:
    make_people()
    stands = app.test_cli_runner().invoke(args=["demo", "--if-empty"])
    assert stands.exit_code == 0 and stands.output == ""
