import pytest
from pydantic import ValidationError

from harness.targets.hitl.settings import HitlLinks

BOARD = {"board": "serial:/dev/ttyACM0@921600"}


def test_a_board_needs_nothing_but_its_port():
    settings = HitlLinks.model_validate(BOARD)
    assert (settings.sensor_rate, settings.longest_gap, settings.restart, settings.airframe) == (
        250.0,
        0.05,
        True,
        None,
    )


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"board": "udp:127.0.0.1:14550"}, "goes over a serial port"),
        ({"board": "serial:"}, "is no place of a link"),
        ({**BOARD, "radio": "nowhere"}, "is no place of a link"),
        ({**BOARD, "sensor_rate": 1000.0}, "less than or equal to 400"),
        ({**BOARD, "longest_gap": float("nan")}, "finite"),
        ({**BOARD, "signing_key": "radio.key"}, "signing_key is of a radio of its own"),
        ({**BOARD, "observer": "serial:/dev/ttyUSB0"}, "Extra inputs"),
    ],
)
def test_what_cannot_be_is_refused(settings, problem):
    with pytest.raises(ValidationError, match=problem):
        HitlLinks.model_validate(settings)
