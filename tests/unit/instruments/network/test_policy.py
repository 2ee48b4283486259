from harness.instruments.network.policy import names_of, policy_of


def test_services_and_addresses_become_the_policy_as_declared(declaration):
    network = declaration.network
    quic = network.inbound[0].model_copy(update={"port": 4433, "protocol": "quic"})
    direct = network.endpoints[0].model_copy(update={"host": "192.0.2.77"})
    changed = network.model_copy(update={"inbound": (*network.inbound, quic), "endpoints": (direct,)})
    changed = declaration.model_copy(update={"network": changed})
    policy = policy_of(changed)
    assert names_of(changed) == {"192.0.2.77": "192.0.2.77", "time.dronecert.example": "198.51.100.11"}
    assert policy.inbound == {("udp", 14550), ("udp", 4433)}
    assert (policy.endpoints[0].host, policy.endpoints[0].address) == ("", "192.0.2.77")


def test_everybody_is_no_endpoint(declaration):
    network = declaration.network
    anybody = tuple(item.model_copy(update={"host": "any"}) for item in network.endpoints)
    opened = declaration.model_copy(update={"network": network.model_copy(update={"endpoints": anybody})})
    assert policy_of(opened).endpoints == ()
