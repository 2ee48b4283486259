import ssl

import pytest

from harness.instruments.gateway.authority import Authority
from harness.instruments.gateway.imposters import BAD_CERTIFICATES, WeakOffer, strict_client, try_server, weak_context

HOST = "host.example"


@pytest.mark.parametrize("kind", BAD_CERTIFICATES)
def test_each_certificate_is_taken_by_who_does_not_care_and_by_nobody_else(authority, kind):
    trial = try_server(authority.context(HOST, kind), HOST, authority.trust_root)
    assert trial.agreed.startswith("TLSv1.3") and trial.refusal


@pytest.mark.parametrize(
    ("offer", "agreed"),
    [
        (WeakOffer.TLS_1_0, "TLSv1 "),
        (WeakOffer.TLS_1_1, "TLSv1.1 "),
        (WeakOffer.NO_ENCRYPTION, "NULL"),
        (WeakOffer.NO_CERTIFICATE, "AECDH"),
        (WeakOffer.STATIC_RSA, "TLSv1.2 AES"),
        (WeakOffer.SHA_1, "ECDHE-ECDSA-AES128-SHA"),
    ],
)
def test_each_offer_is_what_its_name_says(authority, offer, agreed):
    trial = try_server(weak_context(authority, HOST, offer), HOST, authority.trust_root)
    assert agreed in trial.agreed and trial.refusal


def test_the_good_server_is_refused_by_nobody(authority):
    trial = try_server(authority.context(HOST), HOST, authority.trust_root)
    assert (trial.agreed.split()[0], trial.refusal) == ("TLSv1.3", "")


def test_a_strict_client_checks_names_dates_and_the_list():
    client = strict_client(Authority().trust_root)
    assert client.check_hostname and client.verify_flags & ssl.VERIFY_CRL_CHECK_LEAF
