from harness.instruments import roles
from harness.instruments.role_network import LoginRole, PeerRole, UpdateRole


def test_the_network_role_has_it():
    assert {LoginRole, PeerRole, UpdateRole} <= set(roles.NetworkRole.__mro__)
