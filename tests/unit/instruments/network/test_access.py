from harness.instruments.faults import faults_of
from harness.instruments.network import access
from harness.instruments.network.network import GatewayTap


def test_it_is_a_part_of_the_gateway_whose_faults_are_all_known():
    assert issubclass(GatewayTap, access.AccessTrials)
    assert set(access.OWN_FAULTS) <= set(faults_of("network", "gateway"))
