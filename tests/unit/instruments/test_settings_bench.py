import pytest
from pydantic import ValidationError

from harness.instruments.settings_bench import BENCH_SETTINGS
from harness.rig.registry import INSTRUMENTS

PATH = {"zero_level": -60.0, "sensitivity": -105.0}
RESOURCE = {"resource": "TCPIP::10.0.0.5::5025::SOCKET"}
DEVICE = {"device": "/dev/ttyUSB0"}


def test_settings_are_of_makes_that_there_are():
    assert set(BENCH_SETTINGS) <= set(INSTRUMENTS)


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        ("relay.numato", {**DEVICE, "channel": 64}),
        ("relay.numato", {}),
        ("attenuator.rcdat", {**PATH, "address": "10.0.0.5"}),
        ("attenuator.rcdat", {**PATH, "address": "10.0.0.5:80", "over": "smoke"}),
        ("attenuator.rcdat", {"address": "10.0.0.5:80"}),
        ("attenuator.serial", {**PATH, **DEVICE, "set_command": "ATT {volume}", "read_command": "ATT?"}),
        ("wind.scpi", {**RESOURCE, "speed_command": "SPE {speed:"}),
        ("wind.scpi", {**RESOURCE, "bearing": 400.0}),
        ("wind.http", {"address": "10.0.0.5:99999"}),
        ("anemometer.nmea", {**DEVICE, "baud": 1}),
        ("tracker.rtk", {**DEVICE, "latitude": 91.0, "longitude": 0.0, "altitude": 0.0}),
        ("truth.tracker", {"oldest": 0.0}),
        ("attenuator.rcdat", {**PATH, "address": "10.0.0.5:80", "fixed_loss": 30.0, "fixed_loss_uncertainty": 0.0}),
        ("attenuator.rcdat", {**PATH, "address": "10.0.0.5:80", "antenna_gain": "3 dB"}),
        ("spectrum.scpi", {**RESOURCE, "points": 1}),
        ("spectrum.scpi", {**RESOURCE, "path_loss": float("inf")}),
        ("spectrum.scpi", {**RESOURCE, "seed_set": "FREQ {hertz}"}),
        ("spectrum.scpi", {**RESOURCE, "path_los": 30.0}),
    ],
)
def test_a_wrong_setting_is_refused(make, settings):
    with pytest.raises(ValidationError):
        BENCH_SETTINGS[make].model_validate(settings)


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        ("relay.numato", DEVICE),
        ("attenuator.rcdat", {**PATH, "address": "10.0.0.5:23", "over": "telnet"}),
        ("attenuator.serial", {**PATH, **DEVICE, "set_command": "ATT {attenuation:.2f}", "read_command": "ATT?"}),
        ("wind.scpi", RESOURCE),
        ("wind.http", {"address": "[::1]:80", "bearing": 270}),
        ("anemometer.nmea", DEVICE),
        ("tracker.csv", {"address": "10.0.0.5:1510"}),
        ("tracker.rtk", {**DEVICE, "latitude": 35.0, "longitude": -139.0, "altitude": 4.0}),
        ("truth.tracker", {}),
        ("gnss.reference", DEVICE),
        ("spectrum.scpi", RESOURCE),
        ("spectrum.scpi", {**RESOURCE, "path_loss": 30, "path_loss_uncertainty": 0.3, "seed_set": "F {frequency:.0f}"}),
        ("attenuator.rcdat", {**PATH, "address": "10.0.0.5:80", "fixed_loss": 68.2, "antenna_gain": -3.0}),
    ],
)
def test_a_right_one_is_taken(make, settings):
    BENCH_SETTINGS[make].model_validate(settings)
