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


FRAGMENT = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 0, 1, 0, 64, 17, 0, bytes((10, 0, 0, 2)), bytes((192, 0, 2, 9)))


def record(frame):
    return struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame


def fragments(data):
    """Frames whose place in a packet, and whose bytes, are drawn."""
    for at in range(0, min(len(data), 600), 20):
        part = data[at + 2 : at + 20]
        head = FRAGMENT[:2] + struct.pack(">HH", 20 + len(part), 1) + data[at : at + 2].ljust(2, b"\0") + FRAGMENT[8:]
        yield record(CARD + b"\x08\0" + head + part)


def one_capture(data):
    """Any bytes, as a file, as a frame of the article or as its fragments, get an answer or an error of ours."""
    for capture in (data, HEAD + record(CARD + data[:1500]), HEAD + b"".join(fragments(data))):
        try:
            examine(Source(name="fuzz", data=capture), POLICY, PARTIES, OPTIONS).to_json()
        except HarnessError as error:
            assert str(error)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_capture)
    atheris.Fuzz()
