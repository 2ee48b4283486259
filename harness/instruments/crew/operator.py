"""The crew role on a bench: an operator loads the parked article, puts packs in, and reads scales and gauge out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from harness.drone.flight.state import Load
from harness.instruments.attendant import Attendant
from harness.instruments.context import Context
from harness.instruments.crew.crew import PlantCrew

KEY_LOAD, KEY_DEGRADE, KEY_UNLOAD, KEY_PACK = "crew.load", "crew.degrade", "crew.unload", "crew.pack"
KEY_MASS, KEY_FORWARD, KEY_RIGHT = "crew.mass", "crew.forward", "crew.right"
KEY_NOISE, KEY_THRUST, KEY_CHARGE = "crew.noise", "crew.thrust", "crew.charge"


class Hands:
    """Implements :class:`harness.targets.base.Crew` by a person; the article is off meanwhile.

    Attributes:
        loaded: whether something was fitted that must come off again.
    """

    def __init__(self, context: Context) -> None:
        """Ask nothing yet.

        Raises:
            FileError: the answer file is none.
        """
        self._attendant, self._declared = Attendant(context), context.declaration.envelope.degradation
        self._degraded = self.loaded = False

    def refit(self, load: Load) -> None:
        """Have the article loaded, and degraded as declared.

        Raises:
            RigError: the operator does not answer, or did not do it.
        """
        forward, right = (1000.0 * part for part in load.centre[:2])
        self.loaded = True
        centre = f"its centre of mass {forward:+.1f} mm forward and {right:+.1f} mm right of the middle of the airframe"
        self._attendant.confirm(KEY_LOAD, f"bring the article to {load.mass:.3f} kg, {centre}")
        self._degraded = load.gnss_noise != 1.0 or min(load.motor_thrust) < 1.0
        if self._degraded:
            self._attendant.confirm(KEY_DEGRADE, f"put the declared degradation in: {self._declared}")

    def weigh(self) -> Load:
        """What the operator reads of the scales, and measures of the degradation while one is in.

        Raises:
            RigError: the operator does not answer, or not in numbers.
        """
        read = self._attendant.read_number
        mass = read(KEY_MASS, "weigh the article as it flies, and read the scales", "kg")
        forward = read(KEY_FORWARD, "find its centre of mass: forward of the middle of the airframe", "mm")
        right = read(KEY_RIGHT, "find its centre of mass: right of the middle of the airframe", "mm")
        load = Load(mass=mass, centre=(forward / 1000.0, right / 1000.0, 0.0))
        if not self._degraded:
            return load
        noise = read(KEY_NOISE, "measure how many times noisier its GNSS positions are than a healthy one's", "x")
        thrust = read(KEY_THRUST, "measure the thrust of its first motor, as a share of a healthy one's", "%")
        return replace(load, gnss_noise=noise, motor_thrust=(thrust / 100.0, 1.0, 1.0, 1.0))

    def swap_battery(self) -> None:
        """Have the next pack put in.

        Raises:
            RigError: the operator does not answer, or did not do it.
        """
        self._attendant.confirm(KEY_PACK, "put a full pack into the article")

    def read_charge(self) -> float:
        """Share of its charge, as the operator reads it of a gauge.

        Raises:
            RigError: the operator does not answer, or not in numbers.
        """
        return (
            self._attendant.read_number(KEY_CHARGE, "read the charge of the pack in the article of a gauge", "%")
            / 100.0
        )

    def unload(self) -> None:
        """Have everything taken off again.

        Raises:
            RigError: the operator does not answer, or did not do it.
        """
        if self.loaded:
            self.loaded = self._degraded = False
            self._attendant.confirm(KEY_UNLOAD, "take ballast and degradation off the article again")


class OperatorCrew(PlantCrew):
    """Hands of an operator, and scales that they read.

    Who reports what they did not do is found out by the scales, unless they also report what they did not read.
    """

    def __init__(self, context: Context) -> None:
        """Ask nothing yet.

        Raises:
            FileError: the answer file is none.
        """
        self._operator = Hands(context)
        super().__init__(replace(context, sockets=replace(context.sockets, crew=self._operator)))

    def identify(self) -> str:
        """Who it is."""
        return "an operator with scales and a gauge"

    def fit_out(self, *, load: float, forward: float, right: float, degraded: bool) -> None:
        """Switch the parked article off, have it fitted out and weighed, and switch it on again."""
        with self._off():
            super().fit_out(load=load, forward=forward, right=right, degraded=degraded)

    def swap_battery(self) -> None:
        """Switch the parked article off, have the pack exchanged, and switch it on again."""
        with self._off():
            super().swap_battery()

    def close(self) -> None:
        """Have the article left as it was found.

        Raises:
            RigError: the operator does not answer, or did not do it.
        """
        self._operator.unload()

    @contextmanager
    def _off(self) -> Iterator[None]:
        self._context.world.power_off()
        yield
        self._context.world.power_on()
