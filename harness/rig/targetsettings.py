"""The settings that the targets of this project take in a rig file; a kind that is not listed takes none."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, StringConstraints

from harness.catalogue.model import Model
from harness.instruments.settings import Mac
from harness.targets.container.settings import ContainerSettings
from harness.targets.hitl.settings import HitlLinks, PlaceText
from harness.targets.settings import SETTINGS as PROGRAMS

# what Linux takes as the name of an interface (dev_valid_name), without what a shell would take apart
InterfaceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$")]


class BenchLinks(Model):
    """Settings of the targets ``serial``, ``udp`` and ``tcp``: an article on a bench, in real time.

    Attributes:
        radio: ground station's end of the radio link: serial:DEVICE@BAUD, udp:HOST:PORT (listens) or tcp:HOST:PORT.
        observer: the trusted local port, which is only listened to; likewise.
        intruder: a second radio to the article, as a stranger within reach has one; likewise.
        local: a trusted local port that may speak, as the maker's own tool uses it; likewise.
        signing_key: file of the MAVLink 2 signing key, relative to the rig file.
        boot: longest time from power to the first heartbeat, s.
        firmware: version that the article must say it runs, as 4.5.7.
        interface: network card of this machine that the article's network is plugged into, which the network roles
            capture; empty for none. Needs root.
        mac: address that is printed on the article's network card, as 02:00:00:00:00:02.
    """

    radio: PlaceText
    observer: PlaceText | None = None
    intruder: PlaceText = ""
    local: PlaceText = ""
    signing_key: str = ""
    boot: float = Field(default=20.0, gt=0, le=600, allow_inf_nan=False)
    firmware: str = ""
    interface: InterfaceName | None = None
    mac: Mac | None = None


TARGET_SETTINGS: Mapping[str, type[Model]] = MappingProxyType(
    {
        "serial": BenchLinks,
        "udp": BenchLinks,
        "tcp": BenchLinks,
        "px4-hitl": HitlLinks,
        "container": ContainerSettings,
        **PROGRAMS,
    }
)
