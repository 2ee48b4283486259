"""Parameters: round trip, putting back, and articles that do not keep them."""

import pytest

from harness.errors import RigError, VehicleError, VehicleTimeout


@pytest.fixture
def vehicle(bench):
    return bench.ready()


def test_round_trip(bench, vehicle):
    assert vehicle.read_parameter("FS_GCS_TIMEOUT") == 3.0
    vehicle.set_parameter("FS_GCS_TIMEOUT", 4.7)
    assert vehicle.read_parameter("FS_GCS_TIMEOUT") == pytest.approx(4.7)
    assert bench.flight.config.link_loss_timeout == pytest.approx(4.7)


def test_former_values_come_back_also_after_an_error(bench, vehicle):
    with pytest.raises(ZeroDivisionError), vehicle.parameters(FS_GCS_TIMEOUT=9, FS_GCS_ENABLE=5):
        assert (bench.flight.config.link_loss_timeout, bench.flight.config.link_loss_action) == (9, "land")
        1 / 0  # noqa: B018
    assert (bench.flight.config.link_loss_timeout, bench.flight.config.link_loss_action) == (3, "rtl")


def test_the_first_is_put_back_when_the_second_is_refused(bench, vehicle):
    with pytest.raises(VehicleError, match="outside"), vehicle.parameters(FS_GCS_ENABLE=5, FS_GCS_TIMEOUT=999):
        pytest.fail("the body must not run")
    assert bench.flight.config.link_loss_action == "rtl"


def test_a_refused_value_names_what_is_kept_and_why(vehicle):
    with pytest.raises(VehicleError, match=r"wanted 2, the vehicle keeps 1: .*not one of 0, 1, 5"):
        vehicle.set_parameter("FS_GCS_ENABLE", 2)


def test_an_unknown_parameter_is_a_timeout(vehicle):
    with pytest.raises(VehicleTimeout, match=r"parameter NO_SUCH: .* does it exist"):
        vehicle.read_parameter("NO_SUCH", within=2)


def test_an_article_that_cannot_be_restored_is_a_rig_error(bench, vehicle):
    with (
        pytest.raises(RigError, match="FS_GCS_TIMEOUT could not be put back to 3"),
        vehicle.parameters(FS_GCS_TIMEOUT=9),
    ):
        bench.service._parameters.set = lambda name, value: (3, "locked")


def test_a_lost_question_is_asked_again(bench, vehicle):
    lost = []
    bench.radio.up.append(lambda data, forward: forward(data) if len(lost) > 1 else lost.append(data))
    assert vehicle.read_parameter("FS_GCS_TIMEOUT") == 3.0
    assert len(lost) == 2


def test_all_are_read_at_once(bench, vehicle):
    values = vehicle.read_parameters()
    assert values["FS_GCS_TIMEOUT"] == 3.0
    assert len(values) > 25
    assert values == vehicle.read_parameters()
