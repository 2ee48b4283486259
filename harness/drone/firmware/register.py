"""The register of earlier results that comes with the drone: what was tested, and on which image and parameters."""

import hashlib
import json
import struct
from typing import Any

from harness.drone.firmware.bill import make_bill, write_bill
from harness.drone.firmware.image import build_image
from harness.drone.mavlink.config import MavlinkConfig
from harness.drone.mavlink.parameter_table import make_parameters, start_value

REGISTER_NAME = "results-register.json"
TESTED = (
    *(f"WIND-{number:02}" for number in (*range(1, 10), 11)),
    *(f"RADIO-{number:02}" for number in (*range(1, 8), 9, 11, 12)),
    *(f"DAR-{number:02}" for number in range(1, 13)),
    *("ENDP-01", "ENDP-05", "SUP-01", "SUP-05"),
)
# what a simulation cannot show: bench results, made of the released version too
ON_A_BENCH = ("WIND-12", "RADIO-08", "RADIO-10")
# of version 1.4.1, which had other settings too
EARLIER = {kind: hashlib.sha256(f"1.4.1 {kind}".encode()).hexdigest() for kind in ("image", "parameters", "bill")}
Json = dict[str, Any]


def make_register() -> Json:
    """Two runs: all was tested of version 1.4.1, and all again of the released version 1.4.2."""
    every = [*TESTED, *ON_A_BENCH]
    first = {"id": "EXL-26-057", "date": "2026-03-20", "requirements": every, "hashes": EARLIER}
    second = {"id": "EXL-26-091", "date": "2026-06-12", "requirements": every, "hashes": _released()}
    return {"format": "dronecert-register/1", "article": "EMB-001", "runs": [first, second]}


def write_register(register: Json) -> bytes:
    """The register as a file."""
    return (json.dumps(register, indent=1) + "\n").encode()


def without_bench_tests(paper: bytes) -> bytes:
    """Defect: after the change of version, what needs a bench was never tested again."""
    register = json.loads(paper)
    again = register["runs"][1]
    again["requirements"] = [name for name in again["requirements"] if name not in ON_A_BENCH]
    return write_register(register)


def _released() -> dict[str, str]:
    """The design as it was released, whatever the unit carries now."""
    digests = {"image": build_image(), "bill": write_bill(make_bill())}
    config = MavlinkConfig()
    values = {name: start_value(each, config) for name, each in make_parameters(config).items()}
    lines = "".join(f"{name}={struct.pack('>f', values[name]).hex()}\n" for name in sorted(values))
    return {kind: hashlib.sha256(data).hexdigest() for kind, data in digests.items()} | {
        "parameters": hashlib.sha256(lines.encode()).hexdigest()
    }
