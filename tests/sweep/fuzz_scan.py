"""Target of the fuzzer: ``python tests/sweep/fuzz_scan.py [libFuzzer's options]`` from the root of the checkout."""

import struct
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["harness.storage"]):
    from harness.errors import HarnessError
    from harness.storage import CanarySet, CoordinateCanary, Options, TextCanary, acquire, scan
    from harness.storage.image.window import Steps

CANARIES = CanarySet(texts=(TextCanary("t", "the hidden bridge"),), coordinates=(CoordinateCanary("p", 35.6, 139.6),))
OPTIONS = Options(steps=Steps(piece=4096, back=4096, ahead=8192), hyperscan=False)
TABLE = bytes(446) + struct.pack("<B3xB3xII", 0, 0x83, 1, 9) + bytes(48) + b"\x55\xaa"


def one_image(data):
    """Any bytes, bare or in a partition, get an answer or an error of ours."""
    for image in (data, TABLE + data):
        try:
            scan(acquire(image), CANARIES, (), OPTIONS).to_json()
        except HarnessError as error:
            assert str(error)


if __name__ == "__main__":
    # what is loaded and compiled once is no slow input
    one_image(bytes(4096))
    atheris.Setup(sys.argv, one_image)
    atheris.Fuzz()
