"""The maker's software bill of materials, CycloneDX 1.6 JSON, written by hand."""

import hashlib
import json
import uuid
from typing import Any

from harness.drone.firmware.components import COMPONENTS, PRODUCT, ROOT_NEEDS, VENDOR, VERSION, Component

BILL_NAME = "sbom.cdx.json"
RELEASED = "2026-06-01T00:00:00Z"
Json = dict[str, Any]


def make_bill() -> Json:
    """The bill as it was released with the image: every component with maker, identity, hash and licence."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, _root_purl())}",
        "version": 1,
        "metadata": _metadata(),
        "components": [_entry(component) for component in COMPONENTS],
        "dependencies": _dependencies(),
    }


def write_bill(bill: Json) -> bytes:
    """The bill as a file."""
    return (json.dumps(bill, indent=1) + "\n").encode()


def without_supplier(bill: Json) -> Json:
    """Defect: the radio modem's maker is left blank."""
    entries = [
        {k: v for k, v in e.items() if e["name"] != "radio-modem" or k != "supplier"} for e in bill["components"]
    ]
    return bill | {"components": entries}


def without_graph(bill: Json) -> Json:
    """Defect: a list of parts without saying what uses what."""
    return bill | {"dependencies": []}


def _root_purl() -> str:
    return f"pkg:generic/dronecert-demo-kk/{PRODUCT}@{VERSION}"


def _metadata() -> Json:
    return {
        "timestamp": RELEASED,
        "lifecycles": [{"phase": "build"}],
        "tools": {"components": [{"type": "application", "name": "dronecert-demo-build", "version": "1.0.0"}]},
        "authors": [{"name": f"{VENDOR} release engineering"}],
        "component": {
            "type": "firmware",
            "bom-ref": _root_purl(),
            "supplier": {"name": VENDOR},
            "name": PRODUCT,
            "version": VERSION,
            "licenses": [{"license": {"id": "Apache-2.0"}}],
            "purl": _root_purl(),
        },
    }


def _entry(component: Component) -> Json:
    named = component.licence.startswith("LicenseRef-")
    return {
        "type": component.kind,
        "bom-ref": component.purl,
        "supplier": {"name": component.supplier},
        "name": component.name,
        "version": component.version,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(component.content()).hexdigest()}],
        "licenses": [{"license": {"name" if named else "id": component.licence}}],
        "purl": component.purl,
        "evidence": {"occurrences": [{"location": component.path}]},
    }


def _dependencies() -> list[Json]:
    purls = {component.name: component.purl for component in COMPONENTS}
    edges = [{"ref": _root_purl(), "dependsOn": [purls[name] for name in ROOT_NEEDS]}]
    return edges + [{"ref": c.purl, "dependsOn": [purls[name] for name in c.needs]} for c in COMPONENTS]
