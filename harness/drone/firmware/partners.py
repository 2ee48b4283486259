"""The maker's papers on who owns and supplies it and who runs its services, written by hand. Every name is invented."""

import json
from typing import Any

from harness.drone.firmware.components import COMPONENTS, VENDOR

SUPPLIERS_NAME, SERVICES_NAME = "suppliers.json", "services.json"
DATED = "2026-06-01"
HOLDING, HOSTING = "Demo Holding KK", "Example Hosting KK"
Json = dict[str, Any]


def make_suppliers() -> Json:
    """Owners down to people, and every supplier of the firmware."""
    projects = {component.supplier for component in COMPONENTS if component.supplier.endswith("project")}
    return {
        "format": "dronecert-suppliers/1",
        "date": DATED,
        "entities": [
            _company(VENDOR, "JP", {HOLDING: 80.0, "Demo employees' association": 20.0}),
            _company(HOLDING, "JP", {"A. Founder": 60.0, "B. Founder": 40.0}),
            _company(HOSTING, "JP", {"C. Keeper": 100.0}),
            _company("Example Radio GmbH", "DE", {"R. Beispiel": 100.0}),
            _company("Palisade Optics Laboratory", "JP", {"P. Tester": 100.0}),
            {"name": "Demo employees' association", "kind": "dispersed"},
            *(
                {"name": name, "kind": "person"}
                for name in ("A. Founder", "B. Founder", "C. Keeper", "R. Beispiel", "P. Tester")
            ),
            *({"name": name, "kind": "project"} for name in sorted(projects)),
        ],
    }


def make_services() -> Json:
    """Everything that the aircraft and its ground station talk to, and the ground software."""
    hosts = [{"name": HOSTING, "country": "JP"}]
    clouds = [
        _service("firmware updates", "cloud", hosts=["update.dronecert.example"], hosted_by=hosts),
        _service("telemetry", "cloud", hosts=["telemetry.dronecert.example"], hosted_by=hosts),
    ]
    return {
        "format": "dronecert-services/1",
        "date": DATED,
        "services": [*clouds, _service("EMB-GCS1", "ground software", basis="licence terms of 2026-06-01")],
    }


def write_paper(document: Json) -> bytes:
    """A paper as a file."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def with_aliased_supplier(paper: bytes) -> bytes:
    """Defect: the compass comes from a listed firm, under its trade name."""
    return _with_entities(paper, _company("ZWA Systems Inc.", "JP", {"Z. Person": 100.0}), _person("Z. Person"))


def with_ambiguous_supplier(paper: bytes) -> bytes:
    """Defect: a supplier has nearly the name of a listed one, and nobody found out whether it is it."""
    return _with_entities(paper, _company("Palisade Optics Workshop", "JP", {"P. Tester": 100.0}))


def owned_behind_holding(paper: bytes) -> bytes:
    """Defect: a listed firm owns the maker by way of two holdings."""
    behind = _company("Morgenrot Holding BV", "NL", {"Zwielicht Avionik GmbH": 51.0, "B. Founder": 49.0})
    document = json.loads(paper)
    for entity in document["entities"]:
        if entity["name"] == HOLDING:
            entity["owners"] = [{"name": "Morgenrot Holding BV", "share": 60.0}, {"name": "B. Founder", "share": 40.0}]
    return _with_entities(write_paper(document), behind)


def without_owners(paper: bytes) -> bytes:
    """Defect: the paper ends at a holding whose owners it does not tell."""
    document = json.loads(paper)
    for entity in document["entities"]:
        if entity["name"] == HOLDING:
            entity["owners"] = []
    return write_paper(document)


def with_reseller(paper: bytes) -> bytes:
    """Defect, first half: a reseller that belongs to a listed cloud provider is among the suppliers."""
    return _with_entities(paper, _company("Kumo Resale KK", "JP", {"Nagare Cloud Services Co., Ltd.": 100.0}))


def hosted_by_reseller(paper: bytes) -> bytes:
    """Defect, second half: the reseller hosts the telemetry."""
    return _hosted(paper, {"name": "Kumo Resale KK", "country": "JP"})


def hosted_elsewhere(paper: bytes) -> bytes:
    """Defect: the telemetry is hosted under the law of a listed jurisdiction."""
    return _hosted(paper, {"name": "Faraway Hosting Ltd.", "country": "XZ"})


def without_operator(paper: bytes) -> bytes:
    """Defect: nobody is named who runs the telemetry."""
    document = json.loads(paper)
    for service in document["services"]:
        if service["name"] == "telemetry":
            service["operator"] = "TBD"
    return write_paper(document)


def _company(name: str, country: str, owners: dict[str, float]) -> Json:
    held = [{"name": owner, "share": share} for owner, share in owners.items()]
    return {"name": name, "kind": "company", "country": country, "owners": held}


def _person(name: str) -> Json:
    return {"name": name, "kind": "person"}


def _service(name: str, kind: str, **more: Any) -> Json:  # noqa: ANN401 - fields of the paper
    return {"name": name, "kind": kind, "operator": VENDOR, "country": "JP", **more}


def _with_entities(paper: bytes, *entities: Json) -> bytes:
    document = json.loads(paper)
    return write_paper(document | {"entities": [*document["entities"], *entities]})


def _hosted(paper: bytes, host: Json) -> bytes:
    document = json.loads(paper)
    for service in document["services"]:
        if service["name"] == "telemetry":
            service["hosted_by"] = [*service["hosted_by"], host]
    return write_paper(document)
