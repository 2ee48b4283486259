"""The maker's hardware bill of materials, CycloneDX 1.6 JSON written by hand, and the papers that back it."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from harness.drone import fitted
from harness.drone.firmware.bill import RELEASED
from harness.drone.firmware.components import VENDOR

HBOM_NAME = "hbom.cdx.json"
MODEL = "Embedded quadrotor"
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part, program or service of the drone.

    Attributes:
        kind: CycloneDX type, or "service".
        functions: critical classes that it stands for.
        confidence: declared, documented or inspected.
        identifiers: properties by which the fitted part tells itself.
    """

    kind: str
    functions: tuple[str, ...]
    name: str
    part: str
    maker: str = VENDOR
    site: str = "Fukushima Robot Works, line 2"
    country: str = "JP"
    confidence: str = "documented"
    identifiers: tuple[tuple[str, str], ...] = ()

    @property
    def paper(self) -> str:
        """Name of the paper that backs its origin."""
        return f"origin/{self.part.lower()}.txt"

    def statement(self) -> bytes:
        """That paper: a certificate of origin as a works office writes one."""
        lines = (f"Certificate of origin for {self.name}, part {self.part}", f"made by {self.maker}")
        return "\n".join((*lines, f"at {self.site}, {self.country}", f"for {MODEL}", "")).encode()


def _identifier(kind: str, value: str) -> tuple[str, str]:
    return f"dronecert:identifier:{kind}", value


CONTROLLER_IDS = (
    _identifier("mavlink", f"{fitted.VENDOR_ID:04x}:{fitted.PRODUCT_ID:04x}"),
    _identifier("mavlink-uid", f"{fitted.AUTOPILOT_UID:016x}"),
    _identifier("usb", f"{fitted.VENDOR_ID:04x}:{fitted.PRODUCT_ID:04x}"),
    _identifier("can", fitted.CONTROLLER_NODE),
)
RADIO_IDS = (
    _identifier("usb", fitted.RADIO_USB),
    ("cdx:device:certifications:JP:TELEC:id", fitted.RADIO_CERTIFICATE),
)
PARTS = (
    Part(
        kind="device",
        functions=("flight controller",),
        name="Flight controller",
        part="EMB-FC1",
        identifiers=CONTROLLER_IDS,
    ),
    Part(kind="device", functions=("radio",), name="Radio modem", part="EMB-RF1", identifiers=RADIO_IDS),
    Part(
        kind="device",
        functions=("camera",),
        name="Camera",
        part="EMB-CAM1",
        identifiers=(_identifier("usb", fitted.CAMERA_USB),),
    ),
    Part(kind="device", functions=("gimbal",), name="Gimbal", part="EMB-GIM1"),
    Part(
        kind="device",
        functions=("gnss receiver",),
        name="GNSS receiver",
        part="EMB-GNSS1",
        maker="Example Satellite Oy",
        site="Tampere plant",
        country="FI",
        identifiers=(_identifier("can", fitted.GNSS_NODE),),
    ),
    Part(
        kind="device",
        functions=("data storage", "companion computer"),
        name="Companion computer with storage",
        part="EMB-EMMC1",
        confidence="inspected",
        identifiers=(("cdx:device:macAddress", fitted.NETWORK_CARD),),
    ),
    Part(kind="application", functions=("ground control software",), name="Ground station", part="EMB-GCS1"),
    Part(kind="firmware", functions=("operating software",), name="Drone firmware", part="EMB-FW1"),
    Part(kind="service", functions=("connectivity service",), name="Update and telemetry cloud", part="EMB-CLOUD1"),
)


def make_hbom() -> Json:
    """The hardware bill as it comes with the drone."""
    root = f"urn:dronecert:{MODEL.lower().replace(' ', '-')}"
    refs = [f"{root}/{part.part.lower()}" for part in PARTS]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, root)}",
        "version": 1,
        "metadata": {
            "timestamp": RELEASED,
            "authors": [{"name": f"{VENDOR} quality office"}],
            "component": {
                "type": "device",
                "bom-ref": root,
                "name": MODEL,
                "manufacturer": {"name": VENDOR},
                "properties": [{"name": "dronecert:not-fitted", "value": "storage service"}],
            },
        },
        "components": [_entry(part, ref) for part, ref in zip(PARTS, refs, strict=True) if part.kind != "service"],
        "services": [_entry(part, ref) for part, ref in zip(PARTS, refs, strict=True) if part.kind == "service"],
        "dependencies": [{"ref": root, "dependsOn": refs}],
    }


def _entry(part: Part, ref: str) -> Json:
    backing = {"alg": "SHA-256", "content": hashlib.sha256(part.statement()).hexdigest()}
    kind = {} if part.kind == "service" else {"type": part.kind}
    maker = "provider" if part.kind == "service" else "manufacturer"
    return {
        **kind,
        "bom-ref": ref,
        "name": part.name,
        maker: {"name": part.maker},
        "properties": _properties(part),
        "externalReferences": [{"type": "evidence", "url": part.paper, "hashes": [backing]}],
    }


def _properties(part: Part) -> list[Json]:
    origin = {"site": part.site, "country": part.country, "operation": "made", "confidence": part.confidence}
    told = [
        *(("cdx:device:function", function) for function in part.functions),
        ("dronecert:part", part.part),
        *((f"dronecert:origin:{name}", value) for name, value in origin.items()),
        *part.identifiers,
    ]
    return [{"name": name, "value": value} for name, value in told]


def write_hbom() -> bytes:
    """The hardware bill as a file."""
    return (json.dumps(make_hbom(), indent=1) + "\n").encode()
