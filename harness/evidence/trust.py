"""Whether a signer's certificate leads to a root that the reader trusts (RFC 5280 path validation)."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.x509 import verification as paths


def trust_problem(
    signer: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], moment: datetime
) -> str:
    """Build a path from the signer to one of the roots.

    Args:
        signer: whose signature it was.
        others: certificates that may stand between, untrusted.
        roots: certificates that the reader trusts.
        moment: when all of them must be valid, with time zone.

    Returns:
        "" when there is a path, else why not.
    """
    if not roots:
        return "no trusted root certificate was given"
    start, end = signer.not_valid_before_utc, signer.not_valid_after_utc
    if not start <= moment <= end:
        return f"the signer's certificate is valid from {start:%Y-%m-%d} to {end:%Y-%m-%d} only"
    policy = paths.PolicyBuilder().store(paths.Store(list(roots))).time(moment)
    policy = policy.extension_policies(ca_policy=_issuer_policy(), ee_policy=_signer_policy())
    try:
        policy.build_client_verifier().verify(signer, list(others))
    except (paths.VerificationError, ValueError) as error:
        return f"no valid path from the signer's certificate to a trusted root: {error}"
    return ""


def _issuer_policy() -> paths.ExtensionPolicy:
    # the library itself wants "CA: true" in the constraints that it is told to require
    policy = paths.ExtensionPolicy.permit_all()
    policy = policy.require_present(x509.BasicConstraints, paths.Criticality.AGNOSTIC, None)
    return policy.may_be_present(x509.KeyUsage, paths.Criticality.AGNOSTIC, _wants_certificate_signing)


def _signer_policy() -> paths.ExtensionPolicy:
    policy = paths.ExtensionPolicy.permit_all()
    return policy.may_be_present(x509.KeyUsage, paths.Criticality.AGNOSTIC, _wants_signing)


def _wants_certificate_signing(_: paths.Policy, __: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an issuer in the path may not sign certificates")


def _wants_signing(_: paths.Policy, __: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise ValueError("the signer's certificate is not for signatures")
