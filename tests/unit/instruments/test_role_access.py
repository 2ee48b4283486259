from harness.instruments import roles
from harness.instruments.role_access import InterfaceRole, LoginRole, PeerRole, UpdateRole


def test_the_network_role_has_it():
    assert {LoginRole, PeerRole, UpdateRole} <= set(roles.NetworkRole.__mro__)


def test_the_scanner_role_has_it():
    assert InterfaceRole in roles.ScannerRole.__mro__
