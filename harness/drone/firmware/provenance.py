"""The build service's signed provenance, in-toto and SLSA in a DSSE envelope, written by hand on the maker's side."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from harness.drone.firmware.components import PRODUCT

PROVENANCE_NAME = "provenance.intoto.json"
EARLIER_NAME = "provenance-1.4.1.intoto.json"
BUILDER = "https://build.dronecert.example/hosted/v1"
SOURCE = "git+https://code.dronecert.example/embedded-drone-firmware"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
# what the maker publishes with a release
RELEASED = Path(__file__).parents[3] / "rigs" / "articles" / "embedded"
Json = dict[str, Any]


def make_statement(image: bytes, version: str, builder: str = BUILDER) -> Json:
    """What a builder says of an image: from which commit and with which compiler it was made, and by whom."""
    commit = hashlib.sha1(f"{PRODUCT} {version}".encode(), usedforsecurity=False).hexdigest()
    compiler = hashlib.sha256(b"arm-none-eabi-gcc 14.2").hexdigest()
    materials = [
        {"uri": f"{SOURCE}@refs/tags/v{version}", "digest": {"gitCommit": commit}},
        {"uri": "pkg:generic/arm-none-eabi-gcc@14.2", "digest": {"sha256": compiler}},
    ]
    definition = {
        "buildType": "https://build.dronecert.example/firmware/v1",
        "externalParameters": {"source": SOURCE, "ref": f"refs/tags/v{version}"},
        "resolvedDependencies": materials,
    }
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": f"{PRODUCT}-{version}.tar", "digest": {"sha256": hashlib.sha256(image).hexdigest()}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {"buildDefinition": definition, "runDetails": {"builder": {"id": builder}}},
    }


def sign_statement(statement: Json, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The envelope with one signature."""
    payload = json.dumps(statement, sort_keys=True).encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
    return write_envelope(payload, [{"sig": base64.b64encode(key.sign(signed, ec.ECDSA(SHA256()))).decode()}])


def write_envelope(payload: bytes, signatures: list[Json]) -> bytes:
    """The envelope as a file."""
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": signatures,
    }
    return (json.dumps(envelope, indent=1) + "\n").encode()


def read_released(name: str) -> bytes:
    """A paper as it was published with the release."""
    return (RELEASED / name).read_bytes()


def of_earlier_release(paper: bytes) -> bytes:
    """Defect: the attestation of the version before, truly signed."""
    return read_released(EARLIER_NAME)


def vouched_by_maker(paper: bytes) -> bytes:
    """Defect: the maker attests its own build, under a name and a key of its own."""
    statement, _ = _opened(paper)
    statement["predicate"]["runDetails"]["builder"]["id"] = "https://desk.dronecert.example/build"
    return sign_statement(statement, ec.generate_private_key(ec.SECP256R1()))


def of_another_commit(paper: bytes) -> bytes:
    """Defect: the source was changed in the attestation after it was signed."""
    statement, signatures = _opened(paper)
    statement["predicate"]["buildDefinition"]["resolvedDependencies"][0]["digest"]["gitCommit"] = "0" * 40
    return write_envelope(json.dumps(statement, sort_keys=True).encode(), signatures)


def without_signature(paper: bytes) -> bytes:
    """Defect: nobody signed the attestation."""
    statement, _ = _opened(paper)
    return write_envelope(json.dumps(statement, sort_keys=True).encode(), [])


def _opened(paper: bytes) -> tuple[Json, list[Json]]:
    envelope = json.loads(paper)
    return json.loads(base64.b64decode(envelope["payload"])), envelope["signatures"]
