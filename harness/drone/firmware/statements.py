"""The maker's statements on known flaws, in both common forms, written by hand. Flaws and reasons are invented."""

import json
from typing import Any

from harness.drone.firmware.components import COMPONENTS, VENDOR

VEX_NAME, OPENVEX_NAME = "vex.cdx.json", "vex.openvex.json"
EXPLOITED, CRITICAL = "DEMO-2026-0001", "DEMO-2026-0002"
Json = dict[str, Any]


def make_vex() -> Json:
    """CycloneDX: the exploited flaw of the radio modem's debug shell is not in this build."""
    analysis = {
        "state": "not_affected",
        "justification": "code_not_present",
        "detail": "the debug shell is not compiled in: build option RADIO_SHELL is off (demonstration)",
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": "2026-11-20T00:00:00Z", "supplier": {"name": VENDOR}},
        "vulnerabilities": [{"id": EXPLOITED, "analysis": analysis, "affects": [{"ref": _purl("radio-modem")}]}],
    }


def make_openvex() -> Json:
    """OpenVEX: the critical flaw of the companion needs a service that is never started."""
    return {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://dronecert.example/vex/2026-11-20",
        "author": VENDOR,
        "timestamp": "2026-11-20T00:00:00Z",
        "version": 1,
        "statements": [
            {
                "vulnerability": {"name": CRITICAL},
                "products": [{"@id": _purl("companion")}],
                "status": "not_affected",
                "justification": "vulnerable_code_not_in_execute_path",
                "impact_statement": "the web console is never started (demonstration)",
            }
        ],
    }


def write_statements(document: Json) -> bytes:
    """The document as a file."""
    return (json.dumps(document, indent=1) + "\n").encode()


def without_justification(paper: bytes) -> bytes:
    """Defect: "not affected", and nothing that anybody could check."""
    document = json.loads(paper)
    analysis = document["vulnerabilities"][0]["analysis"]
    analysis.pop("justification")
    analysis["detail"] = "we are sure of it, trust us"
    return write_statements(document)


def under_investigation(paper: bytes) -> bytes:
    """Defect: the maker is still looking into it."""
    document = json.loads(paper)
    document["statements"][0] |= {"status": "under_investigation"}
    return write_statements(document)


def with_old_modem(bill: bytes) -> bytes:
    """Defect: the radio modem's firmware is an older one, which is known to be attacked."""
    document = json.loads(bill.replace(b"radio-modem@3.11.0", b"radio-modem@3.9.2"))
    for component in document["components"]:
        if component["name"] == "radio-modem":
            component["version"] = "3.9.2"
    return write_statements(document)


def _purl(name: str) -> str:
    return next(component.purl for component in COMPONENTS if component.name == name)
