"""One unit whose storage is judged: switched on and off, cut off, asked, made to record, and read out."""

from dataclasses import dataclass
from functools import cached_property

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import MaterialError, NotOffered, VehicleError
from harness.instruments.context import Context
from harness.instruments.storage.storage import MOST_KEPT, acquire_from
from harness.storage.image.image import Image
from harness.storage.views import opened
from harness.storage.volumes.luks import find_volumes
from harness.storage.volumes.volume import PassphraseRefused, Volume, open_volume
from harness.targets.base import Maintenance, MediumSocket, TargetWorld
from harness.timing import run_for
from harness.vehicle.codec import Identity
from harness.vehicle.vehicle import Vehicle

MAIN = 0
BOOT_TIME, SETTLING = 6.0, 1.5
SEVERE = 3  # MAV_SEVERITY_ERROR; a lower number is worse
UNPLANTED = "unplanted"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What a unit recorded: the image of its main medium, and the opened volume (None without one)."""

    image: Image
    volume: Volume | None

    @cached_property
    def plaintext(self) -> bytes:
        """All that the volume holds, without one the whole medium.

        Raises:
            MaterialError: that is more than 1 GiB.
        """
        return self.image.data if self.volume is None else opened(self.image.name, (self.volume,)).data

    @property
    def sealed(self) -> bytes:
        """The encrypted area; without a volume the whole medium."""
        if self.volume is None:
            return self.image.data
        return self.image.data[self.volume.payload.offset : self.volume.payload.end]


class Unit:
    """One unit in its world.

    Attributes:
        world: its world.
        canary: the text that it is made to record.
    """

    def __init__(self, world: TargetWorld, context: Context, canary: str, *, foreign: str = "") -> None:
        """`foreign` is what another unit was made to record: on this one's medium it shows that it is the other one."""
        self.world, self.canary, self._context, self._foreign = world, canary, context, foreign
        self._links = 1

    @property
    def maintenance(self) -> Maintenance:
        """The operator's procedures.

        Raises:
            NotOffered: the target has none.
        """
        return self._context.need(self._context.sockets.maintenance, "procedures of the maker's manual")

    @property
    def media(self) -> tuple[MediumSocket, ...]:
        """All media of the system, the main one first.

        Raises:
            NotOffered: the target tells of none.
        """
        if not self._context.sockets.media:
            raise NotOffered("this target offers no media one by one: put another make into the role")
        return tuple(self._context.sockets.media)

    def medium(self, name: str) -> MediumSocket:
        """The medium of that name.

        Raises:
            RigError: the target tells of none.
        """
        for medium in self.media:
            if medium.name == name:
                return medium
        raise NotOffered(
            f"this rig reads no medium {name!r}: name it under [roles.storage.settings], or use another rig"
        )

    @property
    def credential(self) -> str:
        """The passphrase of the storage, as the maker disclosed it."""
        return self._context.need(self._context.sockets.credential, "credential of the storage")()

    def connect(self, *, radio: bool = False) -> Vehicle:
        """Boot if need be, plug into the local port or the paired radio, and wait for a heartbeat."""
        self.world.power_on()
        cable = self.world.lay_cable(radio=radio)
        key = self._context.sockets.radio_key if radio else None
        identity = Identity(key=key, link=self.next_link(), epoch=self._context.epoch)
        vehicle = Vehicle(cable.ground, self.world, identity)
        vehicle.connect()
        return vehicle

    def next_link(self) -> int:
        """A link id of signatures that no other link of this bench has."""
        self._links += 1
        return self._links

    def take_photo(self, vehicle: Vehicle) -> None:
        """Photograph the canary.

        Raises:
            VehicleError: the camera refuses.
        """
        if self._context.fault != UNPLANTED:
            self._context.need(self._context.sockets.scene, "scene in front of the camera")(self.canary)
        order, camera = mavlink.MAV_CMD_IMAGE_START_CAPTURE, mavlink.MAV_COMP_ID_CAMERA
        system = vehicle.telemetry.system
        vehicle.send(mavlink.MAVLink_command_long_message(system, camera, order, 0, 0, 0, 1, 0, 0, 0, 0))
        taken = vehicle.telemetry.wait_message("CAMERA_IMAGE_CAPTURED", 5.0)
        if taken.capture_result != 1:
            raise VehicleError("the camera could not store a photo")

    def photograph(self, vehicle: Vehicle) -> None:
        """Log in where a code is asked for, and photograph the canary.

        Raises:
            VehicleError: the camera refuses.
            RigError: likewise, on a bench: a login by hand may have been none.
        """
        if self._context.sockets.maintenance is not None:
            self.log_in()
        try:
            self.take_photo(vehicle)
        except VehicleError as error:
            if self._context.real:
                self._context.check("photo.stored", False, f"{error}, after a login by hand: log in, and test again")
            raise

    def log_in(self) -> bool:
        """Open the storage with the operator's code; whether that is possible. The first boot needs none."""
        code = self.maintenance.read_code()
        return not code or self.maintenance.log_in(code) == "opened"

    def read_alarms(self, vehicle: Vehicle) -> frozenset[str]:
        """What the unit reports as an error or worse, some seconds after boot."""
        run_for(self.world, BOOT_TIME)
        return frozenset(text.text for text in vehicle.telemetry.texts if text.severity <= SEVERE)

    def record(self) -> Recording:
        """Photograph the canary, switch off in order, and recover it from the image by the authorised route.

        Raises:
            RigError: the image is short or does not hold the canary, or is too large to be compared.
        """
        self._assert_comparable()
        vehicle = self.connect()
        self.photograph(vehicle)
        run_for(self.world, SETTLING)
        self.world.power_off()
        return self.prove()

    def _assert_comparable(self) -> None:
        size = self.media[MAIN].size
        if size > MOST_KEPT:
            raise NotOffered(
                f"images of {size} bytes are not kept beside each other, the most is {MOST_KEPT}: name the partition "
                "with the recordings as the first medium"
            )

    def prove(self) -> Recording:
        """Recover the canary from the main medium by the authorised route."""
        recording = self.open()
        found = self.canary.encode() in recording.plaintext
        detail = "the canary was recovered by the authorised route" if found else "not recovered: the canary"
        self._context.check("canary.recovered", found, detail)
        self._prove_other(recording)
        return recording

    def _prove_other(self, recording: Recording) -> None:
        if self._foreign:
            same = self._foreign.encode() in recording.plaintext
            detail = "holds what another unit recorded" if same else "holds nothing that another unit recorded"
            self._context.check("unit.another", not same, f"the medium of this unit {detail}", kind="negative")

    def open(self) -> Recording:
        """The main medium, opened by the authorised route.

        Raises:
            RigError: the route fails.
        """
        try:
            return self.open_quietly()
        except MaterialError as error:
            self._context.check("canary.recovered", False, f"the authorised route failed: {error}")
            raise

    def open_quietly(self) -> Recording:
        """As ``open``, where a failure is the article's.

        Raises:
            MaterialError: the volume does not open, or cannot be read.
        """
        image = self.read(self.media[MAIN])
        return Recording(image=image, volume=open_volume_of(image, self.credential))

    def read(self, medium: MediumSocket) -> Image:
        """A whole medium of the unit, which is switched off.

        Raises:
            RigError: fewer bytes were read than it has.
        """
        image = acquire_from(medium.read, medium.name, self._context.fault)
        if image.bytes_read != medium.size:
            detail = f"{image.bytes_read} of {medium.size} bytes of {medium.name} were read"
            self._context.check("medium.complete", False, detail)
        return image


def open_volume_of(image: Image, secret: str) -> Volume | None:
    """The volume of the image that `secret` opens; None where there is no volume, or nothing asks for a secret.

    Raises:
        MaterialError: none opens, or one cannot be read.
    """
    refusals: list[MaterialError] = []
    for header in find_volumes(image) if secret else ():
        try:
            return open_volume(image, header.offset, secret)
        except PassphraseRefused as refusal:
            # a copy of an older header may lie before the one in use
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    return None
