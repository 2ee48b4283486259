from harness.instruments import roles
from harness.instruments.role_network import PeerRole


def test_the_network_role_has_it():
    assert PeerRole in roles.NetworkRole.__mro__
