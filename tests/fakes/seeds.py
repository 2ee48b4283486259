"""What a fuzzer begins with: small, whole examples of what a reader takes, so that it comes past the first check."""

import io
import json
import sqlite3
import ssl
import struct
import zipfile
from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fragmenting import fragments
from PIL import Image

from harness.drone.firmware.bill import make_bill, write_bill
from harness.drone.firmware.hardware import write_hbom
from harness.drone.network.resolver import encode_query
from harness.link.ethernet import Arp, Ethernet, Ipv4, TcpSegment, Udp

US, ROUTER, OURS, FAR = bytes.fromhex("020000000002"), bytes.fromhex("020000000001"), "10.0.0.2", "192.0.2.9"


def audit_seeds():
    """Captures, and frames behind their two addresses."""
    outgoing = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="a.example").do_handshake()
    query, hello = encode_query("a.example", 7), outgoing.read()
    packets = [
        *((17, Udp(5000, port, body)) for port, body in ((53, query), (123, b"\x23" + bytes(47)), (443, bytes(1200)))),
        *((6, TcpSegment(5000, 443, 1, 0, flags, 99, body)) for flags, body in ((2, b""), (24, hello[:1400]))),
    ]
    ip = [Ipv4(OURS, FAR, protocol, body.encode(OURS, FAR)).encode() for protocol, body in packets]
    frames = [Ethernet(ROUTER, US, 0x0800, packet).encode() for packet in ip]
    frames += [Ethernet(ROUTER, US, 0x0806, Arp(1, US, OURS, bytes(6), FAR).encode()).encode()]
    frames += fragments(frames[0], 16)
    records = b"".join(struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame for frame in frames)
    return [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + records, *(frame[12:] for frame in frames)]


def scan_seeds():
    """Files as they lie on a medium."""
    picture, archive = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (16, 16)).save(picture, "JPEG")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a", "the hidden bridge")
    base = sqlite3.connect(":memory:")
    base.execute("create table places (latitude real)")
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    text = b"$GPGGA,123519,3536.000,N,13936.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\nthe hidden bridge 35.6,139.6\n"
    volume = b"LUKS\xba\xbe\0\2" + struct.pack(">QQ", 16384, 1) + bytes(4072)
    return [picture.getvalue(), archive.getvalue(), base.serialize(), pem, text, volume]


def supply_seeds():
    """Bills of materials, and what stands in them behind their head."""
    bill = make_bill()
    inside = {key: value for key, value in bill.items() if key not in ("bomFormat", "specVersion", "version")}
    package = {"SPDXID": "SPDXRef-a", "name": "a", "downloadLocation": "NOASSERTION", "versionInfo": "1"}
    relation = {"spdxElementId": "SPDXRef-DOCUMENT", "relatedSpdxElement": "SPDXRef-a"}
    spdx = {"packages": [package], "relationships": [relation | {"relationshipType": "DESCRIBES"}]}
    return [write_bill(bill), write_hbom(), *(json.dumps(each)[1:].encode() for each in (inside, spdx))]


def write_seeds(folder, seeds):
    """Write each seed to a file of the folder, which is made."""
    folder.mkdir()
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(seed)
    return folder
