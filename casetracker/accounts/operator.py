"""Operators' commands: `flask --app casetracker user create`, `user list`, `office create`, `office list`."""

from __future__ import annotations

import getpass
import os

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app
from flask.cli import AppGroup

from casetracker.accounts import commands, page_queries, queries
from casetracker.accounts.commands import resets
from casetracker.accounts.states import ACCOUNT_ROLES, OFFICE_ROLES
from casetracker.core.actor import Actor, operator
from casetracker.core.errors import Refused
from casetracker.core.labels import label_id
from casetracker.core.permissions import Role

user_group = AppGroup("user", help="People who sign in.")
office_group = AppGroup("office", help="Offices.")


def init_app(app: Flask) -> None:
    """Make the groups known."""
    app.cli.add_command(user_group)
    app.cli.add_command(office_group)


def current_operator() -> Actor:
    """Who sits at the command line, by the system's user name."""
    try:
        return operator(getpass.getuser())
    except (KeyError, OSError):
        return operator(f"uid-{os.getuid()}")


@user_group.command("create")
@click.option("--email", prompt="E-mail address", help="Address to sign in with.")
@click.option("--name", prompt="Name", help="Name as people read it.")
@click.option(
    "--role", type=click.Choice([str(role) for role in ACCOUNT_ROLES]), default=str(Role.ADMINISTRATOR),
    show_default=True,
)  # fmt: skip
@click.option("--office", help="Name of the office, for roles that work in one.")
def create_user(email: str, name: str, role: str, office: str | None) -> None:
    """Enter somebody, the first two administrators at least; a one-time link to set the own password is mailed."""
    cmd = commands.CreateUser(
        email=_email(email), name=name.strip(), role=Role(role), office_id=_office_id(office, Role(role))
    )
    try:
        commands.create_user(cmd, actor=current_operator())
    except Refused as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo(f"{cmd.email} is entered as {label_id(cmd.role).lower()}.")
    _say_where_links_go()
    if page_queries.count_administrators() < 2:
        click.echo("One administrator alone can confirm nothing: enter a second one.", err=True)


@user_group.command("link")
@click.argument("email")
def send_link(email: str) -> None:
    """Send a new one-time link to EMAIL; older links end. Nobody can set another's password."""
    commands.send_link(commands.SendLink(user_id=_active_id(email)), actor=current_operator())
    _say_where_links_go()


@user_group.command("reset-factors")
@click.argument("email")
def reset_factors(email: str) -> None:
    """Ask for EMAIL's lost second factors to be taken away; an administrator, or a supervisor of another office,
    confirms it."""
    cmd = resets.ResetFactors(user_id=_active_id(email))
    try:
        resets.reset_factors(cmd, actor=current_operator())
    except Refused as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo("This waits now until a second person has confirmed it, on the page of confirmations.")


@user_group.command("list")
def list_users() -> None:
    """Everybody, one per line: e-mail, role, office, state."""
    for row in page_queries.list_users():
        click.echo(f"{row.user.email}\t{row.user.role}\t{row.office_name or '-'}\t{row.state}")
    _warn_alone()


@office_group.command("create")
@click.option("--name", required=True, help="The town, as people say it.")
@click.option("--country", required=True, help="Two letters (ISO 3166-1), e.g. EE.")
@click.option("--zone", required=True, help="Time zone, e.g. Europe/Tallinn.")
@click.option("--sending", is_flag=True, help="Families apply for return here.")
@click.option("--receiving", is_flag=True, help="Families are supported here after return.")
def create_office(name: str, country: str, zone: str, sending: bool, receiving: bool) -> None:
    """Open an office."""
    country = country.strip().upper()
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise click.ClickException("The country is two letters, like EE.")
    cmd = commands.OpenOffice(name=name.strip(), country=country, zone=zone, is_sending=sending, is_receiving=receiving)
    try:
        commands.open_office(cmd, actor=current_operator())
    except Refused as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo(f"The office {cmd.name} is open.")


@office_group.command("list")
def list_offices() -> None:
    """Every office, one per line: name, country, zone, what it does."""
    for office in queries.list_all_offices():
        does = [word for word, yes in (("sends", office.is_sending), ("receives", office.is_receiving)) if yes]
        state = "" if office.is_active else "\tdeactivated"
        click.echo(f"{office.name}\t{office.country}\t{office.zone}\t{', '.join(does)}{state}")


def _say_where_links_go() -> None:
    if current_app.config["MAIL_SERVER"]:
        click.echo("The link to set a password was mailed. It works once, within 24 hours.")
        return
    click.echo(f"The link to set a password lies as the newest mail in {current_app.config['OUTBOX_FOLDER']}.")
    click.echo("It works once, within 24 hours; pass it to nobody but the person it is for.")


def _active_id(email: str) -> str:
    """The id of the active account with this address."""
    user = queries.find_user_by_email(_email(email))
    if user is None or not user.is_active:
        raise click.ClickException(f"No active account has the address {email}.")
    return user.id


def _email(text: str) -> str:
    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError as refusal:
        raise click.ClickException("This is not an e-mail address.") from refusal


def _office_id(name: str | None, role: Role) -> str | None:
    if name is None:
        if role in OFFICE_ROLES:
            raise click.ClickException("Somebody in this role works in an office: --office NAME.")
        return None
    for office in queries.list_all_offices():
        if office.name.casefold() == name.strip().casefold():
            return office.id
    raise click.ClickException(f"No office is called {name}.")


def _warn_alone() -> None:
    if queries.count_other_administrators("") < 2:
        click.echo("Fewer than two administrators can sign in: nobody can confirm what the other asks for.", err=True)
