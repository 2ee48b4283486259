"""The maker's software bill of materials, CycloneDX 1.6 JSON, written by hand."""

import hashlib
import json
import uuid
from typing import Any

from harness.drone.firmware.components import CURRENT, ROOT_NEEDS, VENDOR, Component, Release

BILL_NAME = "sbom.cdx.json"
RELEASED = "2026-06-01T00:00:00Z"
Json = dict[str, Any]


def make_bill(release: Release = CURRENT) -> Json:
    """The bill as it was released with the image: every component with maker, identity, hash and licence."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, _root_purl(release))}",
        "version": 1,
        "metadata": _metadata(release),
        "components": [_entry(component) for component in release.components()],
        "dependencies": _dependencies(release),
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


def _root_purl(release: Release) -> str:
    return f"pkg:generic/dronecert-demo-kk/{release.product}@{release.version}"


def _metadata(release: Release) -> Json:
    return {
        "timestamp": RELEASED,
        "lifecycles": [{"phase": "build"}],
        "tools": {"components": [{"type": "application", "name": "dronecert-demo-build", "version": "1.0.0"}]},
        "authors": [{"name": f"{VENDOR} release engineering"}],
        "component": {
            "type": "firmware",
            "bom-ref": _root_purl(release),
            "supplier": {"name": VENDOR},
            "name": release.product,
            "version": release.version,
            "licenses": [{"license": {"id": "Apache-2.0"}}],
            "purl": _root_purl(release),
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


def _dependencies(release: Release) -> list[Json]:
    purls = {component.name: component.purl for component in release.components()}
    edges = [{"ref": _root_purl(release), "dependsOn": [purls[name] for name in ROOT_NEEDS]}]
    return edges + [{"ref": c.purl, "dependsOn": [purls[name] for name in c.needs]} for c in release.components()]
