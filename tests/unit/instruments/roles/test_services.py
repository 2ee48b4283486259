from harness.instruments.network.network import GatewayTap
from harness.instruments.roles.services import ServicesRole
from harness.instruments.roles.words import NetworkRole


def test_it_is_a_part_of_the_network_role_that_the_gateway_fills():
    assert ServicesRole in NetworkRole.__mro__
    for verb in ("watch_services", "watch_operators"):
        assert callable(getattr(GatewayTap, verb))
