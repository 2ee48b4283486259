"""Drafts a MUD file from a capture, for a human to read and mend: what was seen is not yet what is allowed."""

from collections.abc import Iterable
from typing import Any

from harness.network.audit import JudgedFlow, Options, examine
from harness.network.capture import Source
from harness.network.dns import Names
from harness.network.fast_reading import read_flows
from harness.network.mud import EXTENSION
from harness.network.policy import Parties, Policy
from harness.network.search import Search
from harness.network.verdict import FlowVerdict

_NUMBERS = {"tcp": 6, "udp": 17}
_SECURE = {"tls": "tls", "quic": "quic"}


def learn_policy(source: Source, parties: Parties) -> dict[str, Any]:
    """A MUD file, marked as a draft, under which the article of this capture would be clean as far as that can be said.

    Raises:
        MaterialError: the capture cannot be read.
    """
    seen = examine(source, Policy(endpoints=()), parties, Options()).flows
    spoken = [flow for flow in seen if flow.verdict is not FlowVerdict.HOUSEKEEPING]
    begun = [flow for flow in spoken if flow.far == flow.responder[0] and flow.protocol in _NUMBERS]
    resolvers = sorted({flow.far for flow in begun if _is(flow, "udp", 53)})
    names = read_flows(source, Policy(endpoints=(), resolvers=tuple(resolvers)), parties, Search()).names
    clocks = sorted({_name(flow, names) for flow in begun if _is(flow, "udp", 123)})
    called = [flow for flow in begun if not _is(flow, "udp", 53) and not _is(flow, "udp", 123)]
    endpoints = list({str(row): row for row in (_endpoint(flow, names) for flow in called)}.values())
    answered = [flow for flow in seen if flow.far == flow.initiator[0] and flow.far != flow.responder[0]]
    acls = [
        _acl("from", map(_outbound, endpoints)),
        _acl("to", _inbound({(flow.protocol, flow.responder[1]) for flow in answered})),
    ]
    extension = {
        "draft": True,
        "resolvers": resolvers,
        "time-servers": clocks,
        "endpoints": [{key: row[key] for key in row if key != "transport"} for row in endpoints],
    }
    return {
        "ietf-mud:mud": {
            "mud-version": 1,
            "systeminfo": f"DRAFT, learned from {source.name}: read every entry, remove what should not be",
            "from-device-policy": {"access-lists": {"access-list": [{"name": "from"}]}},
            "to-device-policy": {"access-lists": {"access-list": [{"name": "to"}]}},
            "extensions": [EXTENSION],
            EXTENSION: extension,
        },
        "ietf-access-control-list:acls": {"acl": acls},
    }


def _is(flow: JudgedFlow, protocol: str, port: int) -> bool:
    return (flow.protocol, flow.responder[1]) == (protocol, port)


def _name(flow: JudgedFlow, names: Names) -> str:
    return next(iter(names.names_of(flow.far)), flow.far)


def _endpoint(flow: JudgedFlow, names: Names) -> dict[str, Any]:
    name = flow.server_name or _name(flow, names)
    where = {"host": name} if name != flow.far else {"address": flow.far}
    protocol = _SECURE.get(flow.application, flow.protocol)
    return where | {"port": flow.responder[1], "protocol": protocol, "transport": flow.protocol}


def _outbound(row: dict[str, Any]) -> dict[str, Any]:
    family = "ipv6" if ":" in row.get("address", "") else "ipv4"
    host = (
        {"ietf-acldns:dst-dnsname": row["host"]}
        if "host" in row
        else {f"destination-{family}-network": f"{row['address']}/{128 if family == 'ipv6' else 32}"}
    )
    return {
        family: host | {"protocol": _NUMBERS[row["transport"]]},
        row["transport"]: {"destination-port": {"operator": "eq", "port": row["port"]}},
    }


def _inbound(offered: set[tuple[str, int]]) -> Iterable[dict[str, Any]]:
    for protocol, port in sorted(offered):
        if protocol in _NUMBERS and port:
            yield {
                "ipv4": {"protocol": _NUMBERS[protocol]},
                protocol: {"destination-port": {"operator": "eq", "port": port}},
            }


def _acl(name: str, matches: Iterable[dict[str, Any]]) -> dict[str, Any]:
    aces = [
        {"name": f"{name}-{number}", "matches": match, "actions": {"forwarding": "accept"}}
        for number, match in enumerate({str(match): match for match in matches}.values())
    ]
    return {"name": name, "type": "ipv4-acl-type", "aces": {"ace": aces}}
