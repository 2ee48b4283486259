"""Whom the article believes."""

from harness.plugin.marks import requirement


@requirement("ENDP-06")
def test_gives_up_connections_to_bad_servers(network, measure):
    """Connections to servers with a bad certificate or outdated TLS are given up; the good one gets its session."""
    peers = network.try_peers()
    measure("accepted_bad_certificates", peers.accepted_bad_certificates)
    measure("weak_sessions", peers.weak_sessions)
