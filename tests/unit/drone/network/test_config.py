import dataclasses

import pytest

from harness.drone.network.config import NetworkConfig
from harness.drone.network.tls_checks import TlsChecks


def test_as_shipped_no_defect_is_seeded_and_nothing_can_change_it():
    config = NetworkConfig()
    assert config.hidden_beacon_after is None and config.tls_checks == TlsChecks()
    assert not (config.hardcoded_resolver or config.debug_telnet or config.plain_http)
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.plain_http = True
