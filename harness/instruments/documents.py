"""The documents role: the maker's papers, read and judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.errors import MaterialError, VehicleError
from harness.instruments.context import Context
from harness.instruments.figures import ContentsFigures
from harness.instruments.papers import PaperTray
from harness.instruments.reviews import PaperReviews
from harness.judgement import Count
from harness.supply.archive import unpack
from harness.supply.bill import Bill
from harness.supply.contents import ContentsReport, check_contents
from harness.supply.fitted import check_fitted, parse_identifiers
from harness.supply.formats import read_any
from harness.supply.hbom import HardwareBill, HardwarePart, Identifier, read_hbom
from harness.supply.origin import OriginRules, check_origin

MOST_NAMED = 20
NO_BILL = HardwareBill(subject="", parts=(), not_fitted=())
PLANTED = "bench/planted.so"
# a library that no drone carries by that version
PLANTED_TEXT = b"OpenSSL 0.9.8zz 1 Jan 2099\0"
STRANGE = Identifier(kind="usb", value="ffff:fffe")


class MakersPapers(PaperReviews):
    """The papers that come with the article, and the bench's own lists that some are judged with.

    Faults of the papers: ``lost``, ``torn``, ``stale``. Of the lists: ``keyless`` (builders without keys), ``blind``
    (nobody is listed), ``feedless`` (no flaw is known), ``outdated`` (lists and feeds are ten years old),
    ``trusting`` (what the register says of the article is believed).
    """

    def __init__(self, context: Context) -> None:
        self._context, self._tray = context, PaperTray(context)
        super().__init__(context, self._tray)

    def read_paper(self, name: str) -> bytes:
        """The paper of that name, as it was handed over.

        Raises:
            RigError: papers do not come through the bench as they are.
            VehicleError: the article has no paper of that name.
            FileError: papers come as files, and this one cannot be read.
        """
        return self._tray.fetch(name)

    def match_bill(self, image: bytes) -> ContentsFigures:
        """Compare the declared bill of materials with the files of an image.

        Raises:
            RigError: the comparison does not see a changed byte or a library that are known to be there.
        """
        try:
            bill = read_any(self._declared(self._context.declaration.supply.sbom, "supply.sbom"))
            files = unpack(image)
        except (MaterialError, VehicleError) as error:
            self._context.log.note(f"bill and image cannot be compared: {error}")
            return ContentsFigures(hash_mismatches=Count(events=1, trials=1), undeclared_components=1.0)
        report = check_contents(bill, files)
        self._prove_comparison(bill, files, report)
        self._tell(f"{report.compared} components compared by hash", (*report.mismatched, *report.undeclared))
        self._tell(f"{len(report.libraries)} libraries found by signature", report.libraries)
        self._tell(f"{len(report.unknown)} components declared to have no known hash", report.unknown)
        return ContentsFigures(
            hash_mismatches=Count(events=len(report.mismatched), trials=max(report.compared, len(report.mismatched))),
            undeclared_components=float(len(report.undeclared)),
        )

    def trace_origins(self, *, critical: Sequence[str], confidence: str) -> float:
        """Critical components whose origin the hardware bill shows with that weight at least, %.

        Raises:
            RigError: the check does not see an origin that is known to be blank.
        """
        bill, rules = self._hardware(), OriginRules(critical=tuple(critical), confidence=confidence)
        report = check_origin(bill, rules, self._evidence)
        blank = replace(bill, parts=(*bill.parts, _blank(rules.critical[0])))
        more = len(check_origin(blank, rules, self._evidence).findings) - len(report.findings)
        self._context.check(
            "origin.sees_blank", more > 0, f"a part of unknown origin, added to the bill: {more} findings"
        )
        self._tell(f"{len(report.rows)} critical components of {bill.subject or 'nothing'}", report.findings)
        return report.percent

    def compare_fitted(self, read: Sequence[Identifier]) -> Count:
        """Identifiers that differ between what was `read` of the article and its papers, of all.

        Raises:
            RigError: the comparison does not see an identifier that is known to be strange.
        """
        lines = [line for item in self._context.declaration.supply.components for line in item.identifiers]
        papers = {item for part in self._hardware().parts for item in part.identifiers}
        declared = papers | set(parse_identifiers(lines))
        report = check_fitted(declared, read)
        more = len(check_fitted(declared, (*read, STRANGE)).mismatched) - len(report.mismatched)
        self._context.check("fitted.sees_strange", more == 1, f"of one strange identifier, {more} was found")
        self._tell(f"{report.compared} identifiers compared with {len(declared)} declared", report.mismatched)
        self._tell(f"{len(report.unread)} declared identifiers that nobody can read", report.unread)
        return Count(events=len(report.mismatched), trials=max(report.compared, 1))

    def _declared(self, name: str | None, key: str) -> bytes:
        if name is None:
            raise VehicleError(f"the declaration names no paper in {key}")
        return self._tray.fetch(name)

    def _hardware(self) -> HardwareBill:
        """The hardware bill; one that is not there or cannot be read says nothing of any part."""
        try:
            return read_hbom(self._declared(self._context.declaration.supply.hbom, "supply.hbom"))
        except (MaterialError, VehicleError) as error:
            self._context.log.note(f"there is no hardware bill: {error}")
            return NO_BILL

    def _evidence(self, name: str) -> bytes | None:
        try:
            return self._tray.fetch_evidence(name)
        except VehicleError as error:
            self._context.log.note(str(error))
            return None

    def _prove_comparison(self, bill: Bill, files: Mapping[str, bytes], report: ContentsReport) -> None:
        path = next((part.location for part in bill.components if part.sha256 and part.location in files), "")
        changed = {**files, path: _flipped(files[path])} if path else files
        more = len(check_contents(bill, changed).mismatched) - len(report.mismatched)
        seen = more == 1 or any(path in item.subject or "SHA-256" in item.problem for item in report.mismatched)
        self._context.check("compare.sees_change", seen, f"of one byte changed in {path!a}, {more} mismatch was seen")
        planted = {**files, PLANTED: PLANTED_TEXT}
        strange = len(check_contents(bill, planted).undeclared) - len(report.undeclared)
        self._context.check(
            "compare.sees_library", strange == 2, f"of a planted file with a library in it, {strange} of 2 were seen"
        )

    def _tell(self, head: str, items: Iterable[object]) -> None:
        lines = [str(item) for item in items]
        rest = f"; {len(lines) - MOST_NAMED} more" if len(lines) > MOST_NAMED else ""
        self._context.log.note(f"{head}{': ' if lines else ''}{'; '.join(lines[:MOST_NAMED])}{rest}")


def _flipped(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:] if content else b"\1"


def _blank(function: str) -> HardwarePart:
    return HardwarePart(
        name="a part of the bench",
        functions=(function,),
        maker="",
        part="",
        site="",
        country="",
        operation="",
        confidence="",
        evidence=(),
        identifiers=(),
    )
