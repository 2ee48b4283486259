"""The firmware role: dumps the image on the aircraft, reads its bill, compares both with what was released."""

from datetime import UTC, datetime

from harness.catalogue.sections import FirmwareImage
from harness.errors import MaterialError, RigError, VehicleError
from harness.instruments.context import Context
from harness.instruments.figures import BillFigures, ReleaseFigures
from harness.instruments.supply.papers import read_file
from harness.instruments.supply.update_packages import UpdateImage, read_offers
from harness.judgement import Count
from harness.supply.report import check_bill, check_firmware
from harness.timing import run_for

TRUNCATED = "truncated"
BOOT_TIME = 3.0
# an unreadable bill leaves out each of the seven minimum elements (NTIA 2021)
ALL_FIELDS = 7
# a signature or a certificate has a few kilobytes
LARGEST_DOCUMENT = 1 << 20


class FirmwareDump:
    """A dump of the aircraft's flash. Fault ``truncated``: the reader stops half-way."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def read_bill(self) -> BillFigures:
        """Judge the bill of materials that comes with the image on the aircraft.

        Raises:
            RigError: the image could not be read whole.
        """
        self._dump()
        bill = self._context.need(self._context.sockets.bill, "bill of materials")()
        self._context.log.exhibit("bill of materials", "application/json", bill, "document")
        try:
            report = check_bill(bill, received=datetime.now(UTC))
        except MaterialError as error:
            self._context.log.note(f"the bill cannot be read: {error}")
            return BillFigures(incomplete_fields=ALL_FIELDS, unresolved_dependencies=1)
        self._context.log.note(f"bill of {report.subject}: {report.components} components, {report.spec_version}")
        return BillFigures(
            incomplete_fields=report.minimum.incomplete_fields,
            unresolved_dependencies=report.graph.unresolved_dependencies,
        )

    def dump(self) -> bytes:
        """The image on the aircraft.

        Raises:
            RigError: it could not be read whole.
        """
        return self._dump()

    def boot_bad_images(self) -> Count:
        """Bad images that start, of each kind written into the flash past every check of the running article.

        Raises:
            RigError: the released newer image, written in the same way, does not start.
        """
        offers = read_offers(self._context)
        started = [name for name, image in offers.bad.items() if self._starts(image)]
        self._context.log.note(f"bad images that started: {', '.join(started) or 'none'}, of {len(offers.bad)}")
        twin = self._starts(offers.good)
        self._context.check("twin.boots", twin, "the released newer image, written in the same way")
        return Count(events=len(started), trials=len(offers.bad))

    def _starts(self, image: UpdateImage) -> bool:
        world, tool = self._context.world, self._context.need(self._context.sockets.updates, "programmer")
        world.power_off()
        tool.program(image.encode())
        try:
            world.power_on()
            run_for(world, BOOT_TIME)
            return tool.read_running() == image.image
        except VehicleError as error:
            self._context.log.note(f"the article does not start: {error}")
            return False
        finally:
            world.power_off()
            tool.restore()

    def compare_with_release(self) -> ReleaseFigures:
        """Judge digest, signature and version of the dump against the declared release.

        Raises:
            RigError: the image could not be read whole, or the declaration does not name one release.
            FileError: a file of the release is missing, or no such file.
        """
        image, release = self._dump(), self._release()
        reported = self._context.need(self._context.sockets.version, "reported version")()
        report = check_firmware(
            image,
            released_sha256=release.sha256,
            signature=self._document(release.signature),
            certificate=self._document(release.certificate),
            reported_version=reported,
        )
        for problem in (report.signature_problem, report.version_problem):
            if problem:
                self._context.log.note(problem)
        self._context.log.note(f"version {reported} reported, {report.version} dumped, {release.version} declared")
        self._context.log.note(f"SHA-256 of the dump {report.sha256}, released {release.sha256}")
        return ReleaseFigures(
            hash_mismatches=Count(events=int(not report.hash_equal), trials=1),
            invalid_signatures=Count(events=int(not report.signature_valid), trials=1),
            version_mismatches=Count(events=int({reported, report.version} != {release.version}), trials=1),
        )

    def _dump(self) -> bytes:
        sockets = self._context.sockets
        image = self._context.need(sockets.firmware, "firmware image")()
        if self._context.fault == TRUNCATED:
            image = image[: len(image) // 2]
        detail = f"{len(image)} of {sockets.firmware_size} bytes were read"
        self._context.check("dump.complete", len(image) == sockets.firmware_size, detail)
        return image

    def _release(self) -> FirmwareImage:
        images = self._context.declaration.supply.images
        if len(images) != 1:
            raise RigError(f"the declaration names {len(images)} released firmware images: this instrument dumps one")
        return images[0]

    def _document(self, name: str) -> bytes:
        return read_file(self._context.documents, name, LARGEST_DOCUMENT)
