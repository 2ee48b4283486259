from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from harness.evidence.trust import trust_problem

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


class Entity:
    """A certificate with its key, issued by another entity or by itself."""

    def __init__(self, name, issuer=None, *, ca=None, usage=None, days=(-10, 10)):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        above = issuer or self
        start, end = (NOW + day * DAY for day in days)
        builder = x509.CertificateBuilder(above.name, self.name, self.key.public_key(), 1000, start, end)
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        if usage is not None:
            builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        self.certificate = builder.sign(above.key, SHA256())


def uses(**wanted):
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
    )
    return dict.fromkeys([*names.split(), "encipher_only", "decipher_only"], False) | wanted


def problem(signer, roots, others=(), moment=NOW):
    return trust_problem(signer.certificate, [o.certificate for o in others], [r.certificate for r in roots], moment)


def test_direct_and_longer_paths_are_found():
    root = Entity("root", ca=True)
    middle = Entity("middle", root, ca=True)
    signer = Entity("signer", middle)
    assert problem(signer, [root], [middle]) == ""
    assert problem(Entity("signer", root), [root]) == ""
    assert problem(signer, [middle]) == ""
    assert problem(signer, [Entity("other", ca=True), root], [middle]) == ""


def test_a_pinned_self_signed_certificate_is_its_own_root():
    lab = Entity("lab", ca=False)
    assert problem(lab, [lab]) == ""


def test_missing_links_and_other_roots_are_refused():
    root = Entity("root", ca=True)
    middle = Entity("middle", root, ca=True)
    signer = Entity("signer", middle)
    assert "no valid path" in problem(signer, [root])
    assert "no valid path" in problem(signer, [Entity("root", ca=True)], [middle])
    assert "no trusted root" in problem(signer, [], [middle])


@pytest.mark.parametrize("ca", [None, False])
def test_a_signer_cannot_issue_certificates(ca):
    root = Entity("root", ca=True)
    lab = Entity("lab", root, ca=ca)
    assert "no valid path" in problem(Entity("forger", lab), [root], [lab])


def test_key_usage_is_held():
    root = Entity("root", ca=True)
    weak = Entity("weak", root, ca=True, usage=uses(digital_signature=True))
    assert "no valid path" in problem(Entity("signer", weak), [root], [weak])
    assert "no valid path" in problem(Entity("signer", root, usage=uses(key_agreement=True)), [root])
    assert problem(Entity("signer", root, usage=uses(digital_signature=True)), [root]) == ""
    assert problem(Entity("signer", root, usage=uses(content_commitment=True)), [root]) == ""


def test_every_certificate_must_be_valid_at_the_moment():
    root = Entity("root", ca=True)
    assert "signer's certificate is valid from" in problem(Entity("signer", root, days=(-5, -1)), [root])
    assert "signer's certificate is valid from" in problem(Entity("signer", root, days=(1, 5)), [root])
    assert problem(Entity("signer", root, days=(-5, -1)), [root], moment=NOW - 2 * DAY) == ""
    old_root = Entity("root", ca=True, days=(-5, -1))
    assert "no valid path" in problem(Entity("signer", old_root), [old_root])
    old_middle = Entity("middle", root, ca=True, days=(-5, -1))
    assert "no valid path" in problem(Entity("signer", old_middle), [root], [old_middle])
