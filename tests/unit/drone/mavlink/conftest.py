"""Hands the fakes to tests as a fixture: test folders are not packages."""

import importlib.util
import sys
from pathlib import Path

import pytest

_PATH = Path(__file__).parents[2] / "vehicle" / "fakes.py"


def load_fakes():
    name = "dronecert_test_fakes"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _PATH)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def fakes():
    return load_fakes()


@pytest.fixture
def bench(fakes):
    return fakes.Bench()


@pytest.fixture
def usb(fakes, bench):
    return fakes.Ground(bench, bench.trusted)


@pytest.fixture
def radio(fakes, bench):
    return fakes.Ground(bench, bench.radio, key=fakes.KEY)
