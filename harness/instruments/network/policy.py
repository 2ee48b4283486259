"""What the maker declares of the article's network, as the policy that a capture is judged by."""

import ipaddress

from harness.catalogue import Declaration
from harness.catalogue.sections import Endpoint as DeclaredEndpoint
from harness.network.policy import Endpoint, Policy, Service

FIRST_SERVER = 10
ANYWHERE = ("any", "*")
OVER_UDP = ("udp", "quic")


def services_of(declaration: Declaration) -> frozenset[Service]:
    """The ports that others may call."""
    return frozenset(("udp" if item.protocol in OVER_UDP else "tcp", item.port) for item in declaration.network.inbound)


def names_of(declaration: Declaration) -> dict[str, str]:
    """The hosts that a gateway plays, with the addresses that it gives them."""
    network = declaration.network
    hosts = [item.host for item in (*network.endpoints, *network.time_servers) if item.host not in ANYWHERE]
    return {
        host: host if _is_address(host) else f"198.51.100.{FIRST_SERVER + number}"
        for number, host in enumerate(dict.fromkeys(hosts))
    }


def policy_of(declaration: Declaration) -> Policy:
    """Whom the article may talk to."""
    # "any" names nobody, so it lets nothing pass; the profile's floor says the same
    network = declaration.network
    return Policy(
        endpoints=tuple(_endpoint(item) for item in network.endpoints if item.host not in ANYWHERE),
        resolvers=tuple(item.host for item in network.resolvers if item.host not in ANYWHERE),
        time_servers=tuple(item.host for item in network.time_servers if item.host not in ANYWHERE),
        inbound=services_of(declaration),
        jurisdictions=frozenset(network.jurisdictions),
    )


def _endpoint(item: DeclaredEndpoint) -> Endpoint:
    address, host = (item.host, "") if _is_address(item.host) else ("", item.host)
    return Endpoint(
        host=host,
        address=address,
        port=item.port,
        protocol=item.protocol,
        operator=item.operator,
        jurisdiction=item.jurisdiction,
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
