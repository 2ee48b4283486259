"""Reads a policy from a MUD file (RFC 8520), the form in which a maker declares whom its product talks to.

Access lists are default deny: each entry that accepts names one server and port, or one service of the article. What
the standard has no place for (operators, budgets, addresses of resolvers) is in an extension, ``dronecert:audit``. An
entry that this reader does not understand is refused: to leave it out could let something pass or deny too much.
"""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harness.errors import FileError, UsageError
from harness.network.policy import Endpoint, Parties, Policy, Protocol, Service

EXTENSION, LARGEST_FILE = "dronecert:audit", 8 << 20
_DNS, _NTP = "urn:ietf:params:mud:dns", "urn:ietf:params:mud:ntp"
_TLS_PORTS = frozenset({443, 853, 8443, 8883})
_KEYS = frozenset(
    {"draft", "article", "endpoints", "resolvers", "time-servers", "housekeeping"}
    | {"permitted-jurisdictions", "permitted-operators"}
)
_ENDPOINT_KEYS = frozenset({"host", "address", "port", "protocol", "operator", "jurisdiction", "budget"})
_TRANSPORTS: dict[int, Literal["tcp", "udp"]] = {6: "tcp", 17: "udp"}


@dataclass(frozen=True, kw_only=True)
class MudFile:
    """What a MUD file says: the policy, and the addresses of the article where it names them."""

    policy: Policy
    article: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Target:
    """Whom one entry of an access list lets the article call."""

    name: str = ""
    address: str = ""
    controller: str = ""
    transport: Literal["tcp", "udp"]
    port: int


@dataclass(kw_only=True)
class _Reader:
    path: Path
    resolvers: list[str] = field(default_factory=list)
    time_servers: list[str] = field(default_factory=list)
    endpoints: dict[tuple[str, int, str], dict[str, Any]] = field(default_factory=dict)
    inbound: set[Service] = field(default_factory=set)

    def fail(self, key: str, problem: str) -> FileError:
        return FileError(self.path, problem, key=key)

    def read(self, document: object) -> MudFile:
        mud = self.table(self.table(document, "the file").get("ietf-mud:mud"), "ietf-mud:mud")
        extension = self.table(mud.get(EXTENSION, {}), EXTENSION)
        self._check_extension(extension)
        self.resolvers = self.texts(extension, "resolvers")
        self.time_servers = self.texts(extension, "time-servers")
        lists = self._lists(document)
        for name in self._named(mud, "from-device-policy"):
            self._take_from_device(lists, name)
        for name in self._named(mud, "to-device-policy"):
            self._take_to_device(lists, name)
        self._take_details(extension)
        try:
            policy = Policy(
                endpoints=tuple(Endpoint(**values) for values in self.endpoints.values()),
                resolvers=tuple(dict.fromkeys(self.resolvers)),
                time_servers=tuple(dict.fromkeys(self.time_servers)),
                inbound=frozenset(self.inbound),
                jurisdictions=frozenset(self.texts(extension, "permitted-jurisdictions")),
                operators=frozenset(self.texts(extension, "permitted-operators")),
                **self._housekeeping(extension),
            )
        except UsageError as error:
            raise self.fail("", str(error)) from error
        return MudFile(policy=policy, article=tuple(self.texts(extension, "article")))

    def table(self, value: object, key: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fail(key, f"wanted an object, got {_short(value)}")
        return value

    def rows(self, value: object, key: str) -> list[Any]:
        if not isinstance(value, list):
            raise self.fail(key, f"wanted a list, got {_short(value)}")
        return value

    def texts(self, table: dict[str, Any], key: str) -> list[str]:
        rows = self.rows(table.get(key, []), key)
        if not all(isinstance(row, str) and row for row in rows):
            raise self.fail(key, "wanted a list of texts")
        return rows

    def _check_extension(self, extension: dict[str, Any]) -> None:
        unknown = set(extension) - _KEYS
        if unknown:
            raise self.fail(EXTENSION, f"unknown {', '.join(sorted(unknown))}: known are {', '.join(sorted(_KEYS))}")
        if extension.get("draft"):
            raise self.fail(EXTENSION, "this policy is a draft that was learned: read and mend it, then remove 'draft'")

    def _housekeeping(self, extension: dict[str, Any]) -> dict[str, Any]:
        given = "housekeeping" in extension
        return {"housekeeping": frozenset(self.texts(extension, "housekeeping"))} if given else {}

    def _lists(self, document: object) -> dict[str, list[Any]]:
        table = self.table(document, "the file")
        acls = table.get("ietf-access-control-list:acls", table.get("ietf-access-control-list:access-lists"))
        found: dict[str, list[Any]] = {}
        for acl in self.rows(self.table(acls, "ietf-access-control-list:acls").get("acl"), "acl"):
            acl = self.table(acl, "acl")
            aces = self.table(acl.get("aces"), f"acl {acl.get('name')}")
            found[str(acl.get("name"))] = self.rows(aces.get("ace"), f"acl {acl.get('name')}")
        return found

    def _named(self, mud: dict[str, Any], key: str) -> Iterator[str]:
        policy = self.table(mud.get(key, {}), key)
        lists = self.table(policy.get("access-lists", {}), key)
        for entry in self.rows(lists.get("access-list", []), key):
            yield str(self.table(entry, key).get("name"))

    def _accepted(self, lists: dict[str, list[Any]], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        if name not in lists:
            raise self.fail(name, "this access list is named by the policy and is not in the file")
        for ace in lists[name]:
            where = f"{name}.{self.table(ace, name).get('name')}"
            action = self.table(ace.get("actions", {}), where).get("forwarding")
            matches = self.table(ace.get("matches", {}), where)
            # an entry that denies takes the name of its module with it in some files
            if str(action).rsplit(":", 1)[-1] == "accept":
                yield where, matches
            elif matches:
                raise self.fail(where, "an entry that denies must match everything and stand last: all else is denied")

    def _take_from_device(self, lists: dict[str, list[Any]], name: str) -> None:
        for where, matches in self._accepted(lists, name):
            target = self._target(where, matches, "destination", "dst")
            services = {53: (self.resolvers, _DNS), 123: (self.time_servers, _NTP)}
            hosts, controller = services.get(target.port, ([], "")) if target.transport == "udp" else ([], "")
            if target.controller:
                if target.controller != controller or not hosts:
                    raise self.fail(where, f"controller {target.controller}: give its addresses in {EXTENSION}")
            elif controller:
                hosts.append(target.name or target.address)
            else:
                self._add(target)

    def _add(self, target: _Target) -> None:
        secure: Protocol = "tls" if target.transport == "tcp" else "quic"
        protocol = secure if target.port in _TLS_PORTS else target.transport
        key = (target.name.lower().rstrip(".") or target.address, target.port, target.transport)
        self.endpoints[key] = {"port": target.port, "protocol": protocol} | (
            {"host": target.name} if target.name else {"address": target.address}
        )

    def _take_to_device(self, lists: dict[str, list[Any]], name: str) -> None:
        for where, matches in self._accepted(lists, name):
            transport = self._transport(where, matches)
            ports = self.table(matches.get(transport, {}), where)
            if ports.get("ietf-mud:direction-initiated") == "from-device" or "source-port" in ports:
                # the answers of servers that the other list names
                continue
            self.inbound.add((transport, self._port(where, ports, "destination-port")))

    def _target(self, where: str, matches: dict[str, Any], side: str, short: str) -> _Target:
        transport = self._transport(where, matches)
        ports = self.table(matches.get(transport, {}), where)
        port = self._port(where, ports, f"{side}-port")
        controller = self.table(matches.get("ietf-mud:mud", {}), where)
        if set(controller) - {"controller"}:
            raise self.fail(where, f"{', '.join(controller)} names no server: name it by {short}-dnsname")
        network = self._network(where, matches)
        name = network.get(f"ietf-acldns:{short}-dnsname", "")
        address = network.get(f"{side}-{self._family(matches)}-network", "")
        target = _Target(
            name=str(name),
            address=self._host(where, address) if address else "",
            controller=str(controller.get("controller", "")),
            transport=transport,
            port=port,
        )
        if sum(map(bool, (target.name, target.address, target.controller))) != 1:
            raise self.fail(where, f"wanted one of {short}-dnsname, {side} network of one address, or controller")
        return target

    def _family(self, matches: dict[str, Any]) -> str:
        return "ipv6" if "ipv6" in matches else "ipv4"

    def _network(self, where: str, matches: dict[str, Any]) -> dict[str, Any]:
        unknown = set(matches) - {"ipv4", "ipv6", "tcp", "udp", "ietf-mud:mud"}
        if unknown or {"ipv4", "ipv6"} <= set(matches):
            raise self.fail(where, f"cannot read the match {', '.join(sorted(unknown)) or 'ipv4 and ipv6 at once'}")
        network = self.table(matches.get(self._family(matches), {}), where)
        names = {f"ietf-acldns:{side}-dnsname" for side in ("src", "dst")}
        known = names | {"protocol", "destination-ipv4-network", "destination-ipv6-network"}
        if set(network) - known:
            raise self.fail(where, f"cannot read the match {', '.join(sorted(set(network) - known))}")
        return network

    def _transport(self, where: str, matches: dict[str, Any]) -> Literal["tcp", "udp"]:
        network = self.table(matches.get(self._family(matches), {}), where)
        named = [transport for transport in ("tcp", "udp") if transport in matches]
        number = network.get("protocol")
        transport = _TRANSPORTS.get(number) if isinstance(number, int) else None
        if number is not None and (transport is None or named not in ([], [transport])):
            raise self.fail(where, f"protocol {_short(number)}: wanted 6 (tcp) or 17 (udp), and that one only")
        if transport is None and len(named) != 1:
            raise self.fail(where, "wanted protocol 6 (tcp) or 17 (udp)")
        return transport or ("tcp" if named == ["tcp"] else "udp")

    def _port(self, where: str, ports: dict[str, Any], key: str) -> int:
        unknown = set(ports) - {"ietf-mud:direction-initiated", "destination-port", "source-port"}
        port = self.table(ports.get(key, {}), where)
        number = port.get("port")
        whole = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 65536
        if unknown or port.get("operator", "eq") != "eq" or not whole:
            raise self.fail(where, f"wanted one {key}, operator eq and a port of 1 to 65535; got {_short(ports)}")
        return int(str(number))

    def _host(self, where: str, text: object) -> str:
        try:
            network = ipaddress.ip_network(str(text))
        except ValueError as error:
            raise self.fail(where, f"{_short(text)} is no address: {error}") from error
        if network.num_addresses != 1:
            raise self.fail(where, f"{text} is a whole network: name the servers, by name or by address")
        return str(network.network_address)

    def _take_details(self, extension: dict[str, Any]) -> None:
        for row in self.rows(extension.get("endpoints", []), "endpoints"):
            table = self.table(row, "endpoints")
            if set(table) - _ENDPOINT_KEYS:
                raise self.fail("endpoints", f"unknown {', '.join(sorted(set(table) - _ENDPOINT_KEYS))}")
            self._check_types(table)
            host = str(table.get("host", "")).lower().rstrip(".") or str(table.get("address", ""))
            transport = "udp" if table.get("protocol") in ("udp", "quic") else "tcp"
            known = self.endpoints.get((host, table.get("port", 443), transport))
            if known is None:
                raise self.fail("endpoints", f"no access list lets {host}:{table.get('port', 443)}/{transport} pass")
            known.update(
                {key: table[key] for key in ("protocol", "operator", "jurisdiction", "budget") if key in table}
            )

    def _check_types(self, table: dict[str, Any]) -> None:
        for key, value in table.items():
            wanted = int if key in ("port", "budget") else str
            if not isinstance(value, wanted) or isinstance(value, bool):
                raise self.fail(
                    f"endpoints.{key}", f"wanted {'a number' if wanted is int else 'a text'}, got {_short(value)}"
                )


def read_mud(path: Path) -> MudFile:
    """Read a MUD file.

    Raises:
        FileError: it is absent, no JSON, a draft, or an entry in it cannot be read or names nobody.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileError(path, f"is larger than {LARGEST_FILE} bytes")
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FileError(path, f"is no JSON: {error}") from error
    return _Reader(path=path).read(document)


def parties_of(names: tuple[str, ...]) -> Parties:
    """The article by MAC and IP addresses.

    Raises:
        UsageError: a name is neither.
    """
    macs = {name.lower().replace("-", ":") for name in names if _is_mac(name)}
    return Parties(macs=frozenset(macs), addresses=frozenset(name for name in names if not _is_mac(name)))


def _is_mac(name: str) -> bool:
    parts = name.replace("-", ":").split(":")
    return len(parts) == 6 and all(len(part) == 2 and set(part.lower()) <= set("0123456789abcdef") for part in parts)


def _short(value: object) -> str:
    return repr(value)[:80]
