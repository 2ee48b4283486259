from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.firmware.components import Release
from harness.drone.firmware.package import Rules, Slot, check_slot, make_statement, order_of
from harness.errors import VehicleError

PACKAGES = Path(__file__).parents[4] / "rigs" / "articles" / "embedded"
NEWER = Slot.decode((PACKAGES / "newer.pkg").read_bytes())
SISTER = Slot.decode((PACKAGES / "sister.pkg").read_bytes())


def test_the_maker_s_next_version_holds():
    check_slot(NEWER, Rules(), "1.4.2")
    assert NEWER.version == "1.5.0"


@pytest.mark.parametrize(
    ("slot", "least", "problem"),
    [
        (replace(NEWER, signature=b""), "1.4.2", "signature does not hold"),
        (replace(NEWER, statement=NEWER.statement + b" "), "1.4.2", "signature does not hold"),
        (replace(NEWER, image=NEWER.image[:-1]), "1.4.2", "not the one that was signed"),
        (SISTER, "1.4.2", "another model"),
        (NEWER, "1.5.1", "older than 1.5.1"),
        (Slot(), "1.4.2", "signature does not hold"),
    ],
)
def test_anything_else_is_refused_with_the_reason(slot, least, problem):
    with pytest.raises(VehicleError, match=problem):
        check_slot(slot, Rules(), least)


def test_a_rule_left_out_lets_that_in():
    check_slot(replace(NEWER, signature=b""), Rules(signature=False), "1.4.2")
    check_slot(SISTER, Rules(model=False), "1.4.2")
    check_slot(NEWER, Rules(monotonic=False), "9.0.0")


def test_a_package_comes_back_as_it_was():
    assert Slot.decode(NEWER.encode()) == NEWER
    assert Slot.decode(Slot().encode()) == Slot()


@given(st.integers(0, len(NEWER.encode()) - 1), st.integers(1, 255))
def test_damage_on_the_way_is_noticed(place, change):
    package = bytearray(NEWER.encode())
    package[place] ^= change
    with pytest.raises(VehicleError):
        Slot.decode(bytes(package))


@given(st.binary(max_size=200))
def test_what_is_no_package_is_refused(data):
    with pytest.raises(VehicleError):
        Slot.decode(data)


@given(st.binary(max_size=60))
def test_a_statement_that_is_none_has_no_version(statement):
    assert isinstance(Slot(statement=statement).version, str)


def test_versions_are_ordered_as_numbers():
    assert order_of("1.10.0") > order_of("1.9.9") > order_of("1.9") > order_of("x") == ()
    assert b'"version": "1.5.0"' in make_statement(Release(version="1.5.0"), b"image")
