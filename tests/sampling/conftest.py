"""What samples are drawn from, for every test of them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories.samples import Sampled, sampled


@pytest.fixture
def world(app: Flask) -> Sampled:
    """Payments and deliveries over two cases, and their auditor."""
    return sampled()
