"""Which services the article uses, and who runs those that it calls."""

from harness.plugin.marks import requirement


@requirement("ENDP-03")
def test_uses_declared_names_time_and_addressing_only(network, measure, listen):
    """Names, time and addresses come from declared services, and nothing is tunnelled through them."""
    asked = network.watch_services(over=listen.window)
    measure("unknown_time_servers", asked.unknown_time_servers)
    measure("suspect_queries", asked.suspect_queries)
    measure("undeclared_ipv6_flows", asked.undeclared_ipv6_flows)
    measure("icmp_payload_bytes", asked.icmp_payload_bytes)
    measure("unknown_resolvers", asked.unknown_resolvers)


@requirement("ENDP-04")
def test_calls_endpoints_of_permitted_operators_only(network, measure, listen):
    """Every endpoint that is declared or called is run by a permitted entity under a permitted jurisdiction."""
    called = network.watch_operators(over=listen.window)
    measure("disallowed_endpoints", called.disallowed)
    measure("unattributed_endpoints", called.unattributed)
