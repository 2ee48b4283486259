"""The companion's network: what the embedded drone says to the world, and what it should not.

A real DHCP, DNS, NTP and TLS client over an in-memory Ethernet. As all of the article it must not import
``harness.catalogue``, ``judgement``, ``storage``, ``network``, ``supply`` or ``vehicle``.
"""

from harness.drone.network.config import NetworkConfig
from harness.drone.network.stack import NetworkSite, NetworkStack

__all__ = ["NetworkConfig", "NetworkSite", "NetworkStack"]
