from datetime import date

import pytest

from harness.errors import FileError
from harness.rig.calibration import Calibration, as_fields, load_register
from harness.rig.config import load_rig

REGISTER = """
[[assets]]
asset = "ANE-07"
serial = "A12345"
certificate = "2026-118"
laboratory = "Example Calibration"
due = 2130-01-31
unit = "m/s"
ranges = [{ low = 0.5, high = 10.0, uncertainty = 0.1 }, { low = 10.0, high = 30.0, uncertainty = 0.3 }]

[[assets]]
asset = "ATT-01"
certificate = "2026-119"
due = 2026-01-31
uncertainty = 0.2
"""


@pytest.fixture
def register(tmp_path):
    def write(text=REGISTER):
        path = tmp_path / "register.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_register_is_read(register):
    assets = load_register(register())
    wind, attenuator = assets["ANE-07"], assets["ATT-01"]
    assert (wind.greatest, wind.describe()) == (0.3, "0.1 m/s from 0.5 to 10, 0.3 m/s from 10 to 30")
    assert [(each.low, each.high, each.uncertainty) for each in wind.to_ranges()] == [(0.5, 10, 0.1), (10, 30, 0.3)]
    assert (attenuator.greatest, attenuator.describe(), attenuator.to_ranges()) == (0.2, "0.2", ())
    assert attenuator.overdue(date(2026, 2, 1)) and not attenuator.overdue(date(2026, 1, 31))


def test_the_record_gets_the_number_or_the_ranges_in_words(register):
    assets = load_register(register())
    assert as_fields(None) is None
    assert as_fields(assets["ATT-01"])["uncertainty"] == 0.2
    assert as_fields(assets["ANE-07"]) == {
        "certificate": "2026-118",
        "laboratory": "Example Calibration",
        "due": "2130-01-31",
        "uncertainty": "0.1 m/s from 0.5 to 10, 0.3 m/s from 10 to 30",
        "asset": "ANE-07",
    }
    plain = Calibration(certificate="C", due=date(2130, 1, 1), uncertainty=0.5)
    assert "asset" not in as_fields(plain)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('asset = "ATT-01"', 'asset = "ANE-07"', "is there twice"),
        ("uncertainty = 0.2\n", "", "state uncertainty, or the calibrated ranges"),
        ("uncertainty = 0.2\n", "uncertainty = 0.2\nranges = [{low = 1, high = 2, uncertainty = 1}]\n", "state uncert"),
        ("low = 0.5", "low = 10.5", "goes from low to high"),
        ("low = 0.5", "low = nan", "finite"),
        ("uncertainty = 0.2\n", "uncertainty = -1\n", "greater than or equal to 0"),
        ("serial =", "sireal =", "did you mean 'serial'"),
    ],
)
def test_a_wrong_register_is_refused(register, old, new, problem):
    assert REGISTER.count(old) == 1
    with pytest.raises(FileError, match=problem):
        load_register(register(REGISTER.replace(old, new)))


def with_asset(text, asset, head='calibration_register = "register.toml"\n'):
    return head + text.replace('[roles.wind]\nmake = "plant"', f'[roles.wind]\nmake = "plant"\nasset = "{asset}"')


def test_a_role_takes_its_calibration_from_the_register(register, rig_file, embedded):
    register()
    rig = load_rig(rig_file(with_asset(embedded, "ANE-07")))
    assert rig.calibrations["wind"].certificate == "2026-118"
    assert set(rig.calibrations) == {"wind"}


@pytest.mark.parametrize(
    "mistake",
    [
        ("ANE-08", None, "", "there is no asset 'ANE-08', known are ANE-07, ATT-01"),
        ("ANE-07", "", "", "the rig names no register"),
        ("ANE-07", 'calibration_register = "absent.toml"\n', "", "no such file"),
        (
            "ANE-07",
            None,
            '[roles.wind.calibration]\ncertificate = "W-1"\ndue = 2030-01-31\nuncertainty = 0.1\n',
            "state asset or calibration",
        ),
    ],
)
def test_an_asset_that_cannot_be_found_is_refused(register, rig_file, embedded, mistake):
    asset, head, more, problem = mistake
    register()
    text = with_asset(embedded, asset, *([] if head is None else [head])) + more
    with pytest.raises(FileError, match=problem):
        load_rig(rig_file(text))
