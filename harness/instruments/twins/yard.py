"""Where the crew of the twins loads the drone, puts packs in, and reads scales and gauges out."""

from dataclasses import replace

from harness.drone.flight.state import Load
from harness.instruments.twins.hall import Hall

GAUGES = ("mass", "forward", "right", "noise", "thrust", "charge")
NOISE = 2.0  # the degradation that the article declares


class Yard:
    """What is done to the drone of a hall while it is off; it flies so from its next boot on."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def fit(self, mass: float, forward: float, right: float) -> None:
        """Bring it to that mass (kg), its centre so far (mm) from the middle of the airframe."""
        self._hall.load = replace(self._hall.load, mass=mass, centre=(forward / 1000.0, right / 1000.0, 0.0))

    def degrade(self) -> None:
        """Put the declared degradation in."""
        self._hall.load = replace(self._hall.load, gnss_noise=NOISE)

    def unload(self) -> None:
        """Take all of that off again."""
        self._hall.load = self._hall.empty

    def swap(self) -> None:
        """Put a full pack in."""
        self._hall.charge = 1.0

    def read(self, name: str) -> str:
        """What a gauge shows, in the unit that it is asked for."""
        load: Load = self._hall.load
        shown = {
            "mass": load.mass,
            "forward": 1000.0 * load.centre[0],
            "right": 1000.0 * load.centre[1],
            "noise": load.gnss_noise,
            "thrust": 100.0 * min(load.motor_thrust),
            "charge": 100.0 * self._hall.read_charge(),
        }
        return f"{shown[name]:.3f}"
