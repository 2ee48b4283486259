"""PX4's words for the embedded drone's autopilot on a board in hardware-in-the-loop: what the twin of a board speaks.

Numbers from PX4's source: px4_custom_mode.h, mavlink_receiver.cpp, HIL_ACTUATOR_CONTROLS.hpp, mavlink_timesync.cpp.
"""

import math
import struct
from collections.abc import Callable, Mapping
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.boarded import BoardedFlight
from harness.drone.flight.orders import SetPoint
from harness.drone.flight.state import Mode
from harness.drone.mavlink.streams import Streams
from harness.timing import World

ACTUATORS = "HIL_ACTUATOR_CONTROLS"
RATES = {"HEARTBEAT": 1.0, "SYS_STATUS": 1.0, "EXTENDED_SYS_STATE": 1.0, ACTUATORS: 200.0}
METRES_PER_DEGREE = 6371000.0 * math.pi / 180.0
# the field of the simulator's Earth: north of a compass is that far off, rad
DECLINATION = math.atan2(-0.0420, 0.2995)
_MODES = {Mode.GUIDED: (4, 3), Mode.RTL: (4, 5), Mode.LAND: (4, 6)}
_REAL, _WHOLE = mavlink.MAV_PARAM_TYPE_REAL32, mavlink.MAV_PARAM_TYPE_INT32
_OK: int = mavlink.MAV_RESULT_ACCEPTED
_DENIED: int = mavlink.MAV_RESULT_DENIED
_UNKNOWN: int = mavlink.MAV_RESULT_UNSUPPORTED
_BARO, _INERTIAL = 0b1101 << 9, 0b111_111
BY_FORCE = 21196.0
_VERSION = 1 << 24 | 17 << 16 | 255

Message = Any  # pymavlink makes one class per message


class BoardWords:
    """The autopilot's MAVLink on its one port.

    Attributes:
        parameters: by name; whole numbers travel as bytes.
        hil: whether its heartbeat says that it flies another's physics.
        deaf: whether it passes over what it is told of its sensors.
        reboot: boots it anew.
        flight: the autopilot.
    """

    def __init__(self, flight: BoardedFlight, world: World, send: Callable[[bytes], None]) -> None:
        """Speak by `send` for `flight`, which has just booted."""
        self.flight, self._world, self._send, self._booted = flight, world, send, world.now()
        self._mav = mavlink.MAVLink(None, 1, 1)
        self._mav.robust_parsing = True
        self.parameters: dict[str, float | int] = {"SYS_HITL": 1, "SYS_AUTOSTART": 1001, "MPC_XY_CRUISE": 5.0}
        self.hil, self.deaf = True, False
        self.reboot: Callable[[], None] = lambda: None
        home = flight.config
        self._home = (home.home_latitude, home.home_longitude, home.home_altitude)
        self._streams: Streams[str] = Streams(world, world.schedule, self._emit)
        self._streams.start(RATES)

    def stop(self) -> None:
        """Say nothing more."""
        self._streams.stop()

    def set_rate(self, name: str, rate: float) -> None:
        """Stream a message at another rate, Hz."""
        self._streams.set_interval(name, 1.0 / rate)

    def receive(self, data: bytes) -> None:
        """Take bytes of the port."""
        for message in self._mav.parse_buffer(data) or ():
            heard = getattr(self, f"_on_{message.get_type().lower()}", None)
            if heard is not None:
                heard(message)

    def say(self, message: Message) -> None:
        """Send one message."""
        self._send(message.pack(self._mav))
        self._mav.seq = (self._mav.seq + 1) % 256

    # -- sensors

    def _on_hil_sensor(self, m: Message) -> None:
        if self.deaf or not self.hil:
            return
        self.flight.feel((m.xgyro, m.ygyro, m.zgyro), (m.xacc, m.yacc, m.zacc))
        if m.fields_updated & _BARO == _BARO:
            height = 288.15 / 0.0065 * (1.0 - (m.abs_pressure / 1013.25) ** (1.0 / 5.25588)) - self._home[2]
            self.flight.feel_field(height, (m.xmag, m.ymag, m.zmag), DECLINATION)

    def _on_hil_gps(self, m: Message) -> None:
        if self.hil and not self.deaf and m.fix_type >= mavlink.GPS_FIX_TYPE_3D_FIX:
            north, east = self._to_metres(m.lat * 1e-7, m.lon * 1e-7)
            down = self._home[2] - m.alt * 1e-3
            self.flight.feel_place((north, east, down), (m.vn * 0.01, m.ve * 0.01, m.vd * 0.01))

    def _to_metres(self, latitude: float, longitude: float) -> tuple[float, float]:
        shrunk = METRES_PER_DEGREE * math.cos(math.radians(self._home[0]))
        return (latitude - self._home[0]) * METRES_PER_DEGREE, (longitude - self._home[1]) * shrunk

    # -- the ground station

    def _on_heartbeat(self, m: Message) -> None:
        if m.type == mavlink.MAV_TYPE_GCS:
            self.flight.ground_station_heard()

    def _on_timesync(self, m: Message) -> None:
        if m.tc1 == 0:
            self.say(mavlink.MAVLink_timesync_message(round(self._uptime * 1e9), m.ts1))

    def _on_param_request_read(self, m: Message) -> None:
        name = m.param_id
        if name in self.parameters:
            value = self.parameters[name]
            whole = isinstance(value, int)
            packed = struct.unpack("<f", struct.pack("<i", value))[0] if isinstance(value, int) else value
            count = len(self.parameters)
            self.say(mavlink.MAVLink_param_value_message(name.encode(), packed, _WHOLE if whole else _REAL, count, 0))

    def _on_command_long(self, m: Message) -> None:
        orders: Mapping[int, Callable[[Message], int]] = {
            mavlink.MAV_CMD_COMPONENT_ARM_DISARM: self._arm,
            mavlink.MAV_CMD_DO_SET_MODE: self._set_mode,
            mavlink.MAV_CMD_NAV_TAKEOFF: self._take_off,
            mavlink.MAV_CMD_SET_MESSAGE_INTERVAL: self._set_interval,
            mavlink.MAV_CMD_REQUEST_MESSAGE: self._answer,
            mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN: self._boot_anew,
        }
        order = orders.get(m.command)
        self._acknowledge(m, order(m) if order is not None else _UNKNOWN)

    def _on_command_int(self, m: Message) -> None:
        if m.command != mavlink.MAV_CMD_DO_REPOSITION:
            self._acknowledge(m, _UNKNOWN)
            return
        north, east = self._to_metres(m.x * 1e-7, m.y * 1e-7)
        yaw = None if math.isnan(m.param4) else m.param4
        problem = self.flight.set_mode(Mode.GUIDED)
        target = SetPoint(place=(north, east, m.z - self._home[2]), yaw=yaw)
        self._acknowledge(m, self._result(problem or self.flight.steer(target)))

    def _acknowledge(self, m: Message, result: int) -> None:
        self.say(mavlink.MAVLink_command_ack_message(m.command, result, 0, 0, m.get_srcSystem(), m.get_srcComponent()))

    def _result(self, problem: str) -> int:
        if problem:
            self.say(mavlink.MAVLink_statustext_message(mavlink.MAV_SEVERITY_CRITICAL, problem[:50].encode()))
        return _DENIED if problem else _OK

    def _arm(self, m: Message) -> int:
        return self._result(self.flight.arm() if m.param1 else self.flight.disarm(m.param2 == BY_FORCE))

    def _set_mode(self, m: Message) -> int:
        wanted = {numbers: mode for mode, numbers in _MODES.items()}.get((int(m.param2), int(m.param3)))
        return _DENIED if wanted is None else self._result(self.flight.set_mode(wanted))

    def _take_off(self, m: Message) -> int:
        return self._result(self.flight.takeoff(m.param7 - self._home[2]))

    def _set_interval(self, m: Message) -> int:
        name = _name_of(m.param1)
        # as PX4 does (MavlinkReceiver::set_message_interval)
        if name == "HEARTBEAT" or not hasattr(self, f"_make_{name.lower()}"):
            return _UNKNOWN
        self._streams.set_interval(name, m.param2 * 1e-6 if m.param2 > 0 else None)
        return _OK

    def _answer(self, m: Message) -> int:
        name = _name_of(m.param1)
        make = getattr(self, f"_make_{name.lower()}", None)
        if make is None:
            return _UNKNOWN
        self.say(make())
        return _OK

    def _boot_anew(self, m: Message) -> int:
        if self.flight.armed:
            return _DENIED
        self.reboot()
        return _OK

    # -- what it tells

    def _emit(self, names: list[str]) -> None:
        for name in names:
            self.say(getattr(self, f"_make_{name.lower()}")())
        for text in self.flight.take_messages():
            self.say(mavlink.MAVLink_statustext_message(int(text.severity), text.text[:50].encode()))

    @property
    def _uptime(self) -> float:
        return self._world.now() - self._booted

    @property
    def _milliseconds(self) -> int:
        return round(self._uptime * 1000.0)

    def _make_hil_actuator_controls(self) -> Message:
        controls = [*self.flight.motors, *[0.0] * 12]
        return mavlink.MAVLink_hil_actuator_controls_message(round(self._uptime * 1e6), controls, 0, 0)

    def _make_heartbeat(self) -> Message:
        flight = self.flight
        if flight.mode is not Mode.GUIDED and not flight.armed and not flight.read_arming_problem():
            # PX4 falls back to Hold as it disarms
            flight.set_mode(Mode.GUIDED)
        main, sub = _MODES.get(flight.mode, (4, 3))
        base = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
        base |= mavlink.MAV_MODE_FLAG_SAFETY_ARMED if flight.armed else 0
        base |= mavlink.MAV_MODE_FLAG_HIL_ENABLED if self.hil else 0
        kind, make = mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_AUTOPILOT_PX4
        return mavlink.MAVLink_heartbeat_message(kind, make, base, main << 16 | sub << 24, 4, 3)

    def _make_sys_status(self) -> Message:
        ready = mavlink.MAV_SYS_STATUS_PREARM_CHECK if not self.flight.read_arming_problem() else 0
        health = (mavlink.MAV_SYS_STATUS_PREARM_CHECK,) * 2
        return mavlink.MAVLink_sys_status_message(*health, ready, 0, 15800, 1000, 70, 0, 0, 0, 0, 0, 0)

    def _make_extended_sys_state(self) -> Message:
        return mavlink.MAVLink_extended_sys_state_message(0, int(self.flight.landed))

    def _make_local_position_ned(self) -> Message:
        e = self.flight.read_estimate()
        speeds = (e.v_north, e.v_east, -e.v_up)
        return mavlink.MAVLink_local_position_ned_message(self._milliseconds, e.north, e.east, -e.up, *speeds)

    def _make_attitude(self) -> Message:
        e = self.flight.read_estimate()
        return mavlink.MAVLink_attitude_message(self._milliseconds, e.roll, e.pitch, e.yaw, e.p, e.q, e.r)

    def _to_degrees(self, north: float, east: float) -> tuple[int, int]:
        shrunk = METRES_PER_DEGREE * math.cos(math.radians(self._home[0]))
        latitude, longitude = self._home[0] + north / METRES_PER_DEGREE, self._home[1] + east / shrunk
        return round(latitude * 1e7), round(longitude * 1e7)

    def _make_global_position_int(self) -> Message:
        e = self.flight.read_estimate()
        where, heights = self._to_degrees(e.north, e.east), (round((self._home[2] + e.up) * 1e3), round(e.up * 1e3))
        speeds = (round(e.v_north * 100), round(e.v_east * 100), round(-e.v_up * 100))
        course = round(math.degrees(e.yaw) % 360.0 * 100.0)
        return mavlink.MAVLink_global_position_int_message(self._milliseconds, *where, *heights, *speeds, course)

    def _make_gps_raw_int(self) -> Message:
        told = self.flight.read_satellites()
        where, height = self._to_degrees(told.place[0], told.place[1]), round((self._home[2] + told.place[2]) * 1e3)
        time = round(self._uptime * 1e6)
        return mavlink.MAVLink_gps_raw_int_message(time, told.fix, *where, height, 70, 70, 0, 0, told.count)

    def _make_gps_global_origin(self) -> Message:
        latitude, longitude, height = self._home
        where = (round(latitude * 1e7), round(longitude * 1e7), round(height * 1e3))
        return mavlink.MAVLink_gps_global_origin_message(*where)

    def _make_autopilot_version(self) -> Message:
        commit = list(bytes.fromhex("0123456789abcdef"))[::-1]
        capabilities = mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2
        rest = (0, 0, 0, commit, [0] * 8, [0] * 8, 0, 0, 77)
        return mavlink.MAVLink_autopilot_version_message(capabilities, _VERSION, *rest)


def _name_of(number: float) -> str:
    known = mavlink.mavlink_map.get(int(number)) if math.isfinite(number) else None
    return str(known.msgname) if known is not None else ""
