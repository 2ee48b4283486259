import hashlib
import json

import pytest

from harness.drone.firmware import FirmwareConfig, FirmwareStore, build_image
from harness.supply.archive import unpack
from harness.supply.contents import check_contents
from harness.supply.formats import read_any

STORE = FirmwareStore(FirmwareConfig())
FILES = unpack(build_image())


def bill_of(*components):
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": list(components)}
    return read_any(json.dumps(document).encode())


def part(name="a", content=None, place="", unknown=(), **more):
    digest = [] if content is None else [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}]
    entry = {"type": "library", "name": name, "version": "1.0", "hashes": digest}
    if place:
        entry["evidence"] = {"occurrences": [{"location": place}]}
    entry["properties"] = [{"name": "cdx:cisa:unknown-information", "value": field} for field in unknown]
    return entry | more


def found(files, *components):
    report = check_contents(bill_of(*components), files)
    return [str(item) for item in report.mismatched], [str(item) for item in report.undeclared]


def test_the_sound_drone_matches_its_bill():
    report = check_contents(read_any(STORE.read_bill()), FILES)
    assert (report.compared, report.mismatched, report.undeclared) == (8, (), ())
    assert {item.name for item in report.libraries} == {"littlefs", "mavlink", "mbedtls", "zlib"}


def test_a_changed_byte_a_missing_and_a_further_file_are_found():
    bill = read_any(STORE.read_bill())
    (changed,) = check_contents(bill, {**FILES, "lib/libz.so": FILES["lib/libz.so"][:-1] + b"x"}).mismatched
    assert str(changed) == "zlib 1.3.1: no file of the image has its SHA-256"
    gone = {path: content for path, content in FILES.items() if path != "radio/modem.bin"}
    (absent,) = check_contents(bill, gone).mismatched
    assert absent.problem == "the image has no file radio/modem.bin"
    (strange,) = check_contents(bill, {**FILES, "bin/more": b"\1"}).undeclared
    assert str(strange) == "bin/more: the bill names no such file"


def test_a_component_may_lie_anywhere_when_the_bill_does_not_say_where():
    assert found({"x": b"1"}, part(content=b"1")) == ([], [])
    assert found({"x": b"1"}, part(content=b"2")) == (
        ["a 1.0: no file of the image has its SHA-256"],
        ["x: the bill names no such file"],
    )
    assert found({"x": b"1", "y": b"2"}, part(content=b"1", place="y"), part("b", b"2", "./y"))[0] == [
        "a 1.0: no file of the image has its SHA-256"
    ]


def test_a_hash_may_be_declared_unknown_but_not_left_out():
    assert found({"x": b"1"}, part(place="x")) == (["a 1.0: the bill gives no SHA-256 to compare its file with"], [])
    report = check_contents(bill_of(part(place="x", unknown=["Component Hash Value"])), {"x": b"1"})
    assert (report.mismatched, report.unknown, report.compared) == ((), ("a 1.0",), 0)


def test_a_linked_library_is_shown_by_its_signature():
    files = {"x": b"\0libcurl/8.5.0 \0"}
    whole = part("app", files["x"])
    assert found(files, whole, part("curl", version="8.5.0")) == ([], [])
    mismatched, _ = found(files, whole, part("curl", version="8.5.0"), part("zlib"))
    assert mismatched == ["zlib 1.0: the bill gives neither hash nor place, and no signature shows it in the image"]


@pytest.mark.parametrize(
    ("version", "unknown", "problem"),
    [
        ("8.5.0", (), None),
        ("v8.5.0-r1", (), None),
        ("8.4.0", (), "the bill has it as 8.4.0"),
        ("", (), "the bill has it as no version"),
        ("", ("Component Version",), None),
    ],
)
def test_another_version_of_a_library_is_another_library(version, unknown, problem):
    files = {"x": b"\0libcurl/8.5.0 \0"}
    entry = part("libcurl", version=version, unknown=unknown)
    assert found(files, part("app", files["x"]), entry)[1] == (
        [] if problem is None else [f"curl 8.5.0 in x at 0x1: {problem}"]
    )


def test_only_a_bill_and_a_version_are_papers():
    for path, content in (("VERSION", b"1.4.2\n"), ("a.json", STORE.read_bill())):
        assert found({path: content}) == ([], [])
    for path, content in (
        ("VERSION", b"\x7fELF\0" * 40),
        ("a.json", b"{}"),
        ("a.json", b"{" + b"\0" * 40),
        ("b", b"1.4.2"),
    ):
        assert found({path: content})[1] == [f"{path}: the bill names no such file"]


def test_files_of_an_spdx_bill_are_compared():
    digest = hashlib.sha256(b"1").hexdigest()
    file = {"SPDXID": "SPDXRef-f", "fileName": "./x"}
    sums = [{"algorithm": "SHA1", "checksumValue": "0" * 40}, {"algorithm": "SHA256", "checksumValue": digest}]
    package = {"SPDXID": "SPDXRef-p", "name": "a", "downloadLocation": "NONE", "filesAnalyzed": False}
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "a",
        "documentNamespace": "https://example.jp/a",
        "creationInfo": {"created": "2026-01-01T00:00:00Z", "creators": ["Person: A"]},
        "packages": [package],
        "files": [file | {"checksums": sums}],
    }
    document["relationships"] = [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-p"}
    ]
    bill = read_any(json.dumps(document).encode())
    assert check_contents(bill, {"x": b"1"}).mismatched == ()
    assert [str(item) for item in check_contents(bill, {"x": b"2"}).mismatched] == ["x: hash of this file differs"]
    assert check_contents(bill, {}).compared == 1 and check_contents(bill, {}).mismatched
