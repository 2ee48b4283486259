from harness.instruments import network_access
from harness.instruments.faults import faults_of
from harness.instruments.network import GatewayTap


def test_it_is_a_part_of_the_gateway_whose_faults_are_all_known():
    assert issubclass(GatewayTap, network_access.AccessTrials)
    assert set(network_access.OWN_FAULTS) <= set(faults_of("network", "gateway"))
