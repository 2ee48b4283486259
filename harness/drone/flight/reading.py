"""From the kernels' arrays to what others may see: the estimate, the truth, the battery. Loads no kernel."""

import math

import numpy as np
import numpy.typing as npt

from harness.drone.flight import layout as own
from harness.drone.flight.orders import Health, Point, Satellites
from harness.drone.flight.state import Battery, Motion, Truth
from harness.plant import layout as lay

_Array = npt.NDArray[np.float64]
_SILENT = 1.0  # s without a GNSS sample


def read_motion(s: _Array, start: int, time: float) -> Motion:
    """Motion from the rigid-body state that begins at place `start` (0: the truth; ``ESTIMATE``: the estimate)."""
    n, e, d, vn, ve, vd, w, i, j, k, a, b, c = s[start : start + own.ESTIMATE_SIZE].tolist()
    return Motion(
        time=time,
        north=n,
        east=e,
        up=-d,
        v_north=vn,
        v_east=ve,
        v_up=-vd,
        roll=math.atan2(2.0 * (w * i + j * k), 1.0 - 2.0 * (i * i + j * j)),
        pitch=math.asin(min(1.0, max(-1.0, 2.0 * (w * j - k * i)))),
        yaw=math.atan2(2.0 * (w * k + i * j), 1.0 - 2.0 * (j * j + k * k)),
        p=a,
        q=b,
        r=c,
    )


def read_heading(s: _Array) -> float:
    """Estimated yaw, rad, clockwise from north."""
    w, i, j, k = s[own.ESTIMATE + lay.QUAT : own.ESTIMATE + lay.QUAT + 4].tolist()
    return math.atan2(2.0 * (w * k + i * j), 1.0 - 2.0 * (j * j + k * k))


def read_tilt(s: _Array) -> float:
    """Estimated angle between the body's and the world's vertical, rad."""
    i, j = s[own.ESTIMATE + lay.QUAT + 1 : own.ESTIMATE + lay.QUAT + 3].tolist()
    return math.acos(min(1.0, max(-1.0, 1.0 - 2.0 * (i * i + j * j))))


def read_truth(s: _Array, time: float) -> Truth:
    """What really is, at `time` (s)."""
    north, east, down = s[lay.AIR : lay.AIR + 3].tolist()
    return Truth(
        motion=read_motion(s, 0, time),
        wind_north=north,
        wind_east=east,
        wind_up=-down,
        motors=tuple(s[lay.MOTOR : lay.MOTOR + 4].tolist()),
        on_ground=bool(s[lay.ON_GROUND] == 1.0),
        contact_down=float(s[lay.CONTACT_DOWN]),
        contact_lateral=float(s[lay.CONTACT_LATERAL]),
        contact_tilt=float(s[lay.CONTACT_TILT]),
    )


def read_battery(s: _Array, p: _Array) -> Battery:
    """The battery as its monitor counts it."""
    return Battery(
        voltage=float(s[lay.VOLTAGE]),
        current=float(s[lay.CURRENT]),
        used_wh=float(s[lay.ENERGY]) / 3600.0,
        remaining=read_charge_left(s, p),
    )


def read_charge_left(s: _Array, p: _Array) -> float:
    """Fraction of the pack's charge that is left."""
    return max(0.0, 1.0 - float(s[lay.CHARGE] / p[lay.CAPACITY]))


def read_satellites(s: _Array) -> Satellites:
    """The GNSS receiver, with the sample that came last."""
    north, east, down, *velocity = s[lay.GPS_POS : lay.GPS_POS + 6].tolist()
    hears = hears_satellites(s)
    return Satellites(
        fix=3 if hears else 1,
        count=14 if hears else 0,
        hdop=0.7 if hears else 99.99,
        place=(north, east, -down),
        velocity=(velocity[0], velocity[1], -velocity[2]),
    )


def hears_satellites(s: _Array) -> bool:
    """Whether a GNSS sample came within the last second."""
    return bool(s[own.GPS_SILENT] < _SILENT)


def read_wind(s: _Array) -> Point:
    """Estimated wind, m/s north and east, where it blows to."""
    return float(s[own.WIND]), float(s[own.WIND + 1])


def read_motor_currents(s: _Array, p: _Array) -> tuple[float, ...]:
    """Current that each motor draws from the pack, A: its shaft's power by efficiency and voltage."""
    power = p[lay.TORQUE] * s[lay.ROTOR : lay.ROTOR + 4] ** 3 / p[lay.EFFICIENCY]
    return tuple((power / s[lay.VOLTAGE]).tolist())


def read_health(s: _Array, p: _Array, position: bool) -> Health:
    """What the arrays tell of the drone's health; `position`: whether it is known."""
    return Health(
        position=position,
        innovation=float(s[own.INNOVATION]),
        gnss=hears_satellites(s),
        wind=read_wind(s),
        motors=tuple(s[lay.ROTOR : lay.ROTOR + 4].tolist()),
        motor_currents=read_motor_currents(s, p),
    )
