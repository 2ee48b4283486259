"""What each role can do, whatever make fills it: the words that suites are written in.

A make from elsewhere need not import this; it has the methods that its suites call. A method that it lacks makes the
case INVALID.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from harness.instruments.figures import (
    Cut,
    Egress,
    Gust,
    Reaction,
    State,
    Tally,
)
from harness.instruments.flight.command import Turn
from harness.instruments.flight.exposure import Exposure
from harness.instruments.flight.gusts import GustResponses
from harness.instruments.flight.rose import Rose
from harness.instruments.flight.track import Spot, Track
from harness.instruments.roles.access import InterfaceRole, LoginRole, PeerRole, UpdateRole
from harness.instruments.roles.flight import AlarmWitness, FlightTruth, PowerRole, RisingWind, Traveller
from harness.instruments.roles.link import LinkObserver, LinkRadio, LinkVehicle
from harness.instruments.roles.network import NetworkModes
from harness.instruments.roles.radio import AttenuatorRole as AttenuatorRole
from harness.instruments.roles.radio import IntruderRole as IntruderRole
from harness.instruments.roles.radio import JammerRole as JammerRole
from harness.instruments.roles.radio import SpectrumRole as SpectrumRole
from harness.instruments.roles.services import ServicesRole
from harness.instruments.roles.storage import StorageRole as StorageRole
from harness.instruments.roles.supply import DocumentsRole as DocumentsRole
from harness.instruments.roles.supply import FirmwareRole as FirmwareRole
from harness.instruments.roles.supply import IdentifiedVehicle
from harness.instruments.roles.supply import InspectionRole as InspectionRole
from harness.instruments.story import Story
from harness.instruments.vehicle.checklist import Checked, ModeWitness, PlaceWitness, Plan
from harness.judgement import Count, Estimate
from harness.vehicle.corrupt import CorruptFrame


class VehicleRole(Traveller, LinkVehicle, IdentifiedVehicle, Protocol):
    """The article, as its ground station holds it."""

    def linger(self, duration: float) -> None:
        """Let `duration` seconds pass, connected; on the ground or in the air."""
        ...

    def hovering(self, *, at: float, heading: float | None = None) -> AbstractContextManager[Spot]:
        """Hover `at` m above home while the context lasts; lands on leaving. Yields the commanded point.

        With a `heading` (deg, clockwise from north) it is ordered to look there.

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

    def corrupted_orders(self, count: int, *, guaranteed: bool) -> Sequence[CorruptFrame]:
        """`count` damaged frames of orders whose effect can be seen, less those whose checksum is right by chance.

        `guaranteed`: patterns that the checksum always catches, or any others.

        Raises:
            RigError: a pattern that is always caught was not.
        """
        ...

    def read_warning(self, *, since: float) -> float | None:
        """When the station was first warned of its link after `since`, s of the test clock; None if it was not."""
        ...

    def try_to_arm(self, attempts: int) -> Count:
        """Attempts to arm that were accepted."""
        ...

    def tell(self, text: str) -> None:
        """Send a text of at most 50 characters over the link."""
        ...

    def counting_answers(self) -> AbstractContextManager[Tally]:
        """Count what the article answers to orders while the context lasts."""
        ...

    def fly_checklist(self, plan: Plan, witness: PlaceWitness, observer: ModeWitness) -> Checked:
        """Try every function of the safety checklist in one flight; `witness` and `observer` see it."""
        ...

    def assert_obeys(self) -> None:
        """The acceptance twin: the same kind of order, undamaged and rightly signed, is obeyed.

        Raises:
            RigError: it is not, so refusals show nothing.
        """
        ...


class ObserverRole(AlarmWitness, LinkObserver, Protocol):
    """An independent witness, which impairments never touch."""

    def hears(self) -> bool:
        """Whether the article is heard now."""
        ...

    def read_state(self) -> State:
        """What orders change: mode, arming, and the values of parameters that were told.

        Raises:
            RigError: it hears nothing.
        """
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


class WindRole(RisingWind, Protocol):
    """A wind source with its reference anemometer."""

    @property
    def declared_band(self) -> float:
        """The band that an undisturbed hold keeps, as declared, m."""
        ...

    @property
    def declared_recovery(self) -> float:
        """The declared time back inside that band after a gust, s."""
        ...

    def blowing(
        self, *, fraction: float, azimuth: float, settle: float, of: str = "max_wind", landing: bool = False
    ) -> AbstractContextManager[float]:
        """Blow `fraction` of the declared wind `of` from `azimuth` (deg, clockwise from the nose).

        With `landing`, the article lands in it by order.
        Yields the commanded speed in m/s, once it has been reached and `settle` seconds have passed.

        Raises:
            RigError: on leaving, when it did not blow.
            VehicleError: on leaving, when the article came down in it.
        """
        ...

    def turbulent(
        self, *, fraction: float, azimuth: float, height: float, settle: float
    ) -> AbstractContextManager[float]:
        """Blow turbulence of the declared class at `height` (m) on `fraction` of the declared greatest wind.

        Yields the commanded mean speed in m/s, `settle` seconds after it set in.

        Raises:
            RigError: on leaving, when it was not the commanded series.
            VehicleError: on leaving, when the article came down in it.
        """
        ...

    def turn(self, azimuth: float, *, settle: float) -> None:
        """Let the wind that blows come from another azimuth (or turn the article in front of it), and settle."""
        ...

    def swinging(self, *, angle: float, within: float) -> AbstractContextManager[Turn]:
        """Swing the wind that blows by `angle` (deg, clockwise) in `within` s; it stays there.

        Raises:
            RigError: on leaving, when it did not swing.
        """
        ...

    def gusting(self, *, peak_fraction: float, mean: float, duration: float) -> AbstractContextManager[Gust]:
        """Add one 1-cosine gust from `mean` (m/s) up to `peak_fraction` of the declared gust peak.

        Raises:
            RigError: it does not stand clear of the mean; on leaving, when it did not blow.
        """
        ...


class TruthRole(FlightTruth, Protocol):
    """Where the article really is, from a source that is not the article."""

    def record(self, *, over: float, around: Spot, charted: bool = True) -> Track:
        """Let `over` seconds pass and record the truth around a commanded point; charted unless told not to.

        Raises:
            RigError: the truth stands still or has gaps.
        """
        ...

    def record_still(self, *, over: float, around: Spot) -> Track:
        """Record the baseline in still air, and tell its errors in the report."""
        ...

    def show_rose(self, rose: Rose) -> None:
        """Chart the hold error by the wind's azimuth."""
        ...

    def following(self, spot: Spot) -> AbstractContextManager[Story]:
        """Keep a chart of height and distance from `spot` while the context lasts; yields what others tell onto it."""
        ...

    def responses(self) -> AbstractContextManager[GustResponses]:
        """Gather the answers to repetitions of a gust, and chart them over each other on leaving."""
        ...

    def exposure(self, *, low: float, high: float) -> Exposure:
        """A ledger of flights in winds from `low` to `high`, as shares of the declared greatest wind.

        Raises:
            RigError: the declaration states no greatest wind or no containment volume.
        """
        ...

    def distance_over_ground(self, spot: Spot) -> Estimate:
        """How far the article is from `spot` over ground, m.

        Raises:
            RigError: the truth stands still.
        """
        ...


class CrewRole(Protocol):
    """Hands on the parked article."""

    def fit_out(self, *, load: float, forward: float, right: float, degraded: bool) -> None:
        """Bring the parked article to a corner of what its maker declares, as shares of the declared figures.

        Raises:
            RigError: a figure is not declared, the article is not parked, or the scales do not show what was fitted.
        """
        ...

    def swap_battery(self) -> None:
        """Put a full pack into the parked article.

        Raises:
            RigError: the article is not parked, or the rig's gauge does not show a full pack afterwards.
        """
        ...


class GnssRole(Protocol):
    """The satellite signals that the article navigates by: the sky, a simulator, or a tracker that feeds them."""

    def place_at(self, *, latitude: float, longitude: float) -> None:
        """Give the article, which is off, the satellites of that place, deg.

        Raises:
            RigError: the article is powered.
        """
        ...

    def aiding(self) -> AbstractContextManager[None]:
        """Give the article signals to find its place by, while the context lasts.

        Raises:
            RigError: a receiver of the rig heard none.
        """
        ...


class CameraRole(Protocol):
    """Where the camera truly looks."""

    def watching(self) -> AbstractContextManager[None]:
        """Follow its pointing while the context lasts: information beside the verdicts."""
        ...


class NetworkRole(LoginRole, NetworkModes, PeerRole, ServicesRole, UpdateRole, Protocol):
    """The network that the article is on, captured since before power-on."""

    def audit(self) -> Egress:
        """Judge everything that was sent so far against the declared endpoints.

        Raises:
            RigError: the capture is not whole, or the audit does not see a leak that is known to be there.
        """
        ...


class ScannerRole(InterfaceRole, Protocol):
    """A port scanner on the article's network."""

    def probe(self, *, highest_tcp: int) -> Count:
        """Undeclared open ports of all that were probed: TCP 1 to `highest_tcp`, known TCP and UDP services.

        Raises:
            RigError: a known open port was not found, or the article did not answer at all.
        """
        ...


if TYPE_CHECKING:
    from harness.instruments.crew.crew import PlantCrew
    from harness.instruments.gnss.gnss import SimulatedSky
    from harness.instruments.intruder.intruder import SecondRadio
    from harness.instruments.network.bench import NetworkBench
    from harness.instruments.network.file import RecordedNetwork
    from harness.instruments.network.network import GatewayScanner
    from harness.instruments.power.power import PlantMeter
    from harness.instruments.radio.attenuator import StepAttenuator
    from harness.instruments.radio.jammer import ChamberJammer
    from harness.instruments.radio.radio import CableRadio
    from harness.instruments.spectrum.scpi import ScpiSpectrum
    from harness.instruments.storage.bench import StorageBench
    from harness.instruments.supply.documents import MakersPapers
    from harness.instruments.supply.firmware import FirmwareDump
    from harness.instruments.supply.inspection import BenchInspection
    from harness.instruments.truth.camera import NoCamera, PlantCamera
    from harness.instruments.truth.truth import PlantTruth
    from harness.instruments.vehicle.mavlink import MavlinkVehicle, UsbObserver
    from harness.instruments.wind.wind import PlantWind

    # the type checker holds by these that each make of the project fills its role
    _vehicle: type[VehicleRole] = MavlinkVehicle
    _observer: type[ObserverRole] = UsbObserver
    _radio: type[RadioRole] = CableRadio
    _intruder: type[IntruderRole] = SecondRadio
    _attenuator: type[AttenuatorRole] = StepAttenuator
    _jammer: type[JammerRole] = ChamberJammer
    _spectrum: type[SpectrumRole] = ScpiSpectrum
    _wind: type[WindRole] = PlantWind
    _truth: type[TruthRole] = PlantTruth
    _power: type[PowerRole] = PlantMeter
    _storage: type[StorageRole] = StorageBench
    _network: type[NetworkRole] = NetworkBench
    _recorded: type[NetworkRole] = RecordedNetwork
    _scanner: type[ScannerRole] = GatewayScanner
    _firmware: type[FirmwareRole] = FirmwareDump
    _documents: type[DocumentsRole] = MakersPapers
    _inspection: type[InspectionRole] = BenchInspection
    _crew: type[CrewRole] = PlantCrew
    _gnss: type[GnssRole] = SimulatedSky
    _camera: type[CameraRole] = PlantCamera
    _no_camera: type[CameraRole] = NoCamera
