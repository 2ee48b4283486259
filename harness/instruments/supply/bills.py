"""Bills at the desk: the software bill against the image, the hardware bill against evidence and fitted parts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.errors import MaterialError, VehicleError
from harness.instruments.figures import ContentsFigures
from harness.instruments.supply.reviewing import Desk
from harness.judgement import Count
from harness.supply.archive import unpack
from harness.supply.bill import Bill
from harness.supply.contents import ContentsReport, check_contents
from harness.supply.fitted import check_fitted, parse_identifiers
from harness.supply.formats import read_any
from harness.supply.hbom import HardwareBill, HardwarePart, Identifier, read_hbom
from harness.supply.origin import Claim, OriginRules, check_origin

NO_BILL = HardwareBill(subject="", parts=(), not_fitted=())
PLANTED = "bench/planted.so"
# a library that no drone carries in that version
PLANTED_TEXT = b"OpenSSL 0.9.8zz 1 Jan 2099\0"
BLANK_NAME = "a part of the bench"
STRANGE = Identifier(kind="usb", value="ffff:fffe")
UNREADABLE = ContentsFigures(hash_mismatches=Count(events=1, trials=1), undeclared_components=1.0)


def match_bill(desk: Desk, image: bytes) -> ContentsFigures:
    """Compare the declared bill of materials with the files of an image.

    A bill that is not there or gives no hash, or an image that cannot be taken apart, does not match: one of each.

    Raises:
        RigError: the comparison does not see a changed byte or a library that are known to be there.
    """
    paper = desk.find(desk.context.declaration.supply.sbom)
    try:
        bill, files = read_any(paper or b""), unpack(image)
    except MaterialError as error:
        desk.context.log.note(f"bill and image cannot be compared: {error}")
        return UNREADABLE
    report = check_contents(bill, files)
    if not report.compared:
        desk.context.log.note("the bill gives no hash of any component: it describes no binary")
        return UNREADABLE
    _prove(desk, bill, files, report)
    desk.context.log.note(f"{report.compared} components compared by hash with {len(files)} files of the image")
    desk.tell(f"differs: {finding}" for finding in report.mismatched)
    desk.tell(f"not in the bill: {finding}" for finding in report.undeclared)
    desk.tell(f"found by signature: {library}" for library in report.libraries)
    desk.tell(f"declared to have no known hash: {name}" for name in report.unknown)
    return ContentsFigures(
        hash_mismatches=Count(events=len(report.mismatched), trials=max(report.compared, len(report.mismatched), 1)),
        undeclared_components=float(len(report.undeclared)),
    )


def _prove(desk: Desk, bill: Bill, files: Mapping[str, bytes], report: ContentsReport) -> None:
    """A byte that is changed in a copy is seen, and so are a file and a library that are put into one."""
    right = [part.location for part in bill.components if part.comparable and part.location in files]
    wrong = {finding.subject for finding in report.mismatched}
    path = next((part.location for part in bill.components if part.location in right and part.title not in wrong), "")
    if path:
        changed = check_contents(bill, {**files, path: bytes([files[path][0] ^ 1]) + files[path][1:]})
        more = len(changed.mismatched) - len(report.mismatched)
        desk.context.check("compare.sees_change", more >= 1, f"one byte of {path} changed in a copy: {more} mismatch")
    planted = check_contents(bill, {**files, PLANTED: PLANTED_TEXT})
    more = len(planted.undeclared) - len(report.undeclared)
    desk.context.check("compare.sees_library", more == 2, f"a file with a library put into a copy: {more} of 2 seen")


def trace_origins(desk: Desk, *, critical: Sequence[str], confidence: str) -> float:
    """Critical components whose origin the hardware bill shows with that weight at least, %.

    Raises:
        RigError: the check does not see an origin that is known to be blank.
    """

    def evidence(name: str) -> bytes | None:
        try:
            return desk.tray.fetch_evidence(name)
        except VehicleError as error:
            desk.context.log.note(str(error))
            return None

    bill = _hardware(desk)
    rules = OriginRules(critical=tuple(critical), confidence=confidence, claims=_claims(desk))
    report = check_origin(bill, rules, evidence)
    blank = check_origin(replace(bill, parts=(*bill.parts, _blank(critical[0]))), rules, evidence)
    seen = sum(bool(row.problems) for row in blank.rows if row.part.startswith(BLANK_NAME))
    detail = f"of one part of unknown origin, put into a copy of the bill, {seen} was seen"
    desk.context.check("origin.sees_blank", seen == 1, detail)
    desk.context.log.note(f"{len(report.rows)} critical components of {bill.subject or 'nothing'}")
    desk.tell(map(str, report.findings))
    return report.percent


def _claims(desk: Desk) -> tuple[Claim, ...]:
    declared = desk.context.declaration.supply.components
    return tuple(
        Claim(function=item.function, part=item.part, maker=item.maker, country=item.country) for item in declared
    )


def compare_fitted(desk: Desk, read: Sequence[Identifier]) -> Count:
    """Identifiers that differ between what was `read` of the article and its papers, of all.

    Raises:
        RigError: the comparison does not see an identifier that is known to be strange.
    """
    lines = [line for item in desk.context.declaration.supply.components for line in item.identifiers]
    papers = {item for part in _hardware(desk).parts for item in part.identifiers}
    declared = papers | set(parse_identifiers(lines))
    report = check_fitted(declared, read)
    more = len(check_fitted(declared, (*read, STRANGE)).mismatched) - len(report.mismatched)
    desk.context.check("fitted.sees_strange", more == 1, f"of one strange identifier, {more} was seen")
    desk.context.log.note(f"{report.compared} identifiers compared, {len(declared)} declared")
    desk.tell(map(str, report.mismatched))
    desk.tell(f"declared, and nobody here can read it: {item}" for item in report.unread)
    return Count(events=len(report.mismatched), trials=max(report.compared, 1))


def _hardware(desk: Desk) -> HardwareBill:
    """The hardware bill; one that is not there or cannot be read says nothing of any part."""
    try:
        paper = desk.find(desk.context.declaration.supply.hbom)
        return read_hbom(paper or b"")
    except MaterialError as error:
        desk.context.log.note(f"there is no hardware bill to read: {error}")
        return NO_BILL


def _blank(function: str) -> HardwarePart:
    return HardwarePart(
        name=BLANK_NAME,
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
