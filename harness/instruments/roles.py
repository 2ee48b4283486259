"""What each role can do, whatever make fills it: the words that suites are written in.

A make from elsewhere need not import this; it has the methods that its suites call. A method that it lacks makes the
case INVALID.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from harness.instruments.figures import (
    BillFigures,
    Cut,
    Egress,
    Gust,
    Reaction,
    ReleaseFigures,
    SearchFigures,
    Tally,
    VolumeFigures,
)
from harness.instruments.link_roles import LinkObserver, LinkRadio, LinkVehicle
from harness.instruments.story import Story
from harness.instruments.track import Spot, Track
from harness.judgement import Count, Estimate
from harness.storage.image import Image
from harness.vehicle.corrupt import CorruptFrame


class VehicleRole(LinkVehicle, Protocol):
    """The article, as its ground station holds it."""

    def linger(self, duration: float) -> None:
        """Let `duration` seconds pass, connected; on the ground or in the air."""
        ...

    def hovering(self, *, at: float) -> AbstractContextManager[Spot]:
        """Hover `at` m above home while the context lasts; lands on leaving. Yields the commanded point.

        Raises:
            VehicleError: it does not get there, or does not land.
        """
        ...

    def flying(self, *, phase: str, height: float) -> AbstractContextManager[Spot]:
        """Be in a phase of flight (hover, cruise, climb, landing) on entering; lands on leaving. Yields the home point.

        Raises:
            RigError: this make knows no such phase.
            VehicleError: it does not get into the phase, or does not land.
        """
        ...

    def corrupted_orders(self, count: int) -> Sequence[CorruptFrame]:
        """`count` damaged frames of orders whose effect can be seen, from this ground station."""
        ...

    def counting_answers(self) -> AbstractContextManager[Tally]:
        """Count what the article answers to orders while the context lasts."""
        ...

    def assert_obeys(self) -> None:
        """The acceptance twin: the same kind of order, undamaged and rightly signed, is obeyed.

        Raises:
            RigError: it is not, so refusals show nothing.
        """
        ...


class ObserverRole(LinkObserver, Protocol):
    """An independent witness, which impairments never touch."""

    def hears(self) -> bool:
        """Whether the article is heard now."""
        ...

    def wait_reaction(self, *, since: float, within: float) -> Reaction:
        """Wait at most `within` s for the first action after `since` (test clock, s).

        Raises:
            VehicleTimeout: none came, as the observer clearly hears.
            RigError: it hears nothing, or cannot see the declared action begin.
        """
        ...

    def wait_landed(self, *, within: float) -> None:
        """Wait at most `within` s until the article has landed and disarmed.

        Raises:
            VehicleTimeout: it has not.
            RigError: the observer hears nothing.
        """
        ...

    def watching(self) -> AbstractContextManager[Tally]:
        """Count changes of mode and arming while the context lasts.

        Raises:
            RigError: on leaving, when the observer heard nothing.
        """
        ...


class RadioRole(LinkRadio, Protocol):
    """The radio link, as a bench cuts and disturbs it."""

    def cut(self, direction: str, story: Story) -> AbstractContextManager[Cut]:
        """Silence `direction` ("both", "up" to the article, "down" from it) while the context lasts; `story` shows it.

        Raises:
            RigError: on leaving, when a frame got through, or when nothing was offered that could have.
        """
        ...

    def inject(self, frames: Sequence[CorruptFrame], *, rate: float) -> None:
        """Send `frames` towards the article, `rate` a second.

        Raises:
            RigError: not all of them were seen at the far side.
        """
        ...


class WindRole(Protocol):
    """A wind source with its reference anemometer."""

    @property
    def declared_band(self) -> float:
        """The band that an undisturbed hold keeps, as declared, m."""
        ...

    @property
    def declared_recovery(self) -> float:
        """The declared time back inside that band after a gust, s."""
        ...

    def blowing(self, *, fraction: float, azimuth: float, settle: float) -> AbstractContextManager[float]:
        """Blow `fraction` of the declared greatest wind from `azimuth` (deg, clockwise from the nose).

        Yields the commanded speed in m/s, once it has been reached and `settle` seconds have passed.

        Raises:
            RigError: on leaving, when it did not blow.
            VehicleError: on leaving, when the article came down in it.
        """
        ...

    def gusting(self, *, peak_fraction: float, mean: float, duration: float) -> AbstractContextManager[Gust]:
        """Add one 1-cosine gust from `mean` (m/s) up to `peak_fraction` of the declared gust peak.

        Raises:
            RigError: it does not stand clear of the mean; on leaving, when it did not blow.
        """
        ...


class TruthRole(Protocol):
    """Where the article really is, from a source that is not the article."""

    def record(self, *, over: float, around: Spot) -> Track:
        """Let `over` seconds pass and record the truth around a commanded point.

        Raises:
            RigError: the truth stands still or has gaps.
        """
        ...

    def following(self, spot: Spot) -> AbstractContextManager[Story]:
        """Keep a chart of height and distance from `spot` while the context lasts; yields what others tell onto it."""
        ...

    def distance_over_ground(self, spot: Spot) -> Estimate:
        """How far the article is from `spot` over ground, m.

        Raises:
            RigError: the truth stands still.
        """
        ...


class StorageRole(Protocol):
    """The storage medium of the article and what can be read of it."""

    def showing_canaries(self) -> AbstractContextManager[None]:
        """Let the article record what a search can find again, while the context lasts."""
        ...

    def acquire(self) -> Image:
        """Power the article off and read the whole medium.

        Raises:
            RigError: fewer bytes were read than the medium has.
        """
        ...

    def search(self, image: Image) -> SearchFigures:
        """Search the image for mission data.

        Raises:
            RigError: the canaries are not in the image, or a search was given up.
        """
        ...

    def examine(self, image: Image) -> VolumeFigures:
        """Judge how the medium is encrypted.

        Raises:
            RigError: the canaries are not in the image.
        """
        ...

    def search_keys(self, image: Image) -> float:
        """How often key material or the credential is readable on the medium.

        Raises:
            RigError: the canaries are not in the image, or the search does not see a key that is known to be there.
        """
        ...


class NetworkRole(Protocol):
    """The network that the article is on, captured since before power-on."""

    def audit(self) -> Egress:
        """Judge everything that was sent so far against the declared endpoints.

        Raises:
            RigError: the capture is not whole, or the audit does not see a leak that is known to be there.
        """
        ...


class ScannerRole(Protocol):
    """A port scanner on the article's network."""

    def probe(self, *, highest_tcp: int) -> Count:
        """Undeclared open ports of all that were probed: TCP 1 to `highest_tcp`, known TCP and UDP services.

        Raises:
            RigError: a known open port was not found, or the article did not answer at all.
        """
        ...


class FirmwareRole(Protocol):
    """The firmware on the aircraft and the papers that come with it."""

    def read_bill(self) -> BillFigures:
        """Judge the bill of materials of the image on the aircraft.

        Raises:
            RigError: the image could not be read whole.
        """
        ...

    def compare_with_release(self) -> ReleaseFigures:
        """Judge digest, signature and version of the image against the declared release.

        Raises:
            RigError: the image could not be read whole, or the declaration names no release.
            FileError: a file of the release is missing, or no such file.
        """
        ...


if TYPE_CHECKING:
    from harness.instruments.firmware import FirmwareDump
    from harness.instruments.mavlink import MavlinkVehicle, UsbObserver
    from harness.instruments.network import GatewayScanner, GatewayTap
    from harness.instruments.radio import CableRadio
    from harness.instruments.storage import DumpReader
    from harness.instruments.truth import PlantTruth
    from harness.instruments.wind import PlantWind

    # the type checker holds by these that each make of the project fills its role
    _vehicle: type[VehicleRole] = MavlinkVehicle
    _observer: type[ObserverRole] = UsbObserver
    _radio: type[RadioRole] = CableRadio
    _wind: type[WindRole] = PlantWind
    _truth: type[TruthRole] = PlantTruth
    _storage: type[StorageRole] = DumpReader
    _network: type[NetworkRole] = GatewayTap
    _scanner: type[ScannerRole] = GatewayScanner
    _firmware: type[FirmwareRole] = FirmwareDump
