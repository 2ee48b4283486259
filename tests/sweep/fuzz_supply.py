"""Target of the fuzzer: ``python tests/sweep/fuzz_supply.py [libFuzzer's options]`` from the root of the checkout."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["harness.supply"]):
    from harness.errors import HarnessError
    from harness.supply.archive import unpack
    from harness.supply.examination import Delivery, examine
    from harness.supply.policy import DEFAULT

CYCLONEDX = b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, '
SPDX = b"""{"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "x",
"documentNamespace": "https://x.example/x", "creationInfo": {"created": "2026-01-01T00:00:00Z",
"creators": ["Tool: t"]}, """
RECEIVED = datetime(2026, 11, 22, tzinfo=UTC)


def one_delivery(data):
    """Any bytes, bare or behind the head of a bill, get an answer or an error of ours."""
    for bill in (data, CYCLONEDX + data, SPDX + data):
        delivery = Delivery(
            sbom=bill, hbom=bill, files=lambda: {"a": data}, evidence=lambda name: data, received=RECEIVED
        )
        report = examine(delivery, DEFAULT)
        report.to_json()
        # an unreadable delivery is never clean
        assert report.bill is not None or report.doubts
    try:
        unpack(data)
    except HarnessError as error:
        assert str(error)


if __name__ == "__main__":
    # what is loaded and compiled once is no slow input
    one_delivery(b'"components": []}')
    atheris.Setup(sys.argv, one_delivery)
    atheris.Fuzz()
