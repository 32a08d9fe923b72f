"""Forms of signing in, users and offices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from casetracker.web.forms import EmailField, Form, PasswordField


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(_("E-mail"), autocomplete="username")
    password = PasswordField(_("Password"), autocomplete="current-password")
