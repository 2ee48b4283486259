"""Who runs an address: by a dated snapshot of registry look-ups, never by a look-up while the audit runs.

An address may lie in one country and be run by an entity of another, so the operator is judged first, then the law that
it is subject to, then the country to which a registry gave the block. The format of the snapshot is in docs/audit.md.
"""

import ipaddress
import json
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.errors import FileError
from harness.network.finding import Finding, Kind
from harness.network.policy import Endpoint, Policy

LARGEST_FILE = 64 << 20
_LEGAL_FORMS = frozenset(
    {"ag", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated"}
    | {"kk", "limited", "llc", "ltd", "plc", "pty", "sa"}
)
_LOCAL_BLOCKS = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "224.0.0.0/4"),
    *("255.255.255.255/32", "0.0.0.0/32", "fc00::/7", "fe80::/10", "ff00::/8", "::1/128", "::/128"),
)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Who runs a block of addresses.

    Attributes:
        prefix: the block.
        operator: entity that runs what is there.
        registrant: entity to which the block is registered.
        jurisdiction: that the operator is subject to, as ISO 3166 code, empty where the snapshot does not say.
        source: where that is from.
    """

    prefix: Network
    operator: str
    registrant: str
    jurisdiction: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Entity:
    """An entity with its other names, the lists that it is on, and the law that it is subject to."""

    name: str
    aliases: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    jurisdiction: str = ""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Registry look-ups of one day.

    Attributes:
        date: of the look-ups, as in the file.
        source: what was asked.
        holdings: blocks and who runs them.
        entities: names and lists.
    """

    date: str
    source: str
    holdings: tuple[Holding, ...]
    entities: tuple[Entity, ...]

    def find(self, address: str) -> Holding | None:
        """The smallest block that an address lies in."""
        parsed = ipaddress.ip_address(address)
        for length in range(parsed.max_prefixlen, -1, -1):
            number = int(parsed) >> (parsed.max_prefixlen - length)
            holding = self._by_prefix.get((parsed.version, length, number))
            if holding is not None:
                return holding
        return None

    def entity(self, name: str) -> Entity:
        """The entity that a name or an alias means; one without aliases where the snapshot has none."""
        return self._by_name.get(normalised(name), Entity(name=name))

    @cached_property
    def _by_prefix(self) -> Mapping[tuple[int, int, int], Holding]:
        found: dict[tuple[int, int, int], Holding] = {}
        for holding in self.holdings:
            prefix = holding.prefix
            number = int(prefix.network_address) >> (prefix.max_prefixlen - prefix.prefixlen)
            found[prefix.version, prefix.prefixlen, number] = holding
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, Entity]:
        return {normalised(name): entity for entity in self.entities for name in (entity.name, *entity.aliases)}


def normalised(name: str) -> str:
    """A name as it is compared: lower case, without accents, marks and legal forms."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    words = letters.split()
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


def is_local(address: str) -> bool:
    """Whether an address is of the site itself: nobody can be looked up who runs it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        # a MAC address
        return True
    return any(parsed in ipaddress.ip_network(block) for block in _LOCAL_BLOCKS)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A far end that was declared or observed: its address, names, and the packet that shows it."""

    address: str
    endpoint: Endpoint | None = None
    packet: int = 0
    time: float = 0.0


def judge_contact(contact: Contact, policy: Policy, snapshot: Snapshot) -> Iterator[Finding]:
    """What speaks against the operator of a far end."""
    holding = snapshot.find(contact.address)
    declared = contact.endpoint.operator if contact.endpoint else ""
    if holding is None:
        yield _finding("unattributed", contact, f"no operator of {contact.address} in the snapshot of {snapshot.date}")
        yield from _judge_entity(contact, declared, policy, snapshot)
        return
    where = f"{contact.address} is run by {holding.operator} ({holding.source})"
    if declared and snapshot.entity(declared) != snapshot.entity(holding.operator):
        yield _finding("unattributed", contact, f"{where}, declared is {declared}")
    for name in dict.fromkeys(filter(None, (holding.operator, holding.registrant, declared))):
        yield from _judge_entity(contact, name, policy, snapshot)
    yield from _judge_law(contact, holding, policy, snapshot)


def judge_unseen(endpoint: Endpoint, policy: Policy, snapshot: Snapshot) -> Iterator[Finding]:
    """What speaks against an endpoint that was declared and not called: its operator by its maker's own word."""
    contact = Contact(address=endpoint.host or endpoint.address, endpoint=endpoint)
    if not endpoint.operator:
        yield _finding("unattributed", contact, f"the declaration names no operator of {endpoint}")
    yield from _judge_entity(contact, endpoint.operator, policy, snapshot)
    code = endpoint.jurisdiction.upper()
    if code and policy.jurisdictions and code not in policy.jurisdictions:
        yield _finding("jurisdiction", contact, f"{endpoint} is by its declaration under {code}, not permitted")


def _judge_entity(contact: Contact, name: str, policy: Policy, snapshot: Snapshot) -> Iterator[Finding]:
    entity = snapshot.entity(name) if name else None
    if entity is not None and entity.lists:
        yield _finding("operator", contact, f"{contact.address} is run by or registered to {name}: {entity.lists[0]}")
    permitted = {snapshot.entity(one) for one in policy.operators}
    if entity is not None and permitted and entity not in permitted:
        yield _finding("operator", contact, f"{contact.address}: {name} is no permitted operator")


def _judge_law(contact: Contact, holding: Holding, policy: Policy, snapshot: Snapshot) -> Iterator[Finding]:
    if not policy.jurisdictions:
        return
    of_operator = holding.jurisdiction or snapshot.entity(holding.operator).jurisdiction
    declared = contact.endpoint.jurisdiction if contact.endpoint else ""
    country = country_of(contact.address)
    laws = {"its operator": of_operator, "its declaration": declared, "the registry of its block": country}
    if not of_operator:
        yield _finding("unattributed", contact, f"the snapshot names no jurisdiction of {holding.operator}")
    for who, code in laws.items():
        if code and code.upper() not in policy.jurisdictions:
            yield _finding("jurisdiction", contact, f"{contact.address}: {who} gives {code}, which is not permitted")


def _finding(kind: Kind, contact: Contact, detail: str) -> Finding:
    return Finding(kind=kind, detail=detail, packet=contact.packet, time=contact.time, far=contact.address)


def country_of(address: str) -> str:
    """Country to which a registry gave the block of an address, as ISO 3166 code; empty where it gave it to nobody."""
    import iptocc

    return iptocc.country_code(address) or ""


def registry_version() -> str:
    """Version of the registry data."""
    from importlib.metadata import version

    return f"iptocc {version('iptocc')}"


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot, TOML or JSON by its name.

    Raises:
        FileError: it is absent, too large, of neither form, or something in it is missing or unknown.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileError(path, f"is larger than {LARGEST_FILE} bytes")
        text = path.read_text("utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FileError(path, f"is no {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from error
    reader = _Reader(path)
    table = reader.table(document, "the file", {"date", "source", "networks", "entities"})
    return Snapshot(
        date=reader.text(table, "date", "the file"),
        source=reader.text(table, "source", "the file"),
        holdings=tuple(reader.holding(row) for row in reader.rows(table, "networks")),
        entities=tuple(reader.entity(row) for row in reader.rows(table, "entities")),
    )


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path

    def table(self, value: object, where: str, keys: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict) or set(value) - keys:
            unknown = ", ".join(sorted(map(str, set(value) - keys))) if isinstance(value, dict) else "no table"
            raise FileError(self._path, f"wanted {', '.join(sorted(keys))}, got {unknown}", key=where)
        return value

    def rows(self, table: dict[str, Any], key: str) -> list[object]:
        rows = table.get(key, [])
        if not isinstance(rows, list):
            raise FileError(self._path, "wanted a list of tables", key=key)
        return rows

    def text(self, table: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
        value = table.get(key, default)
        wrong = value is None or isinstance(value, bool | int | float | list | dict) or not str(value)
        if wrong and (default is None or key in table):
            raise FileError(self._path, f"wanted a text at {key}, got {value!r}", key=where)
        return str(value)

    def holding(self, row: object) -> Holding:
        table = self.table(row, "networks", {"prefix", "operator", "registrant", "jurisdiction", "source"})
        text = self.text(table, "prefix", "networks")
        try:
            prefix = ipaddress.ip_network(text)
        except ValueError as error:
            raise FileError(self._path, f"{text!r} is no block of addresses: {error}", key="networks.prefix") from error
        operator = self.text(table, "operator", "networks")
        return Holding(
            prefix=prefix,
            operator=operator,
            registrant=self.text(table, "registrant", "networks", operator),
            jurisdiction=self.text(table, "jurisdiction", "networks", ""),
            source=self.text(table, "source", "networks"),
        )

    def entity(self, row: object) -> Entity:
        table = self.table(row, "entities", {"name", "aliases", "lists", "jurisdiction"})
        return Entity(
            name=self.text(table, "name", "entities"),
            aliases=self._texts(table, "aliases"),
            lists=self._texts(table, "lists"),
            jurisdiction=self.text(table, "jurisdiction", "entities", ""),
        )

    def _texts(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            raise FileError(self._path, "wanted a list of texts", key=f"entities.{key}")
        return tuple(value)
