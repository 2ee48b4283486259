"""What the embedded drone's firmware consists of."""

import hashlib
from dataclasses import dataclass, replace

VENDOR = "Dronecert Demo KK"
PRODUCT = "embedded-drone-firmware"
VERSION = "1.4.2"


@dataclass(frozen=True, kw_only=True)
class Component:
    """One file of the firmware.

    Attributes:
        path: where it lies in the image.
        kind: CycloneDX component type.
        licence: SPDX licence identifier.
        needs: names of the components that it uses directly.
        size: bytes.
    """

    path: str
    kind: str
    name: str
    version: str
    supplier: str
    licence: str
    needs: tuple[str, ...] = ()
    size: int = 4096

    @property
    def purl(self) -> str:
        """Package URL, unique among the components."""
        namespace = self.supplier.lower().replace(" ", "-")
        return f"pkg:generic/{namespace}/{self.name}@{self.version}"

    def content(self) -> bytes:
        """The file: a readable version string as real binaries carry one, then bytes that only the name decides."""
        mark = f"{self.name} {self.version}\0".encode()
        return mark + hashlib.shake_256(mark).digest(self.size - len(mark))


def _own(path: str, kind: str, name: str, version: str, *needs: str) -> Component:
    return Component(
        path=path, kind=kind, name=name, version=version, supplier=VENDOR, licence="Apache-2.0", needs=needs
    )


COMPONENTS = (
    _own("autopilot/autopilot.bin", "firmware", "autopilot", VERSION, "mavlink", "littlefs"),
    _own("boot/loader.bin", "firmware", "boot-loader", "2.0.1", "mbedtls"),
    _own("companion/companion.bin", "application", "companion", VERSION, "mavlink", "mbedtls", "zlib"),
    Component(
        path="lib/liblfs.so",
        kind="library",
        name="littlefs",
        version="2.9.3",
        supplier="littlefs project",
        licence="BSD-3-Clause",
    ),
    Component(
        path="lib/libmavlink.so",
        kind="library",
        name="mavlink",
        version="2.0.0",
        supplier="MAVLink project",
        licence="MIT",
    ),
    Component(
        path="lib/libmbedtls.so",
        kind="library",
        name="mbedtls",
        version="3.6.2",
        supplier="Mbed TLS project",
        licence="Apache-2.0",
    ),
    Component(
        path="lib/libz.so",
        kind="library",
        name="zlib",
        version="1.3.1",
        supplier="zlib project",
        licence="Zlib",
    ),
    Component(
        path="radio/modem.bin",
        kind="firmware",
        name="radio-modem",
        version="3.11.0",
        supplier="Example Radio GmbH",
        licence="LicenseRef-proprietary",
        size=8192,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is released: the firmware of a product, in a version."""

    product: str = PRODUCT
    version: str = VERSION

    def components(self) -> tuple[Component, ...]:
        """Its components; those that carry the firmware's own version carry this one's."""
        return tuple(replace(item, version=self.version) if item.version == VERSION else item for item in COMPONENTS)


CURRENT = Release()
ROOT_NEEDS = ("autopilot", "boot-loader", "companion", "radio-modem")
