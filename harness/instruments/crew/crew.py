"""The crew role: hands on the parked article for ballast, degradations and packs, and scales that check them.

The unit is a fresh one for each case, so nothing is put back here; the crew of a bench takes its ballast off again.
"""

from harness.drone.flight.state import Load
from harness.errors import RigError
from harness.instruments.context import Context

EMPTY_HANDED, FORGETFUL = "empty-handed", "forgetful"
MASS_TOLERANCE = 0.01
CENTRE_TOLERANCE = 0.001  # m
NOISE_TOLERANCE = 0.05
THRUST_TOLERANCE = 0.02
FULL = 0.98


class PlantCrew:
    """Hands on a simulated article. Faults: ``empty-handed`` fits nothing, ``forgetful`` swaps no battery."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._hands = context.need(context.sockets.crew, "ground crew")

    def fit_out(self, *, load: float, forward: float, right: float, degraded: bool) -> None:
        """Bring the parked article to a corner of what its maker declares.

        Args:
            load: 0 as it is, 1 for the declared greatest mass.
            forward: place of the centre of mass, in the declared greatest offset, -1 to 1.
            right: likewise.
            degraded: whether the one declared degradation is put in.

        Raises:
            RigError: a figure is not declared, the article is not parked, or the scales do not show what was fitted.
        """
        before, envelope = self._hands.weigh(), self._context.declaration.envelope
        claim = self._context.claim
        offset = claim(envelope.cg_offset_max, "envelope.cg_offset_max")
        heaviest = claim(envelope.mass_max, "envelope.mass_max")
        noise, thrust = self._degradation() if degraded else (1.0, 1.0)
        wanted = Load(
            mass=before.mass + load * (heaviest - before.mass),
            centre=(forward * offset, right * offset, 0.0),
            gnss_noise=noise,
            motor_thrust=(thrust, *before.motor_thrust[1:]),
        )
        if self._context.fault != EMPTY_HANDED:
            self._hands.refit(wanted)
        self._prove_load(wanted)

    def _degradation(self) -> tuple[float, float]:
        """Factor on the receiver's noise, and share of thrust that the first motor is left with."""
        envelope = self._context.declaration.envelope
        noise, thrust = envelope.degraded_gnss_noise, envelope.degraded_motor_thrust
        if (noise is None) == (thrust is None):
            raise RigError(
                f"the declared degradation is {envelope.degradation or 'not stated'!r}: state in one "
                "number what it is, as envelope.degraded_gnss_noise or envelope.degraded_motor_thrust"
            )
        return (noise or 1.0), (1.0 if thrust is None else thrust / 100.0)

    def _prove_load(self, wanted: Load) -> None:
        found = self._hands.weigh()
        off = max(abs(a - b) for a, b in zip(found.centre, wanted.centre, strict=True))
        thrusts = zip(found.motor_thrust, wanted.motor_thrust, strict=True)
        ok = (
            abs(found.mass - wanted.mass) <= MASS_TOLERANCE * wanted.mass
            and off <= CENTRE_TOLERANCE
            and abs(found.gnss_noise - wanted.gnss_noise) <= NOISE_TOLERANCE * wanted.gnss_noise
            and all(abs(a - b) <= THRUST_TOLERANCE for a, b in thrusts)
        )
        self._context.check("load.weighed", ok, f"wanted {_words(wanted)}; found {_words(found)}")

    def swap_battery(self) -> None:
        """Put a full pack into the parked article.

        Raises:
            RigError: the article is not parked, or the rig's gauge does not show a full pack afterwards.
        """
        before = self._hands.read_charge()
        if self._context.fault != FORGETFUL:
            self._hands.swap_battery()
        after = self._hands.read_charge()
        self._context.check("battery.fresh", after >= FULL, f"{before:.0%} before the swap, {after:.0%} after")


def _words(load: Load) -> str:
    forward, right, _ = load.centre
    weakest = min(load.motor_thrust)
    return (
        f"{load.mass:.2f} kg, centre {forward * 1000:+.0f} mm forward and {right * 1000:+.0f} mm right, "
        f"GNSS noise x {load.gnss_noise:.2f}, weakest motor {weakest:.0%}"
    )
