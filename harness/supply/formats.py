"""A bill in any of the formats that are read, told by its own marks."""

from harness.errors import MaterialError
from harness.supply import sbom, spdx
from harness.supply.bill import Bill
from harness.supply.document import load_json

READ = "CycloneDX 1.5 to 1.7 and SPDX 2.3, both as JSON"
# the first bytes of formats that are known and not read, each with what it is
MARKS = (
    (b"<?xml", "XML"),
    (b"<", "XML"),
    (b"SPDXVersion:", "SPDX tag-value"),
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"---", "YAML"),
)


class UnsupportedFormat(MaterialError):
    """A bill of a format or version that is not read; nothing is said against it."""


def read_any(data: bytes) -> Bill:
    """A bill of materials, CycloneDX or SPDX.

    Raises:
        UnsupportedFormat: it is of another format.
        MaterialError: it cannot be read, is against its schema, hostile, or larger than is read.
    """
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:16]
    for mark, what in MARKS:
        if head.startswith(mark):
            raise UnsupportedFormat(f"bill is {what}, which is not read: hand it over as {READ}")
    document = load_json(data)
    if "spdxVersion" in document:
        if document["spdxVersion"] != spdx.VERSION:
            raise UnsupportedFormat(f"bill is {document['spdxVersion']!a:.40}: hand it over as {READ}")
        return spdx.bill_of(document)
    if "@context" in document:
        raise UnsupportedFormat(f"bill is JSON-LD, as SPDX 3 is: hand it over as {READ}")
    if document.get("bomFormat") != sbom.FORMAT:
        raise UnsupportedFormat(f"document is neither CycloneDX nor SPDX: hand it over as {READ}")
    if str(document.get("specVersion")) not in sbom.VERSIONS:
        raise UnsupportedFormat(f"bill is CycloneDX {document.get('specVersion')!a:.40}: hand it over as {READ}")
    return sbom.bill_of(document)
