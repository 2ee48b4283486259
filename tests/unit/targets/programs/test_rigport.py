import pytest
from fake_world import FakeWorld
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import NotShown, RigError
from harness.link.virtual import VirtualCable
from harness.targets.programs.ardusim import ARDUSIM, ENABLE
from harness.targets.programs.rigport import RigPort
from harness.targets.programs.simsky import STALE, SimulatorSky

_AUTOPILOT = mavlink.MAVLink(None, 1, 1)


def said(message):
    return message.pack(_AUTOPILOT)


def value(name, number):
    return said(mavlink.MAVLink_param_value_message(name.encode(), number, 9, 1, 0))


@pytest.fixture
def world():
    return FakeWorld()


@pytest.fixture
def wires(world):
    """A rig port, and what reaches the autopilot from it."""
    cable, sent = VirtualCable(world, world.schedule, latency=0.0), []
    parser = mavlink.MAVLink(None)
    cable.air.listen(lambda data: sent.extend(parser.parse_buffer(data) or ()))
    echoes = []
    return RigPort(cable.ground, world, ARDUSIM, lambda *echo: echoes.append(echo)), sent, echoes


def test_it_is_no_ground_station_and_asks_for_all_that_it_reads(wires, world):
    port, sent, _ = wires
    port.ask_for_streams()
    world.run(0.01)
    assert {message.param1 for message in sent} == set(ARDUSIM.rates)
    assert all(message.get_srcSystem() not in (0, 1, 255) for message in sent)
    assert not port.is_complete()


def test_what_an_autopilot_passes_on_of_a_ground_station_is_none_of_its_own(wires, world):
    port, sent, _ = wires
    port.receive(said(mavlink.MAVLink_attitude_message(12_340, 0, 0, 0, 0, 0, 0)))
    station = mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, 4, 3)
    port.receive(station.pack(mavlink.MAVLink(None, 255, 190)))
    port.ask_parameter("SIM_WIND_DIR")
    world.run(0.01)
    assert [message.target_system for message in sent] == [1]
    assert "HEARTBEAT" not in port.latest


def test_the_clock_is_the_time_since_boot(wires):
    port, _, _ = wires
    assert port.ticks is None
    port.receive(said(mavlink.MAVLink_attitude_message(12_340, 0, 0, 0, 0, 0, 0)))
    assert port.ticks == 12.34


def test_parameters_are_kept_with_their_time_and_echoed(wires, world):
    port, sent, echoes = wires
    world.run(2.0)
    port.set_parameters({"SIM_WIND_SPD": 8.0})
    port.ask_parameter("SIM_WIND_DIR")
    world.run(0.01)
    assert [message.get_type() for message in sent] == ["PARAM_SET", "PARAM_REQUEST_READ"]
    port.receive(value("SIM_WIND_SPD", 8.0))
    assert echoes == [("SIM_WIND_SPD", 8.0)]
    assert port.parameters["SIM_WIND_SPD"] == (pytest.approx(2.01), 8.0)


def test_noise_on_the_line_is_dropped(wires):
    port, _, _ = wires
    port.receive(b"ArduCopter V4.7.0-dev\r\n" + value("X", 1.0)[:-1])
    assert port.latest == {}


def test_the_sky_is_dark_when_the_simulator_says_so(wires, world):
    port, _, _ = wires
    sky = SimulatorSky(lambda: port, world, ARDUSIM.sky)
    port.receive(value(ENABLE, 1.0))
    assert not sky.is_dark()
    port.receive(value(ENABLE, 0.0))
    assert sky.is_dark()


def test_a_simulator_that_does_not_say_is_no_open_sky(wires, world):
    port, _, _ = wires
    sky = SimulatorSky(lambda: port, world, ARDUSIM.sky)
    with pytest.raises(RigError, match=r"SIM_GPS1_ENABLE.*4\.6 or"):
        sky.is_dark()
    port.receive(value(ENABLE, 1.0))
    world.run(STALE + 1.0)
    with pytest.raises(RigError, match="does not tell"):
        sky.is_dark()


def test_darkness_is_asked_of_the_simulator(wires, world):
    port, sent, _ = wires
    SimulatorSky(lambda: port, world, ARDUSIM.sky).set_dark(True)
    world.run(0.01)
    assert (sent[0].param_id, sent[0].param_value) == (ENABLE, 0.0)


def test_the_simulators_article_is_not_carried_elsewhere(wires, world):
    port, _, _ = wires
    with pytest.raises(NotShown, match="that of its start"):
        SimulatorSky(lambda: port, world, ARDUSIM.sky).set_place(1.0, 2.0)
