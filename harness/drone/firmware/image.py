"""The firmware image: an uncompressed tar, the same bytes whenever and wherever it is built."""

import io
import tarfile

from harness.drone.firmware.bill import BILL_NAME, make_bill, write_bill
from harness.drone.firmware.components import CURRENT, Release

VERSION_NAME = "VERSION"


def build_image(release: Release = CURRENT) -> bytes:
    """The image of a release: the components, ``VERSION`` and the bill, sorted by path, all times zero."""
    files = {component.path: component.content() for component in release.components()}
    files[VERSION_NAME] = f"{release.version}\n".encode()
    files[BILL_NAME] = write_bill(make_bill(release))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, content in sorted(files.items()):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
