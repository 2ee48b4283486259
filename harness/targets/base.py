"""What every target offers: an identity, a fresh world per case, and the sockets that instruments plug into."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from harness.drone.flight.state import Battery, Load, Truth
from harness.link.ethernet import Wire
from harness.link.signal import Signal
from harness.link.virtual import VirtualCable
from harness.plant.weather import LogLaw, PowerLaw, Turbulence, Wind
from harness.targets.companion import Companion
from harness.timing import World
from harness.vehicle.dialect import Dialect
from harness.vehicle.dialects.ardupilot import ARDUPILOT

# s; of a port that tells changes of mode unasked
TELLING = 0.1


def at_once() -> float:
    """How soon such a port tells them, s."""
    return TELLING


class Air(Protocol):
    """The air around an aircraft, as a wind source moves it."""

    def set_wind(self, north: float, east: float, up: float = 0.0) -> None:
        """Blow steadily *to* that direction, m/s."""
        ...

    def add_gust(self, *, start: float, duration: float, north: float, east: float, up: float = 0.0) -> None:
        """Add a 1-cosine gust of that amplitude (m/s) to the steady wind."""
        ...

    def add_operating_gust(self, *, start: float, duration: float, north: float, east: float) -> None:
        """Add an operating gust of IEC 61400-1, whose peak is 0.74 of that amplitude (m/s)."""
        ...

    def set_direction_change(self, *, start: float, duration: float, angle: float) -> None:
        """Turn the mean wind by `angle` (rad, clockwise) within that time, and leave it so."""
        ...

    def set_swing(self, amplitude: float, period: float) -> None:
        """Let the mean wind's direction swing by `amplitude` (rad) to both sides in `period` s; 0 ends it."""
        ...

    def set_profile(self, profile: PowerLaw | LogLaw | None) -> None:
        """Let the steady wind follow the height above ground; None: it is the same everywhere."""
        ...

    def set_shear(self, north: float, east: float, *, reference: float = 10.0) -> None:
        """Let the wind gain that (m/s for each metre) with height; at `reference` (m) it gains nothing."""
        ...

    def set_turbulence(self, turbulence: Turbulence | None) -> None:
        """Start turbulence now, with a seed of its own; None ends it."""
        ...

    def read_wind(self) -> Wind:
        """The true air at the aircraft now: mean, gusts and turbulence apart, and in total."""
        ...


class Crew(Protocol):
    """Hands on the parked article: ballast, degradations, packs; and scales that do not take their word."""

    def refit(self, load: Load) -> None:
        """Load and degrade the article so.

        Raises:
            RigError: it is not parked, or cannot be brought to that.
        """
        ...

    def weigh(self) -> Load:
        """How it really is loaded and degraded."""
        ...

    def swap_battery(self) -> None:
        """Put the next pack in, full.

        Raises:
            RigError: it is not parked.
        """
        ...

    def read_charge(self) -> float:
        """Share of its charge that the pack in the article holds, 0 to 1, by a gauge of the rig."""
        ...


class Sky(Protocol):
    """The satellite signals around the article."""

    def set_place(self, latitude: float, longitude: float) -> None:
        """Give the signals of another place (deg) to the article, which is off.

        Raises:
            RigError: it is powered.
        """
        ...

    def set_dark(self, dark: bool) -> None:
        """Take the signals away, or give them back."""
        ...

    def is_dark(self) -> bool:
        """Whether a reference receiver beside the article hears nothing."""
        ...


# gives the bytes, or where a storage reader shows them as a file or a block device
ReadMedium = Callable[[], bytes | Path]


@dataclass(frozen=True, kw_only=True)
class MediumSocket:
    """One non-volatile medium of the powered-off article, as its declaration names it.

    Attributes:
        name: of the medium.
        size: as the maker states it, bytes.
        read: reads all of it, or says where it can be read.
        write: writes an image of the same size back.
    """

    name: str
    size: int
    read: ReadMedium
    write: Callable[[bytes], None]


class Card(Protocol):
    """What a program leaves in its folder."""

    def insert(self) -> None:
        """Keep it from now on."""
        ...

    def read(self) -> Mapping[str, bytes]:
        """Contents by name, of the program that ended last.

        Raises:
            RigError: none has ended.
        """
        ...


class Maintenance(Protocol):
    """What the maker's manual lets an authorised operator do with the stored data of the powered article."""

    def read_code(self) -> str:
        """What the operator logs in with, as it was handed over; empty while nothing asks for one."""
        ...

    def log_in(self, code: str) -> str:
        """Open the storage: "opened", "refused", or "not evaluated" by an article that slows guesses down."""
        ...

    def retained_secrets(self, code: str) -> Sequence[str]:
        """What could still open a volume for somebody who has the code and the whole article."""
        ...

    def set_encryption(self, on: bool) -> None:
        """Switch encryption of recordings on or off, which starts the storage anew."""
        ...

    def erase(self) -> None:
        """Sanitise as the manual says; the next boot provisions the article anew."""
        ...


class Updates(Protocol):
    """Updates of the article, as its operator and a programmer at its chips have them."""

    def read_offer(self) -> str:
        """Version that the powered article offers to its operator, empty for none."""
        ...

    def consent(self) -> None:
        """Ask the powered article to install what it offers.

        Raises:
            RigError: it has no power, or cannot be asked.
        """
        ...

    def read_running(self) -> bytes:
        """The image that the powered article runs, dumped.

        Raises:
            RigError: it has no power.
        """
        ...

    def read_slots(self) -> Sequence[bytes]:
        """The images that its boot loader may start, dumped."""
        ...

    def program(self, package: bytes) -> None:
        """Put an image and what is signed of it where they start next, past every check of the running article."""
        ...

    def restore(self) -> None:
        """Put the unit back as the factory leaves it, or another unit in its place."""
        ...


class LayCable(Protocol):
    """Lays one more link to the powered article."""

    def __call__(self, *, radio: bool) -> VirtualCable:
        """Lay it: a radio that wants signatures, or a trusted local port."""
        ...


@dataclass(frozen=True, kw_only=True)
class Sockets:
    """Where instruments plug in; None where a target has no such thing.

    Attributes:
        dialect: the words of the autopilot, for whoever talks to it.
        air: the air, for a wind source.
        truth: reads the true state, for the truth role and the reference anemometer.
        pack: reads the battery at its terminals, for a power meter.
        load: draws that energy (Wh) from the battery of the disarmed article, as a bench load does.
        radio: the radio link to the article; its ground end is the ground station's, its air end the modem's that
            belongs to the article. What is put on it goes through the modem.
        signal: the level that is received over that link, for an attenuator.
        set_satellites: lets the article receive satellites, or not.
        hears_satellites: whether a receiver of the bench beside it does.
        airwave: the same link behind that modem, as it goes through the air.
        radio_key: 32-byte MAVLink 2 signing key of the paired ground station.
        usb: the trusted local link, for the observer.
        telling: longest time between a change of mode and the message on that link that tells it, s.
        lay_cable: one more link to the powered article, until its power goes: a radio that wants signatures, or a
            trusted local port, which somebody must touch the article to use.
        has_local_port: whether such a trusted local port can be laid.
        wire: the article's network interface.
        trust: installs the certificate authority (PEM) that the article shall trust on this bench.
        medium: reads the whole storage medium of the powered-off article, or says where it can be read.
        medium_size: its size as the maker states it, bytes.
        credential: the passphrase of the storage, disclosed by the maker for the bench.
        media: every non-volatile medium of the system, that one first.
        card: the files of an article that is a program, in place of a medium.
        maintenance: the operator's procedures for stored data.
        scene: puts a text in front of the camera.
        firmware: dumps the firmware image on the aircraft.
        firmware_size: size of that image, bytes.
        bill: the bill of materials that the maker publishes with the image.
        papers: the maker's paper of that name; raises VehicleError when none of that name comes with the article.
        identifiers: kind and value of what the fitted parts tell on their buses and plates, for whoever opens it.
        version: the version that the article reports.
        updates: how it is updated.
        label: what is printed on the unit: serial, model, address of its network card.
        secrets: its credentials and host keys by name, as the maker discloses them for the bench.
        crew: hands on the parked article.
        sky: the satellite signals around it.
        companion: the operator's and the bench's hands on its companion computer.
        pointing: where the camera truly looks: roll, pitch and yaw against level and north, rad.
        one_clock: whether the Unix time that the article tells is the test clock by construction.
        clock_lag: by how much the test clock may be behind when it is read, s.
        air_slack: by which share air that changes may fall short of what it was told, although it follows.
    """

    dialect: Dialect = ARDUPILOT
    air: Air | None = None
    truth: Callable[[], Truth] | None = None
    pack: Callable[[], Battery] | None = None
    load: Callable[[float], None] | None = None
    radio: VirtualCable | None = None
    signal: Signal | None = None
    set_satellites: Callable[[bool], None] | None = None
    hears_satellites: Callable[[], bool] | None = None
    airwave: VirtualCable | None = None
    radio_key: bytes | None = None
    usb: VirtualCable | None = None
    telling: Callable[[], float] = at_once
    lay_cable: LayCable | None = None
    has_local_port: bool = False
    wire: Wire | None = None
    trust: Callable[[str], None] | None = None
    medium: ReadMedium | None = None
    medium_size: int = 0
    media: Sequence[MediumSocket] = ()
    card: Card | None = None
    maintenance: Maintenance | None = None
    credential: Callable[[], str] | None = None
    scene: Callable[[str], None] | None = None
    firmware: Callable[[], bytes] | None = None
    firmware_size: int = 0
    bill: Callable[[], bytes] | None = None
    papers: Callable[[str], bytes] | None = None
    identifiers: Callable[[], Sequence[tuple[str, str]]] | None = None
    version: Callable[[], str] | None = None
    updates: Updates | None = None
    label: Callable[[], Mapping[str, str]] | None = None
    secrets: Callable[[], Mapping[str, bytes]] | None = None
    crew: Crew | None = None
    sky: Sky | None = None
    companion: Companion | None = None
    pointing: Callable[[], tuple[float, float, float]] | None = None
    one_clock: bool = False
    clock_lag: float = 0.0
    air_slack: float = 0.0


class TargetWorld(World, Protocol):
    """The world of one case: the article in it, not yet powered."""

    @property
    def sockets(self) -> Sockets:
        """What instruments can plug into."""
        ...

    def power_on(self) -> None:
        """Give the article power."""
        ...

    def power_off(self) -> None:
        """Shut the article down in the orderly way."""
        ...

    def power_cut(self) -> None:
        """Take the power away at once: what was not written is gone, and what was under way may be."""
        ...

    def lay_cable(self, *, radio: bool) -> VirtualCable:
        """One more link to the powered article, until its power goes: a paired radio, or a local port.

        Raises:
            RigError: the article has no power.
        """
        ...

    def another(self) -> "TargetWorld":
        """A second unit of the same design, fresh from the factory and switched off, in a world of its own.

        Raises:
            RigError: there is only one.
        """
        ...


class Target(Protocol):
    """An article that can be brought up again and again."""

    kind: str
    simulated: bool

    def identity(self) -> Mapping[str, Any]:
        """What it is: serials, firmware hash and how each was obtained; JSON-able."""
        ...

    def new_world(self, seed: int) -> TargetWorld:
        """A fresh boot in a fresh world; `seed` drives its reproducible noise."""
        ...

    def close(self) -> None:
        """Stop everything that was started."""
        ...
