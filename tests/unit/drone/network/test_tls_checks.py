import ssl

import pytest

from harness.drone.network.tls import client_context
from harness.drone.network.tls_checks import TlsChecks
from harness.instruments.gateway import Authority, Presented
from harness.instruments.gateway.imposters import BAD_CERTIFICATES, WeakOffer, shake, weak_context

HOST = "update.example-drone.jp"


@pytest.fixture(scope="module")
def authority():
    return Authority()


def taken(authority, **left_out):
    client = client_context(authority.trust_root, TlsChecks(**left_out))
    servers = {kind: authority.context(HOST, kind) for kind in Presented}
    servers |= {offer: weak_context(authority, HOST, offer) for offer in WeakOffer}
    return {kind for kind, server in servers.items() if shake(server, client, HOST)[0]}


def test_as_shipped_only_the_good_server_gets_a_session(authority):
    assert taken(authority) == {Presented.GOOD}


@pytest.mark.parametrize(
    ("left_out", "more"),
    [
        ("chain", set(BAD_CERTIFICATES)),
        ("name", {Presented.WRONG_NAME}),
        ("dates", {Presented.EXPIRED, Presented.NOT_YET_VALID}),
        ("revocation", {Presented.REVOKED}),
        ("current", set(WeakOffer) - {WeakOffer.NO_ENCRYPTION}),
    ],
)
def test_a_check_left_out_lets_that_in_and_no_more(authority, left_out, more):
    assert taken(authority, **{left_out: False}) == {Presented.GOOD, *more}


def test_a_trust_store_without_a_list_looks_nothing_up(authority):
    root = authority.trust_root.partition("-----BEGIN X509 CRL")[0]
    assert not client_context(root).verify_flags & ssl.VERIFY_CRL_CHECK_LEAF
