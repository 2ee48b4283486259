from harness.instruments.roles import words
from harness.instruments.roles.access import InterfaceRole, LoginRole, PeerRole, UpdateRole


def test_the_network_role_has_it():
    assert {LoginRole, PeerRole, UpdateRole} <= set(words.NetworkRole.__mro__)


def test_the_scanner_role_has_it():
    assert InterfaceRole in words.ScannerRole.__mro__
