"""The Flask extensions, made once and bound in create_app."""

from __future__ import annotations

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from casetracker.core.db import db

migrate = Migrate()
csrf = CSRFProtect()
login = LoginManager()
babel = Babel()

__all__ = ["babel", "csrf", "db", "login", "migrate"]
