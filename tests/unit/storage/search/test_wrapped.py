import base64
import os

import pytest

from harness.storage.image.image import acquire
from harness.storage.image.window import Steps
from harness.storage.scan import Options, scan
from harness.storage.search.canary import CanarySet, TextCanary
from harness.storage.search.keysearch import Secret

TEXT = TextCanary("text", "CANARY-71d3a9c0 over the hidden bridge at noon")
TINY = Options(steps=Steps(piece=4096, back=4096, ahead=4096))


def lines(data, width, end=b"\n"):
    return end.join(data[at : at + width] for at in range(0, len(data), width))


def found(data, keys=(), options=None):
    report = scan(acquire(data), CanarySet(texts=(TEXT,)), keys, options)
    return {entry.encoding: entry.count for entry in report.counts if entry.count}, report


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\\\n"])
@pytest.mark.parametrize("lead", range(0, 64, 3))
def test_base64_in_lines_is_found_once_wherever_a_line_ends(lead, end):
    encoded = lines(base64.b64encode(b"." * lead + TEXT.text.encode() + b"." * 40), 64, end)
    counts, _ = found(os.urandom(4060) + encoded + os.urandom(5000), options=TINY)
    assert sum(count for name, count in counts.items() if name.startswith("base64")) == 1


@pytest.mark.parametrize("width", [36, 60, 64, 76])
def test_hex_in_lines_is_found(width):
    assert "hex in lines" in found(os.urandom(90) + lines(TEXT.text.encode().hex().encode(), width) + b"\n")[0]


def test_what_is_not_the_whole_text_is_no_find():
    encoded = base64.b64encode(TEXT.text.encode())
    half = len(encoded) // 2
    assert found(os.urandom(50) + encoded[:half] + b"\n" + b"A" * 40)[0] == {}
    assert found(os.urandom(50) + b"A" * 40 + b"\n" + encoded[half:])[0] == {}
    # twice as many line ends between two letters as there is room for
    assert found(os.urandom(50) + encoded[:half] + b"\n" * 500 + encoded[half:])[0] == {}


def test_no_byte_of_a_key_in_lines_is_shown():
    key = Secret(name="key", value=bytes(range(100, 164)))
    encoded = lines(base64.b64encode(key.value), 40)
    counts, report = found(os.urandom(300) + encoded + os.urandom(300), (key,))
    assert counts["base64 phase 0 in lines"] == 1
    hit = next(hit for hit in report.hits if hit.encoding == "base64 phase 0 in lines")
    assert encoded[:8].hex() not in hit.context and "**" * 40 in hit.context
    assert any(part.offset <= 300 and part.end >= 300 + len(encoded) for part in report.hidden)
