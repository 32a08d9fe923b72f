"""Second factors on their pages: setting up, signing in, recovery codes, passkeys, and what the limits hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casetracker.accounts import commands, confirmations, factor_queries, factor_rules, queries
from casetracker.accounts.commands import factors, resets
from casetracker.accounts.factor_models import Authenticator, RecoveryCode
from casetracker.accounts.factor_states import MOST_PASSKEYS, FactorFacts, Standing
from casetracker.accounts.models import AccountSession, User
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Refused
from casetracker.core.permissions import Role
from casetracker.events.models import EventRow
from tests.disbursements.test_routes import token
from tests.factories.accounts import PASSWORD, make_office, make_user, quick_hashing
from tests.pages.walking import _Reader

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MAIL = "supervisor.tallinn@example.org"


@pytest.fixture
def somebody(app: Flask) -> Actor:
    """A supervisor without a second factor."""
    return make_user(MAIL, Role.SUPERVISOR, make_office())


@pytest.fixture
def noon() -> Iterator[datetime]:
    """The clock stands."""
    moment = clock.now()
    with clock.at(moment):
        yield moment


def code_at(moment: datetime, secret: str = SECRET) -> str:
    """What the app shows at this moment."""
    return pyotp.TOTP(secret).at(moment)


@contextmanager
def app_shows() -> Iterator[str]:
    """The code that the app shows; inside the clock stands, so that it does not run out between two lines."""
    with clock.at(clock.now()):
        yield code_at(clock.now())


def with_app(actor: Actor) -> tuple[str, ...]:
    """The person has an authenticator app since ten minutes, and no session; returns the recovery codes."""
    past = clock.now() - timedelta(minutes=10)
    with clock.at(past):
        session_id = commands.open_session(actor=actor)
        cmd = factors.AddAuthenticator(secret=SECRET, code=code_at(past), session_id=session_id)
        added = factors.add_authenticator(cmd, actor=actor)
        commands.end_session(added.session_id, actor=actor)
    return added.codes


def enter(client: FlaskClient, path: str = "") -> str:
    """Sign in with the password; where that leads to."""
    answer = client.post("/sign-in" + path, data={"email": MAIL, "password": PASSWORD, "form_token": token()})
    assert answer.status_code == 302
    return str(answer.location)


def give(client: FlaskClient, code: str, path: str = "/sign-in/second-factor") -> tuple[int, str]:
    """Type a code: (status, text or where it leads)."""
    answer = client.post(path, data={"factor-code": code, "factor-form_token": token()})
    return answer.status_code, answer.text if answer.status_code != 302 else str(answer.location)


def test_the_first_sign_in_leads_to_setting_up(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    assert enter(client, "?next=/cases/") == "/cases/"
    for path in ("/cases/", "/account/", "/", "/account/second-factor/recovery-codes"):
        assert client.get(path).location == "/account/second-factor", path
    assert client.post("/cases/new").location == "/account/second-factor"
    page = client.get("/account/second-factor").text
    assert "Set up an authenticator app" in page and "/cases/" not in page
    page = client.get("/account/second-factor/authenticator").text
    assert 'role="img"' in page and "<svg" in page and "style=" not in page
    found = re.search(r'class="key">([A-Z2-7 ]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    reader = _Reader("/account/second-factor/authenticator")
    reader.feed(page)
    sent = next(form for form in reader.forms if "encrypted" in form.filled()).filled()
    wrong = client.post("/account/second-factor/authenticator", data=sent | {"code": "000000"})
    assert wrong.status_code == 422 and secret in wrong.text.replace(" ", ""), "the same key is shown again"
    right = sent | {"code": code_at(noon, secret), "form_token": token()}
    done = client.post("/account/second-factor/authenticator", data=right)
    assert done.location == "/account/second-factor/recovery-codes"
    codes = re.findall(r"<code>([a-z2-7-]{29})</code>", client.get(done.location).text)
    assert len(set(codes)) == 8
    assert client.get("/account/second-factor/recovery-codes.txt").text.split() == codes
    assert client.post("/account/second-factor/recovery-codes/kept", data={"form_token": token()}).status_code == 302
    assert client.get("/account/second-factor/recovery-codes").status_code == 302
    assert client.get("/account/second-factor/recovery-codes.txt").status_code == 404
    assert client.get("/cases/").status_code == 200


def test_password_alone_opens_nothing(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    with_app(somebody)
    enter(client)
    assert client.get("/cases/?q=x").location == "/sign-in/second-factor?next=/cases/?q%3Dx"
    assert client.post("/cases/new").location == "/sign-in/second-factor"
    assert client.get("/account/second-factor/authenticator").location.startswith("/sign-in/second-factor")
    assert somebody.name not in client.get("/sign-in/second-factor").text, "no page of somebody signed in yet"
    status, text = give(client, "000000")
    assert status == 422 and "does not fit" in text
    before = client.get_cookie("casetracker")
    assert before is not None
    assert give(client, code_at(noon), "/sign-in/second-factor?next=/cases/") == (302, "/cases/")
    assert client.get("/cases/").status_code == 200
    copy = client.application.test_client()
    copy.set_cookie("casetracker", before.value)
    assert copy.get("/cases/").location.startswith("/sign-in?"), "the id of before is worth nothing"


def test_somebody_who_only_knew_the_password_is_seen(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    with_app(somebody)
    enter(client.application.test_client())
    enter(client)
    give(client, code_at(noon))
    assert client.get("/account/").text.count("Only the password was given") == 1


def test_half_signed_in_one_can_leave(client: FlaskClient, somebody: Actor) -> None:
    with_app(somebody)
    enter(client)
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/sign-in/second-factor").location.startswith("/sign-in?")


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_second_factor_leads_nowhere_else(
    client: FlaskClient, somebody: Actor, noon: datetime, wanted: str
) -> None:
    with_app(somebody)
    enter(client)
    assert give(client, code_at(noon), f"/sign-in/second-factor?next={wanted}") == (302, "/")


def test_each_code_once(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    with_app(somebody)
    enter(client)
    assert give(client, code_at(noon))[0] == 302
    other = client.application.test_client()
    enter(other)
    status, text = give(other, code_at(noon))
    assert status == 422 and "used already" in text
    earlier = code_at(noon - timedelta(seconds=30))
    assert give(other, earlier)[0] == 422, "nor one of before it"
    with clock.at(noon + timedelta(seconds=30)):
        assert give(other, code_at(clock.now()))[0] == 302


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=29.9)])
def test_a_code_opens_within_its_own_thirty_seconds_alone(client: FlaskClient, somebody: Actor, ago: timedelta) -> None:
    with_app(somebody)
    began = datetime.fromtimestamp(int(clock.now().timestamp()) // 30 * 30, UTC)
    with clock.at(began + ago):
        enter(client)
        for beside in (began - timedelta(seconds=1), began + timedelta(seconds=30)):
            status, text = give(client, code_at(beside))
            assert status == 422 and "This code has run out, or the telephone" in text
        for far in (began - timedelta(seconds=31), began + timedelta(seconds=60)):
            status, text = give(client, code_at(far))
            assert status == 422 and "does not fit" in text and "run out" not in text
        assert give(client, code_at(began))[0] == 302, "the fifth try: each was counted once"


def test_a_recovery_code_once(client: FlaskClient, somebody: Actor, outbox: Path) -> None:
    codes = with_app(somebody)
    enter(client)
    assert give(client, codes[3].upper().replace("-", " "))[0] == 302
    assert any("recovery code" in each.read_text() for each in outbox.glob("*.eml"))
    other = client.application.test_client()
    enter(other)
    assert give(other, codes[3])[0] == 422
    assert give(other, codes[4])[0] == 302
    assert factor_queries.load_factors(somebody.id).codes_left == 6


def test_new_recovery_codes_end_the_older(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    older = with_app(somebody)
    enter(client)
    give(client, code_at(noon))
    answer = client.post("/account/second-factor/recovery-codes", data={"form_token": token()})
    assert answer.status_code == 302
    codes = re.findall(r"<code>([a-z2-7-]{29})</code>", client.get(answer.location).text)
    other = client.application.test_client()
    enter(other)
    assert give(other, older[0])[0] == 422
    assert give(other, codes[0])[0] == 302


def test_five_tries_then_a_wait(client: FlaskClient, somebody: Actor, noon: datetime) -> None:
    with_app(somebody)
    enter(client)
    for _try in range(5):
        assert give(client, "000000")[0] == 422
    answer = client.post("/sign-in/second-factor", data={"factor-code": code_at(noon), "factor-form_token": token()})
    assert answer.status_code == 429 and "wait" in answer.text and int(answer.headers["Retry-After"]) > 60
    other = client.application.test_client()
    enter(other)
    assert give(other, code_at(noon))[0] == 429, "counted for the person, not for the browser"
    with clock.at(noon + timedelta(minutes=6)):
        assert give(client, code_at(noon + timedelta(minutes=6)))[0] == 302


def test_the_session_is_as_old_as_the_sign_in(somebody: Actor, noon: datetime) -> None:
    """A factor given again makes no session longer than eight hours."""
    with_app(somebody)
    session_id = commands.open_session(actor=somebody)
    with clock.at(noon + timedelta(hours=3)):
        code = factors.GiveCode(code=code_at(clock.now()), session_id=session_id, occasion=factors.STEP_UP)
        renewed = factors.give_code(code, actor=somebody)
    live = queries.find_session(renewed)
    assert live is not None and live.created_at == noon and queries.find_session(session_id) is None


def test_reset_by_two(somebody: Actor, outbox: Path) -> None:
    first = make_user("administrator@example.org", Role.ADMINISTRATOR)
    second = make_user("administrator2@example.org", Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="no second factor"):
        resets.reset_factors(resets.ResetFactors(user_id=somebody.id), actor=first)
    with_app(somebody)
    with_app(first)
    commands.open_session(actor=somebody)
    with pytest.raises(Refused, match="own second factors"):
        resets.reset_factors(resets.ResetFactors(user_id=first.id), actor=first)
    change = resets.reset_factors(resets.ResetFactors(user_id=somebody.id), actor=first)
    confirm = confirmations.ConfirmChange(change_id=change, version=1)
    for actor in (first, somebody):
        with pytest.raises(Refused):
            confirmations.confirm_change(confirm, actor=actor)
    assert factor_queries.load_factors(somebody.id).authenticator is not None
    confirmations.confirm_change(confirm, actor=second)
    found = factor_queries.load_factors(somebody.id)
    assert (found.authenticator, found.passkeys, found.codes_left) == (None, [], 0)
    sessions = select(func.count()).select_from(AccountSession).where(AccountSession.user_id == somebody.id)
    assert db.session.execute(sessions).scalar_one() == 0
    told = [text for each in outbox.glob("*.eml") if "reset" in (text := each.read_text()) and MAIL in text]
    assert len(told) == 1
    assert factor_queries.load_factors(first.id).codes_left == 8, "nobody else's"
    assert not commands.password_fits(queries.find_user_by_email(MAIL), PASSWORD), "an old password enrols nobody"
    (link,) = [text for each in outbox.glob("*.eml") if "/invitation/" in (text := each.read_text()) and MAIL in text]
    accept = commands.AcceptInvitation(secret=link.split("/invitation/")[1].split()[0], password="one of my own words")
    with quick_hashing():
        commands.accept_invitation(accept, actor=queries.get_actor(somebody.id))
    assert commands.password_fits(queries.find_user_by_email(MAIL), "one of my own words")


def test_who_knows_the_old_password_enrols_no_factor_after_a_reset(client: FlaskClient, somebody: Actor) -> None:
    with_app(somebody)
    asked = resets.ResetFactors(user_id=somebody.id)
    change = resets.reset_factors(asked, actor=make_user("administrator@example.org", Role.ADMINISTRATOR))
    second = make_user("administrator2@example.org", Role.ADMINISTRATOR)
    confirmations.confirm_change(confirmations.ConfirmChange(change_id=change, version=1), actor=second)
    sent = {"email": MAIL, "password": PASSWORD, "form_token": token()}
    assert client.post("/sign-in", data=sent).status_code == 422
    assert client.get("/account/second-factor/authenticator").location.startswith("/sign-in?")


def test_factors_go_along_to_another_office(somebody: Actor) -> None:
    """Their history goes on in the new office's chain, and removing them there is no fault of the record."""
    with_app(somebody)
    administrator = make_user("administrator@example.org", Role.ADMINISTRATOR)
    kyiv = make_office("Kyiv", "UA", "Europe/Kyiv", sending=False, receiving=True)
    version = db.session.get_one(User, somebody.id).version
    cmd = commands.ChangeRole(user_id=somebody.id, version=version, role=Role.CASEWORKER, office_id=kyiv)
    assert commands.change_role(cmd, actor=administrator) == commands.DONE
    rows = [*db.session.scalars(select(Authenticator)), *db.session.scalars(select(RecoveryCode))]
    assert {row.office_id for row in rows} == {kyiv} and len(rows) == 9
    factors.make_recovery_codes(factors.MakeRecoveryCodes(), actor=queries.get_actor(somebody.id))


def test_an_authenticator_s_secret_is_sealed_anew_when_it_is_used(
    client: FlaskClient, somebody: Actor, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_app(somebody)
    older = client.application.config["ENCRYPTION_KEYS"][0]
    monkeypatch.setitem(client.application.config, "ENCRYPTION_KEYS", (b"n" * 32, older))
    enter(client)
    assert give(client, code_at(noon))[0] == 302
    monkeypatch.setitem(client.application.config, "ENCRYPTION_KEYS", (b"n" * 32,))
    with clock.at(noon + timedelta(minutes=1)):
        other = client.application.test_client()
        enter(other)
        assert give(other, code_at(noon + timedelta(minutes=1)))[0] == 302, "the older key is needed no more"


def test_nothing_secret_stands_in_the_record(somebody: Actor) -> None:
    codes = with_app(somebody)
    db.session.rollback()
    bodies = b"".join(db.session.scalars(select(EventRow.body)))
    assert b"factor.added" in bodies
    for secret in (SECRET, *codes, *(factor_queries.code_hash(somebody.id, code) for code in codes)):
        assert secret.encode() not in bodies
    encrypted = db.session.scalars(select(Authenticator.sealed_secret)).one()
    assert SECRET.encode() not in encrypted and encrypted.hex().encode() not in bodies


FACTS = FactorFacts(has_authenticator=True, passkeys=0, codes_left=8, is_free=False)


def test_rules() -> None:
    assert factor_rules.why_not_add_authenticator(FACTS)
    none = FactorFacts(has_authenticator=False, passkeys=0, codes_left=0, is_free=False)
    assert factor_rules.why_not_add_authenticator(none) is None
    assert factor_rules.why_not_add_passkey(FACTS) is None
    many = FactorFacts(has_authenticator=False, passkeys=MOST_PASSKEYS, codes_left=0, is_free=False)
    assert factor_rules.why_not_add_passkey(many)
    assert factor_rules.why_not_remove_factor(FACTS) and factor_rules.why_not_remove_factor(many) is None
    free = FactorFacts(has_authenticator=True, passkeys=0, codes_left=8, is_free=True)
    assert factor_rules.why_not_remove_factor(free) is None
    assert factor_rules.why_not_make_codes(none) and factor_rules.why_not_make_codes(FACTS) is None


@pytest.mark.parametrize(
    ("given", "has_factor", "is_free", "standing"),
    [
        (True, True, False, Standing.FULL),
        (True, False, False, Standing.FULL),
        (False, True, False, Standing.OWES_FACTOR),
        (False, True, True, Standing.OWES_FACTOR),
        (False, False, False, Standing.OWES_ENROLMENT),
        (False, False, True, Standing.FULL),
    ],
)
def test_standing(given: bool, has_factor: bool, is_free: bool, standing: Standing) -> None:
    assert factor_rules.standing_of(given=given, has_factor=has_factor, is_free=is_free) == standing
