import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from harness.catalogue.catalogue import DOMAINS, load_catalogue
from harness.instruments.faults import RIG_FAULTS, faults_of
from harness.rig.registry import INSTRUMENTS

ROOT = Path(__file__).parents[3]
# shown by no simulation: nothing can be seeded against them (design, section 7)
NOT_AUTOMATIC = {"WIND-12", "RADIO-08", "RADIO-10", "ENDP-10", "SUP-10"}
FAULTS = RIG_FAULTS.values()


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue([ROOT / "suites" / domain for domain in DOMAINS])


def test_every_fault_is_found_by_its_name():
    assert {name: (fault.role, fault.fault) for name, fault in RIG_FAULTS.items()} == {
        f"{fault.role}:{fault.fault}": (fault.role, fault.fault) for fault in FAULTS
    }
    assert len({fault.summary for fault in FAULTS}) == len(RIG_FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_one_of_an_instrument_that_there_is(fault):
    assert fault.fault in faults_of(fault.role, fault.make)
    module, _, name = INSTRUMENTS[f"{fault.role}.{fault.make}"].partition(":")
    make = getattr(import_module(module), name)
    # its docstring tells the user of it
    assert f"``{fault.fault}``" in make.__doc__


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a_make_that_tells_of_no_fault_has_none(name):
    module, _, attribute = INSTRUMENTS[name].partition(":")
    told = "Fault" in (getattr(import_module(module), attribute).__doc__ or "")
    assert bool(faults_of(*name.split("."))) is told


def test_another_make_has_none_of_them():
    assert faults_of("wind", "fan") == ()
    assert faults_of("vehicle", "mavlink") == ()
    assert faults_of("radio", "cable") == ("leaky", "muted", "idle")


def test_a_fault_makes_requirements_invalid_that_use_its_role(catalogue):
    for fault in FAULTS:
        assert fault.invalidates
        for name in fault.invalidates:
            # the scanner is another instrument of the network
            assert {fault.role, "network" if fault.role == "scanner" else fault.role} & set(catalogue[name].roles), name


def test_every_requirement_of_the_baseline_has_a_rig_fault():
    profile = tomllib.loads((ROOT / "rigs" / "profiles" / "baseline.toml").read_text())
    assert set(profile["requirements"]) <= {name for fault in FAULTS for name in fault.invalidates}


def test_what_is_not_automatic_has_none(catalogue):
    assert set(catalogue.ids) > NOT_AUTOMATIC
    assert not NOT_AUTOMATIC & {name for fault in FAULTS for name in fault.invalidates}
