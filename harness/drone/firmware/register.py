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
# of version 1.4.1, which had other settings too
EARLIER = {kind: hashlib.sha256(f"1.4.1 {kind}".encode()).hexdigest() for kind in ("image", "parameters", "bill")}
Json = dict[str, Any]


def make_register() -> Json:
    """Two runs: all was tested of version 1.4.1, and all again of the released version 1.4.2."""
    first = {"id": "EXL-26-057", "date": "2026-03-20", "requirements": list(TESTED), "hashes": EARLIER}
    second = {"id": "EXL-26-091", "date": "2026-06-12", "requirements": list(TESTED), "hashes": _released()}
    return {"format": "dronecert-register/1", "article": "EMB-001", "runs": [first, second]}


def write_register(register: Json) -> bytes:
    """The register as a file."""
    return (json.dumps(register, indent=1) + "\n").encode()


def half_tested_again(paper: bytes) -> bytes:
    """Defect: after the change of version, flight and radio were never tested again."""
    register = json.loads(paper)
    again = register["runs"][1]
    again["requirements"] = [name for name in again["requirements"] if not name.startswith(("WIND", "RADIO"))]
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
