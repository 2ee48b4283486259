"""Target of the fuzzer: ``python tests/sweep/fuzz_audit.py [libFuzzer's options]`` from the root of the checkout."""

import struct
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["harness.network"]):
    from harness.errors import HarnessError
    from harness.network import Canary, Endpoint, Options, Parties, Policy, Source, examine

POLICY = Policy(
    endpoints=(Endpoint(host="a.example"), Endpoint(address="192.0.2.9", protocol="quic")),
    resolvers=("10.0.0.1",),
    time_servers=("192.0.2.7",),
)
PARTIES = Parties(macs=frozenset({"02:00:00:00:00:02"}))
OPTIONS = Options(canaries=(Canary(name="t", text="the hidden bridge"),))
CARD = bytes.fromhex("020000000001020000000002")
HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)


def one_capture(data):
    """Any bytes, as a file or as a frame of the article, get an answer or an error of ours."""
    frame = CARD + data[:1500]
    for capture in (data, HEAD + struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame):
        try:
            examine(Source(name="fuzz", data=capture), POLICY, PARTIES, OPTIONS).to_json()
        except HarnessError as error:
            assert str(error)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_capture)
    atheris.Fuzz()
