"""The storage role: shows canaries to the article, reads its medium when the power is off, and searches the dump."""

import gzip
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from harness.errors import MaterialError
from harness.instruments.chart import Chart
from harness.instruments.context import Context
from harness.instruments.figures import SearchFigures, VolumeFigures
from harness.instruments.settings import DumpSettings
from harness.storage.image.blocks import repeated_blocks
from harness.storage.image.image import Image, acquire
from harness.storage.image.measures import repeats_in
from harness.storage.report import ScanReport
from harness.storage.scan import recover_opened, scan
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary
from harness.storage.search.keysearch import Secret
from harness.storage.views import part_of, planted_in
from harness.storage.volumes.luks import find_volumes
from harness.storage.volumes.policy import judge_volume
from harness.storage.volumes.volume import PassphraseRefused, Volume, open_volume
from harness.targets.base import ReadMedium

UNPLANTED, SHORT, BLIND = "unplanted", "short", "blind"
MOST_MARKS = 12
# bytes: a larger image is too much for a record, and for memory
MOST_KEPT = 256 << 20
NO_SCENE = "test field"
TEXT, PLACE = "scene text", "place of the flight"
PLANTED_OFFSET, PLANTED_BYTES = 0x12345, 32


class DumpReader:
    """Reads a medium as a dump.

    Faults: ``unplanted`` shows no canary, ``short`` reads half of the medium, ``blind`` does not plant the key that
    the bench itself puts into a copy.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        place = DumpSettings(**context.settings)
        self._canaries = CanarySet(
            texts=(TextCanary.random(TEXT),),
            coordinates=(CoordinateCanary(name=PLACE, latitude=place.latitude, longitude=place.longitude),),
        )

    @contextmanager
    def showing_canaries(self) -> Iterator[None]:
        """Keep the text canary in front of the camera; the place of the flight is the other canary."""
        show = self._context.need(self._context.sockets.scene, "scene in front of the camera")
        if self._context.fault != UNPLANTED:
            show(self._canaries.texts[0].text)
        try:
            yield
        finally:
            show(NO_SCENE)

    def acquire(self) -> Image:
        """Power the article off and read the whole medium.

        Raises:
            RigError: fewer bytes were read than the medium has.
        """
        self._context.world.power_off()
        read = self._context.need(self._context.sockets.medium, "storage medium")
        image = acquire_from(read, "companion medium", self._context.fault)
        size = self._context.sockets.medium_size
        detail = f"{image.bytes_read} of {size} bytes were read, SHA-256 {image.sha256}"
        self._context.check("medium.complete", image.bytes_read == size, detail)
        self._keep(image)
        return image

    def _keep(self, image: Image) -> None:
        if image.size > MOST_KEPT:
            self._context.log.note(f"the image of {image.size} bytes is not in the record: SHA-256 {image.sha256}")
            return
        packed = gzip.compress(image.data, compresslevel=1, mtime=0)
        self._context.log.exhibit("medium image (gzip)", "application/octet-stream", packed, "image")

    def search(self, image: Image) -> SearchFigures:
        """Search the image for mission data, after proving that the same image holds it for who has the credential.

        Raises:
            RigError: the canaries are not in the image, or a search was given up.
        """
        self._prove_recoverable(image)
        report = self._scan(image)
        return SearchFigures(
            canary_hits=report.count("canary"),
            signature_hits=report.count("signature"),
            coordinate_hits=report.count("coordinate"),
            scanned_fraction=report.coverage,
        )

    def examine(self, image: Image) -> VolumeFigures:
        """Judge how the medium is encrypted; what is not encrypted at all has no approved parameter.

        Raises:
            RigError: the canaries are not in the image.
        """
        volumes = self._prove_recoverable(image)
        self._scan(image)
        findings = [
            finding for volume in volumes for finding in judge_volume(volume.header, master_key=volume.master_key)
        ]
        for finding in findings:
            self._context.log.note(f"{finding.kind}: {finding.detail}")
        if not volumes:
            self._context.log.note("no encrypted volume on the medium")
        sizes = [slot.key_size * 8 for volume in volumes for slot in volume.header.keyslots]
        return VolumeFigures(
            unapproved_parameters=len(findings) + (not volumes),
            key_bits=min(sizes, default=0),
            # what lies beside a volume in the clear repeats too, and is another requirement's matter
            repeated_blocks=sum(_repeats(image, volume) for volume in volumes),
        )

    def search_keys(self, image: Image) -> float:
        """How often key material or the credential is readable on the medium, and volumes that ask for none.

        Raises:
            RigError: the canaries are not in the image, or a key that the bench planted in a copy was not found.
        """
        volumes = self._prove_recoverable(image)
        known = self._secrets(volumes)
        self._prove_sight(image, known)
        return self._scan(image, known).count("key") + sum(_opens_to_anybody(image, volume) for volume in volumes)

    def _prove_recoverable(self, image: Image) -> tuple[Volume, ...]:
        """Open every volume of the image and find the canaries in them; gives the opened volumes."""
        credential = self._credential()
        try:
            volumes = tuple(open_volume(image, header.offset, credential) for header in find_volumes(image))
            missing = recover_opened(image, self._canaries, volumes).missing(self._canaries)
        except MaterialError as error:
            self._context.check("canary.recovered", False, f"the authorised route failed: {error}")
            return ()
        detail = f"not recovered: {', '.join(missing)}" if missing else "all canaries recovered by the authorised route"
        self._context.check("canary.recovered", not missing, detail)
        return volumes

    def _prove_sight(self, image: Image, known: tuple[Secret, ...]) -> None:
        planted = Secret(name="planted by the bench", value=secrets.token_bytes(PLANTED_BYTES))
        copy = image if self._context.fault == BLIND else planted_in(image, PLANTED_OFFSET, planted.value)
        found = scan(copy, CanarySet(), (*known, planted)).count("key", planted.name)
        detail = f"a key planted at an odd offset of a copy was found {found} time(s)"
        self._context.check("search.sees_key", found == 1, detail)

    def _scan(self, image: Image, known: tuple[Secret, ...] = ()) -> ScanReport:
        report = scan(image, self._canaries, known)
        given_up = ", ".join(report.cut_short) or "nothing was given up"
        self._context.check("search.complete", report.complete, f"{given_up}; engine {report.engine}")
        self._context.log.note(
            f"hits expected by chance: {report.expected('canary') + report.expected('coordinate'):.2g}"
        )
        for area in report.areas:
            self._context.log.note(f"{area.name}: {area.state}, {area.size} bytes at {area.offset}")
        self._show_entropy(report)
        document = json.dumps(report.to_json(), indent=1).encode()
        self._context.log.exhibit("scan report", "application/json", document, "document")
        return report

    def _show_entropy(self, report: ScanReport) -> None:
        size, values = report.statistics.block_size, report.statistics.entropy
        offsets = tuple(number * size / 2**20 for number in range(len(values)))
        finds = tuple((f"{hit.kind} {hit.name}", hit.offset / 2**20) for hit in report.hits[:MOST_MARKS])
        self._context.log.chart(
            Chart(
                title="Entropy of the medium",
                x_label="offset (MiB)",
                y_label="bit per byte",
                lines=((f"per {size // 1024} KiB", offsets, values),),
                events=finds,
            )
        )

    def _secrets(self, volumes: tuple[Volume, ...]) -> tuple[Secret, ...]:
        credential = self._credential()
        keys = tuple(Secret(name="volume key", value=volume.master_key) for volume in volumes)
        return (*keys, *([Secret(name="passphrase", value=credential.encode())] if credential else []))

    def _credential(self) -> str:
        return self._context.need(self._context.sockets.credential, "credential of the storage")()


def _opens_to_anybody(image: Image, volume: Volume) -> bool:
    try:
        open_volume(image, volume.header.offset, "")
    except PassphraseRefused:
        return False
    return True


def _repeats(image: Image, volume: Volume) -> int:
    sealed = part_of(image, volume.payload)
    return (repeats_in(sealed) if sealed.size > MOST_KEPT else repeated_blocks(sealed.data)).count


def acquire_from(read: ReadMedium, name: str, fault: str = "") -> Image:
    """The image of a medium whose socket gives its bytes, or the path of where they can be read.

    Raises:
        FileError: there is nothing at the path, or it may not be read.
        MaterialError: it is empty.
    """
    data = read()
    return acquire(data[: len(data) // 2] if fault == SHORT and isinstance(data, bytes) else data, name)
