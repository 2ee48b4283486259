"""What a ground crew does to the drone while it stands: load it, degrade it, swap its pack. Loads no kernel.

The autopilot is not told of any of it.
"""

from harness.drone.flight.craft import Craft
from harness.drone.flight.settings import make_settings
from harness.drone.flight.state import Load
from harness.errors import RigError
from harness.plant import layout as lay
from harness.plant.airframe import SENSORS


class Hangar:
    """The drone as its ground crew has it in hands; whoever flies is left alone."""

    def __init__(self, craft: Craft) -> None:
        self._craft = craft
        self._pack = 0

    def refit(self, load: Load) -> None:
        """Load and degrade the drone.

        Raises:
            RigError: it is not parked, or it weighs more than that without any load.
            UsageError: a figure is beyond what can be flown.
        """
        self._assert_parked()
        empty = self._craft.config.mass
        if load.mass < empty:
            raise RigError(f"the drone weighs {empty:g} kg empty: it cannot be brought to {load.mass:g} kg")
        # the added mass goes to the middle of the airframe and pulls the centre back there
        share = load.mass / empty
        self._craft.configure(
            {
                "added_mass": load.mass - empty,
                "centre": tuple(share * part for part in load.centre),
                "gnss_noise": load.gnss_noise,
                "motor_thrust": load.motor_thrust,
            }
        )

    def read_load(self) -> Load:
        """How it really is loaded and degraded."""
        p = self._craft.parameters
        forward, right, down = (-p[lay.CENTRE : lay.CENTRE + 3]).tolist()
        health = p[lay.MOTOR_HEALTH : lay.MOTOR_HEALTH + 4]
        return Load(
            mass=float(p[lay.MASS]),
            centre=(forward, right, down),
            gnss_noise=float(p[lay.GPS_NOISE] / SENSORS[lay.GPS_NOISE]),
            motor_thrust=tuple((health * health).tolist()),
        )

    def swap_pack(self) -> None:
        """Put the next of its three packs in, full; ground power keeps the avionics on meanwhile.

        Raises:
            RigError: it is not parked.
        """
        self._assert_parked()
        self._pack += 1
        config, s, p = self._craft.config, self._craft.state, self._craft.parameters
        s[lay.CHARGE] = s[lay.ENERGY] = s[lay.SAG] = 0.0
        packs = config.pack_resistance
        p[lay.RESISTANCE] = make_settings(config)[lay.RESISTANCE] / packs[0] * packs[self._pack % len(packs)]

    def _assert_parked(self) -> None:
        if self._craft.armed or self._craft.flying:
            raise RigError("the drone is armed or in the air: a ground crew keeps off until it is parked")
