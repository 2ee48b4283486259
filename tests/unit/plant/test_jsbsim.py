"""The plant beside JSBSim (github.com/JSBSim-Team/jsbsim, LGPL): the same body, written as a JSBSim aircraft.

JSBSim integrates by other means (multi-step methods, here at 4 kHz, over a globe, in feet and pounds), so that an error
of signs, axes, moments or units in either shows. The globe is large and still, which makes it flat. What JSBSim has no
counterpart for, motor lag and inflow, is off; the rotors turn at constant speeds.
"""

import math

import numpy as np
import pytest

from harness.plant import layout as lay
from harness.plant.airframe import FRAME_RATE, Airframe, make_parameters, make_random, make_state
from harness.plant.dynamics import to_world
from harness.plant.step import run_plant

jsbsim = pytest.importorskip("jsbsim", reason="JSBSim is not installed: pip install jsbsim")

RADIUS = 6.4e8  # m
RATE = 4000
POUND, FOOT, SLUG = 4.4482216152605, 0.3048, 14.593903
BODY = Airframe(inflow=0.0, rotor_drag=0.0)
START = 100.0  # m above ground
HOVER = math.sqrt(BODY.mass * BODY.gravity / 4 / BODY.thrust_coefficient)


def drag(axis, speed, factor):
    value = -factor * FOOT**2 / POUND
    parts = f"<property>velocities/{speed}-aero-fps</property><property>velocities/vt-fps</property>"
    product = f"<product><value>{value}</value>{parts}</product>"
    return f'<axis name="{axis}"><function name="aero/{axis}">{product}</function></axis>'


def rotor(n, x, y):
    place = f'<location unit="M"><x>{-x}</x><y>{y}</y><z>0</z></location>'  # JSBSim counts x from the nose backwards
    return f'<force name="r{n}" frame="BODY">{place}<direction><x>0</x><y>0</y><z>-1</z></direction></force>'


def aircraft(p):
    inertia = "".join(f'<i{a}{a} unit="KG*M2">{v}</i{a}{a}>' for a, v in zip("xyz", BODY.inertia, strict=True))
    zero = '<location name="{}" unit="M"><x>0</x><y>0</y><z>0</z></location>'
    rotors = "".join(rotor(n, p[lay.ROTOR_X + n], p[lay.ROTOR_Y + n]) for n in range(4))
    drags = "".join(drag(a, s, k) for a, s, k in zip("XYZ", "uvw", BODY.body_drag, strict=True))
    return (
        '<?xml version="1.0"?><fdm_config name="body" version="2.0" release="ALPHA"><metrics>'
        '<wingarea unit="M2">1</wingarea><wingspan unit="M">1</wingspan><chord unit="M">1</chord>'
        f"{zero.format('AERORP')}</metrics>"
        f'<mass_balance>{inertia}<emptywt unit="KG">{BODY.mass}</emptywt>{zero.format("CG")}</mass_balance>'
        f"<ground_reactions/><external_reactions>{rotors}"
        '<moment name="yaw" frame="BODY"><direction><x>0</x><y>0</y><z>1</z></direction></moment>'
        f"</external_reactions><aerodynamics>{drags}</aerodynamics></fdm_config>"
    )


def planet():
    axes = "".join(f'<semi{kind}_axis unit="M">{RADIUS}</semi{kind}_axis>' for kind in ("major", "minor"))
    pull = f'<GM unit="M3/SEC2">{BODY.gravity * (RADIUS + START) ** 2}</GM><J2>0</J2>'
    still = '<rotation_rate unit="RAD/SEC">0</rotation_rate>'
    return f'<?xml version="1.0"?><planet name="still">{axes}{still}{pull}</planet>'


@pytest.fixture
def machine(tmp_path, capfd):
    folder = tmp_path / "aircraft" / "body"
    folder.mkdir(parents=True)
    (folder / "body.xml").write_text(aircraft(make_parameters(BODY)))
    (tmp_path / "planet.xml").write_text(planet())
    jsbsim.FGJSBBase().debug_lvl = 0
    made = jsbsim.FGFDMExec(str(tmp_path))
    assert made.load_planet(str(tmp_path / "planet.xml"), False)
    made.set_dt(1.0 / RATE)
    assert made.load_model("body")
    return made


def body_axes(roll, pitch, yaw):
    """The body's axes in north, east and down, in columns."""
    (a, b, c), (x, y, z) = np.cos([roll, pitch, yaw]), np.sin([roll, pitch, yaw])
    return np.array(
        [
            [b * c, x * y * c - a * z, a * y * c + x * z],
            [b * z, x * y * z + a * c, a * y * z - x * c],
            [-y, x * b, a * b],
        ]
    )


def fly_jsbsim(machine, speeds, rates, seconds):
    machine["ic/h-sl-ft"], machine["ic/lat-gc-deg"], machine["ic/long-gc-deg"] = START / FOOT, 0.0, 0.0
    for name, value in zip("pqr", rates, strict=True):
        machine[f"ic/{name}-rad_sec"] = value
    p = make_parameters(BODY)
    for n, speed in enumerate(speeds):
        machine[f"external_reactions/r{n}/magnitude"] = p[lay.THRUST] * speed**2 / POUND
    yaw = sum(p[lay.SPIN + n] * p[lay.TORQUE] * speed**2 for n, speed in enumerate(speeds))
    machine["external_reactions/yaw/magnitude-lbsft"] = yaw / POUND / FOOT
    assert machine.run_ic()
    assert machine["inertia/mass-slugs"] * SLUG == pytest.approx(BODY.mass, rel=1e-6)
    for _ in range(round(seconds * RATE)):
        machine.run()
    place = machine["position/lat-gc-rad"] * RADIUS, machine["position/long-gc-rad"] * RADIUS
    return {
        "position": [*place, START - machine["position/h-sl-ft"] * FOOT],
        "velocity": [machine[f"velocities/v-{axis}-fps"] * FOOT for axis in ("north", "east", "down")],
        "attitude": body_axes(*(machine[f"attitude/{name}-rad"] for name in ("phi", "theta", "psi"))),
        "rates": [machine[f"velocities/{name}-rad_sec"] for name in "pqr"],
    }


def fly_plant(speeds, rates, seconds):
    s, p, rng = make_state(BODY, 0), make_parameters(BODY), make_random(0)
    p[lay.MOTOR_LAG] = 1e12  # the speeds stay as they are
    s[lay.POS + 2], s[lay.ON_GROUND] = -START, 0.0
    s[lay.ROTOR : lay.ROTOR + 4], s[lay.RATE : lay.RATE + 3] = speeds, rates
    run_plant(s, p, rng, round(seconds * FRAME_RATE))
    return {
        "position": s[lay.POS : lay.POS + 3] + np.array([0.0, 0.0, START]),
        "velocity": s[lay.VEL : lay.VEL + 3],
        "attitude": np.transpose([to_world(s, *axis) for axis in np.eye(3)]),
        "rates": s[lay.RATE : lay.RATE + 3],
    }


CASES = {
    "hover": ([HOVER] * 4, (0.0, 0.0, 0.0), 5.0),
    "free fall": ([0.0] * 4, (0.0, 0.0, 0.0), 5.0),
    "step": ([1.010 * HOVER, 1.004 * HOVER, 1.012 * HOVER, 1.014 * HOVER], (0.0, 0.0, 0.0), 0.8),
    "spin": ([0.0] * 4, (3.0, 0.2, -2.0), 2.0),
}
# m, m/s, direction cosines, rad/s: what JSBSim's lower order leaves at 4 kHz, with a margin of about two
TOLERANCE = {"position": 5e-4, "velocity": 1e-3, "attitude": 4e-3, "rates": 4e-3}


def disagreements(ours, theirs):
    worst = {name: float(np.abs(np.subtract(ours[name], theirs[name])).max()) for name in TOLERANCE}
    return {name: error for name, error in worst.items() if error > TOLERANCE[name]}


@pytest.mark.parametrize("name", CASES)
def test_both_fly_alike(machine, name):
    theirs = fly_jsbsim(machine, *CASES[name])
    ours = fly_plant(*CASES[name])
    assert disagreements(ours, theirs) == {}
    if name != "hover":
        assert max(np.abs(theirs["velocity"]).max(), np.abs(theirs["rates"]).max()) > 0.4  # it did move


def test_another_body_is_caught(machine):
    """The control: one rotor 2 % faster, or the turn the other way round."""
    speeds, rates, seconds = CASES["step"]
    theirs = fly_jsbsim(machine, speeds, rates, seconds)
    assert disagreements(fly_plant([1.02 * speeds[0], *speeds[1:]], rates, seconds), theirs)
    assert disagreements(fly_plant(speeds[::-1], rates, seconds), theirs)
