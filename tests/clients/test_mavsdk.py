"""MAVSDK, a C++ library with a MAVLink implementation of its own, flies the served drone."""

import importlib
import json
import re

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

GUIDED, AUTO = 4, 3
RELATIVE = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
# number, frame, command, latitude, longitude, height: home, take-off, 6 m north, back
PLAN = [
    (0, mavlink.MAV_FRAME_GLOBAL_INT, mavlink.MAV_CMD_NAV_WAYPOINT, 356762000, 1396503000, 40.0),
    (1, RELATIVE, mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 5.0),
    (2, RELATIVE, mavlink.MAV_CMD_NAV_WAYPOINT, 356762540, 1396503000, 5.0),
    (3, RELATIVE, mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH, 0, 0, 0.0),
]


def load(name):
    """A module of mavsdk, or a skip where its library does not run."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:
        pytest.skip(f"mavsdk is not installed or its library does not run here: {error}")


class Station:
    """A ground station of MAVSDK's, connected to the one drone that it finds."""

    def __init__(self, place):
        mavsdk = load("mavsdk")
        config = mavsdk.Configuration.create_with_component_type(mavsdk.ComponentType.GROUND_STATION)
        config.system_id = 255
        self._mavsdk = mavsdk.Mavsdk(config)
        result = self._mavsdk.add_any_connection(f"tcpout://{place.removeprefix('tcp:')}")
        assert result == mavsdk.ConnectionResult.SUCCESS
        self._system = self._mavsdk.first_autopilot(60.0)
        assert self._system is not None, "MAVSDK finds no autopilot"

    def plugin(self, name):
        """The plugin of that class."""
        module = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        return getattr(load(f"mavsdk.plugins.{module}"), name)(self._system)

    def set_mode(self, number):
        """Change to an ArduPilot mode, for which MAVSDK has no call of its own; returns MAV_RESULT."""
        direct = load("mavsdk.plugins.mavlink_direct")
        command = {"target_system": 1, "target_component": 1, "command": mavlink.MAV_CMD_DO_SET_MODE, "param1": 1}
        fields = json.dumps({**command, "param2": number, "confirmation": 0})
        message = direct.MavlinkMessage("COMMAND_LONG", 255, 190, 1, 1, fields)
        return json.loads(self.plugin("MavlinkDirect").send_command(message).fields_json)["result"]

    def close(self):
        self._mavsdk.destroy()


@pytest.fixture
def mavsdk(closing):
    """Start a ground station of MAVSDK's: a function that takes where to connect."""
    load("mavsdk")
    return lambda place: closing(Station(place))


def items():
    item = load("mavsdk.plugins.mission_raw").MissionItem
    return [
        item(seq=seq, frame=frame, command=command, current=int(seq == 0), autocontinue=1, x=x, y=y, z=z)
        for seq, frame, command, x, y, z in PLAN
    ]


def told(mission):
    """The downloaded mission without its first item, which is home."""
    flown = mission.download_mission()[1:]
    return [(item.seq, item.frame, item.command, item.x, item.y, item.z) for item in flown]


def accepted(order):
    """Whether the drone obeys; it refuses to arm until its estimator has settled."""
    try:
        order()
    except load("mavsdk.plugins.action").ActionError as error:
        assert "COMMAND_DENIED" in str(error)
        return False
    return True


@pytest.mark.parametrize("speedup", [1, 10])
def test_it_flies_a_mission(serve, watch, mavsdk, await_that, speedup):
    sim = serve("--speedup", str(speedup))
    watcher, station = watch(sim.place), mavsdk(sim.place)
    param, action, mission = (station.plugin(name) for name in ("Param", "Action", "MissionRaw"))
    assert len(param.get_all_params().float_params) >= 5
    # a machine that stalls for seconds is not what this test is about
    param.set_param_float("FS_GCS_TIMEOUT", 120.0)
    assert param.get_param_float("FS_GCS_TIMEOUT") == 120.0
    # in cm; less time for the way home
    param.set_param_int("RTL_ALT", 600)
    assert param.get_param_int("RTL_ALT") == 600
    mission.upload_mission(items())
    assert told(mission) == PLAN[1:]

    assert station.set_mode(GUIDED) == mavlink.MAV_RESULT_ACCEPTED
    await_that(lambda: accepted(action.arm), "armed")
    action.set_takeoff_altitude(4.0)
    action.takeoff()
    await_that(lambda: watcher.heights[-1] > 3.0, "a height of 3 m")
    mission.start_mission()
    await_that(lambda: watcher.armed is False, "back and disarmed")
    assert mission.is_mission_finished()
    assert watcher.modes[-2:] == [GUIDED, AUTO]
    assert 5.0 < max(watcher.north) < 8.0
    assert 4.0 < max(watcher.heights) < 8.0
    assert abs(watcher.heights[-1]) < 0.5
    assert abs(watcher.north[-1]) < 1.0
    station.close()
    sim.end()


def test_what_the_drone_refuses_is_an_error_of_mavsdk(serve, watch, mavsdk):
    sim = serve("--speedup", "10")
    watcher, station = watch(sim.place), mavsdk(sim.place)
    error = load("mavsdk.plugins.action").ActionError
    # on the ground, disarmed: there is nothing to take off with
    with pytest.raises(error, match="DENIED"):
        station.plugin("Action").takeoff()
    assert watcher.armed is not True
    station.close()
    sim.end()
