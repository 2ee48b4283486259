"""The fake aircraft on its bench."""

import fake_flight
import pytest


@pytest.fixture(scope="session")
def fakes():
    return fake_flight


@pytest.fixture
def bench():
    return fake_flight.Bench()
