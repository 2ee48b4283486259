"""Credentials that are no secret."""

from pathlib import Path

from harness.plugin.marks import requirement

PUBLISHED = Path(__file__).with_name("default-credentials.toml")


@requirement("ENDP-09")
def test_has_no_default_credentials(network, measure):
    """No published or derived credential opens a login, and two units share none."""
    logins = network.try_logins(PUBLISHED)
    measure("accepted_default_logins", logins.accepted_default_logins)
    measure("shared_credentials", logins.shared_credentials)
