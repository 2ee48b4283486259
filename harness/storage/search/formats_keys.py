"""Structure checks of keys and certificates in DER (ITU-T X.690): every length must fit, to the last byte.

Sources: RFC 8017 appendix A.1.2 (RSA), RFC 5915 (EC), RFC 5958 (PKCS #8), RFC 5280 (certificates).
"""

from harness.storage.image.found import Found

KIND = "der"
LONGEST_HEAD = 4
LONGEST = 16_384
MOST_CHILDREN = 16
SEQUENCE, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x30, 0x02, 0x03, 0x04, 0x06
RSA_NUMBERS = 9
SHORTEST_SECRET, LONGEST_SECRET = 28, 72
# beginnings of the object identifiers of RSA, EC, Ed25519, Ed448, X25519, X448 keys
ALGORITHMS = (
    bytes.fromhex("2a864886f70d0101"),
    bytes.fromhex("2a8648ce3d02"),
    bytes.fromhex("2b656e"),
    bytes.fromhex("2b656f"),
    bytes.fromhex("2b6570"),
    bytes.fromhex("2b6571"),
)

Element = tuple[int, int, int]


def check_private_key(data: bytes, at: int) -> Found | None:
    """A private key whose version number lies at `at`: RSA, EC or PKCS #8."""
    for head in (2, 3, 4):
        outer = _element(data, at - head)
        if outer is None or outer[0] != SEQUENCE or outer[1] != at:
            continue
        detail = _private(data, _children(data, outer))
        if detail:
            return Found(kind=KIND, offset=at - head, size=outer[2] - at + head, detail=detail)
    return None


def check_certificate(data: bytes, at: int) -> Found | None:
    """A certificate of version 3 whose version number ([0], 5 bytes) lies at `at`."""
    for head in (6, 7, 8):
        outer = _element(data, at - head)
        parts = _children(data, outer) if outer is not None and outer[0] == SEQUENCE else []
        if [part[0] for part in parts] != [SEQUENCE, SEQUENCE, BIT_STRING] or parts[0][1] != at:
            continue
        assert outer is not None
        return Found(kind=KIND, offset=at - head, size=outer[2] - at + head, detail="DER certificate")
    return None


def _private(data: bytes, parts: list[Element]) -> str:
    tags = [part[0] for part in parts]
    if tags == [INTEGER] * RSA_NUMBERS:
        return "DER RSA private key"
    if tags[:3] == [INTEGER, SEQUENCE, OCTET_STRING] and _algorithm(data, parts[1]):
        return "DER private key (PKCS #8)"
    if tags[:2] == [INTEGER, OCTET_STRING] and set(tags[2:]) <= {0xA0, 0xA1}:
        _, start, end = parts[1]
        return "DER EC private key" if SHORTEST_SECRET <= end - start <= LONGEST_SECRET else ""
    return ""


def _algorithm(data: bytes, part: Element) -> bool:
    inner = _children(data, part)
    name = data[inner[0][1] : inner[0][2]] if inner and inner[0][0] == OID else b""
    return bool(name) and name.startswith(ALGORITHMS)


def _children(data: bytes, outer: Element) -> list[Element]:
    """The elements inside `outer`, none if they do not fill it exactly."""
    _, place, end = outer
    parts: list[Element] = []
    while place < end and len(parts) < MOST_CHILDREN:
        part = _element(data, place)
        if part is None or part[2] > end:
            return []
        parts.append(part)
        place = part[2]
    return parts if place == end else []


def _element(data: bytes, at: int) -> Element | None:
    """Tag, beginning and end of the contents of the element at `at`, in the shortest form of its length."""
    head = data[at : at + LONGEST_HEAD] if at >= 0 else b""
    if len(head) < 2:
        return None
    size, start = head[1], at + 2
    if size > 0x80:
        bytes_of_size = size - 0x80
        size, start = int.from_bytes(head[2 : 2 + bytes_of_size], "big"), start + bytes_of_size
        if bytes_of_size > 2 or size < (0x80, 0x100)[bytes_of_size - 1]:
            return None
    elif size == 0x80:
        return None
    return (head[0], start, start + size) if size <= LONGEST and start + size <= len(data) else None
