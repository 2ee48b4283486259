"""Defects of the supply chain: papers that do not hold, and parts that are not those on paper."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from harness.drone.article import ArticleConfig
from harness.drone.defect import Change, Defect, part
from harness.drone.firmware.bill import BILL_NAME
from harness.drone.firmware.hardware import HBOM_NAME
from harness.drone.firmware.papers import Edit
from harness.drone.fitted import RADIO_USB, FittedConfig

ORIGIN = "dronecert:origin:"


def edited(name: str, edit: Edit) -> Change:
    """A change of one paper; done once, however often it is asked for."""

    def change(config: ArticleConfig) -> ArticleConfig:
        edits = config.papers.edits
        if (name, edit) in edits:
            return config
        return replace(config, papers=replace(config.papers, edits=(*edits, (name, edit))))

    return change


def withheld(name: str) -> Change:
    """The paper of that name is not handed over."""
    return lambda config: replace(config, papers=replace(config.papers, withheld=config.papers.withheld | {name}))


def _bill_without_zlib(paper: bytes) -> bytes:
    bill = json.loads(paper)
    gone = {item["bom-ref"] for item in bill["components"] if item["name"] == "zlib"}
    bill["components"] = [item for item in bill["components"] if item["bom-ref"] not in gone]
    bill["dependencies"] = [
        item | {"dependsOn": [ref for ref in item["dependsOn"] if ref not in gone]}
        for item in bill["dependencies"]
        if item["ref"] not in gone
    ]
    return _written(bill)


def _bill_of_another_build(paper: bytes) -> bytes:
    bill = json.loads(paper)
    for item in bill["components"]:
        if item["name"] == "companion":
            earlier = hashlib.sha256(b"the build of the day before").hexdigest()
            item["hashes"] = [{"alg": "SHA-256", "content": earlier}]
    return _written(bill)


def _controller_without_origin(paper: bytes) -> bytes:
    bill = json.loads(paper)
    for item in bill["components"]:
        if item["name"] == "Flight controller":
            item.pop("manufacturer")
            item["properties"] = [told for told in item["properties"] if not told["name"].startswith(ORIGIN)]
    return _written(bill)


def _radio_assembled_again(paper: bytes) -> bytes:
    bill = json.loads(paper)
    for item in bill["components"]:
        for told in item["properties"]:
            if item["name"] == "Radio modem" and told["name"] == f"{ORIGIN}operation":
                told["value"] = "re-assembled"
    return _written(bill)


def _camera_from_elsewhere(paper: bytes) -> bytes:
    bill = json.loads(paper)
    for item in bill["components"]:
        for told in item["properties"]:
            # a code that ISO 3166 leaves to its users, so no country
            if item["name"] == "Camera" and told["name"] == f"{ORIGIN}country":
                told["value"] = "XZ"
    return _written(bill)


def _another_certificate(paper: bytes) -> bytes:
    return paper.replace(b"Certificate of origin", b"Statement of intent")


def _written(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=1) + "\n").encode()


SUPPLY_DEFECTS = (
    Defect(
        name="bill-without-library",
        summary="a library that is in the image is not in its bill of materials",
        caught_by=("SUP-02",),
        also_touches={"SUP-11": "the bill is not the one that its results rest on"},
        change=edited(BILL_NAME, _bill_without_zlib),
    ),
    Defect(
        name="bill-of-another-build",
        summary="the bill of materials has the hash of an earlier build of the companion's program",
        caught_by=("SUP-02",),
        also_touches={"SUP-11": "the bill is not the one that its results rest on"},
        change=edited(BILL_NAME, _bill_of_another_build),
    ),
    Defect(
        name="linked-library",
        summary="a library was linked into the companion's program after release",
        caught_by=("SUP-02", "SUP-05"),
        also_touches={
            "SUP-11": "the image is not the one that its results rest on",
            "DAR-01": "a system area that is not the released one counts as writable",
            "DAR-09": "the check at boot was changed with it",
            "SUP-07": "no builder attested a changed image",
            "SUP-06": "the boot loader that lets it start lets others start too",
        },
        change=part("firmware", linked_library="OpenSSL 1.0.2k  26 Jan 2017\0"),
    ),
    Defect(
        name="unknown-controller",
        summary="the hardware bill does not say who made the flight controller, where, and in which country",
        caught_by=("SUP-03",),
        change=edited(HBOM_NAME, _controller_without_origin),
    ),
    Defect(
        name="assembled-again",
        summary="the radio was re-assembled in the country that is given as its origin",
        caught_by=("SUP-03",),
        change=edited(HBOM_NAME, _radio_assembled_again),
    ),
    Defect(
        name="papers-contradict",
        summary="the hardware bill gives the camera another country than the declaration does",
        caught_by=("SUP-03",),
        change=edited(HBOM_NAME, _camera_from_elsewhere),
    ),
    Defect(
        name="another-certificate",
        summary="the certificate of the camera's origin is not the one whose hash is in the hardware bill",
        caught_by=("SUP-03",),
        change=edited("origin/emb-cam1.txt", _another_certificate),
    ),
    Defect(
        name="no-hardware-bill",
        summary="no hardware bill of materials comes with the drone",
        caught_by=("SUP-03", "SUP-04"),
        also_touches={"SUP-12": "without it nobody can tell who made the parts"},
        change=withheld(HBOM_NAME),
    ),
    Defect(
        name="radio-clone",
        summary="a clone of the declared radio is fitted, under a certificate number of its own",
        caught_by=("SUP-04",),
        change=part(
            "fitted",
            usb=tuple("1209:4699" if device == RADIO_USB else device for device in FittedConfig().usb),
            certificates=("201-250099",),
        ),
    ),
    Defect(
        name="undeclared-radio",
        summary="a radio chip that no paper names sits on the USB bus",
        caught_by=("SUP-04",),
        change=part("fitted", usb=(*FittedConfig().usb, "1209:4e52")),
    ),
    Defect(
        name="foreign-network-card",
        summary="the network card has an address of another maker's block",
        caught_by=("SUP-04",),
        change=part("network", mac="00:00:5e:00:53:17"),
    ),
    Defect(
        name="swapped-autopilot",
        summary="another autopilot board than the declared one is fitted",
        caught_by=("SUP-04",),
        change=part("mavlink", product_id=0x4699),
    ),
)
