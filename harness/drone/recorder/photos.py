"""Photos as the camera writes them: JPEG with EXIF (CIPA DC-008) position, time and a description of the scene."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from harness.errors import UsageError

if TYPE_CHECKING:
    from PIL.TiffImagePlugin import IFDRational

ROWS, COLUMNS = 320, 480
QUALITY = 85
# Second 0 of the test clock on the recorder's calendar: a record must not depend on when it was made.
CLOCK_START = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST_SCENE = 16384
DESCRIPTION, MAKER, MODEL, SOFTWARE, EXIF_PART, GPS_PART = 0x010E, 0x010F, 0x0110, 0x0131, 0x8769, 0x8825
VERSION, MOMENT, COMMENT = 0x9000, 0x9003, 0x9286


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """One press of the shutter: when (s on the test clock), where (deg, deg, m above mean sea level), what.

    ``storage`` says how it is stored, for the EXIF tag Software; no tag where it is empty.
    """

    time: float
    latitude: float
    longitude: float
    altitude: float
    scene: str
    storage: str = ""


def photograph(exposure: Exposure, number: int) -> bytes:
    """A JPEG file of the scene; photo `number` has its own sensor noise.

    Raises:
        UsageError: the description of the scene does not fit an EXIF segment.
    """
    # on first use: a drone that takes no photo need not wait for it
    from PIL import Image

    if len(exposure.scene.encode()) > LONGEST_SCENE:
        raise UsageError(f"scene text of {len(exposure.scene.encode())} bytes; at most {LONGEST_SCENE} fit")
    tags = Image.Exif()
    tags.update({DESCRIPTION: exposure.scene.encode(), MAKER: "dronecert", MODEL: "embedded drone"})
    if exposure.storage:
        tags[SOFTWARE] = f"storage {exposure.storage}"
    tags[EXIF_PART], tags[GPS_PART] = _exif_tags(exposure), _gps_tags(exposure)
    file = io.BytesIO()
    Image.fromarray(_picture(number)).save(file, "JPEG", quality=QUALITY, exif=tags)
    return file.getvalue()


def _picture(number: int) -> NDArray[np.uint8]:
    """Ground under a low sun: a slope, field borders and sensor noise."""
    # even, of a standard deviation of 9: normal noise takes a hundred times as long to draw
    drawn = np.random.default_rng(number).bytes(ROWS * COLUMNS)
    noise = np.frombuffer(drawn, np.int8).reshape(ROWS, COLUMNS) >> 3
    rows, columns = np.arange(ROWS)[:, None], np.arange(COLUMNS)
    slope = (70 + rows * 0.3).astype(np.uint8)
    fields = ((rows // 80 + number) % 2).astype(np.uint8) ^ (columns // 128 % 2).astype(np.uint8)
    # no sum leaves 54 to 206, so bytes that wrap around do for the negative noise
    picture: NDArray[np.uint8] = slope + 25 * fields + noise.view(np.uint8)
    return picture


def _exif_tags(exposure: Exposure) -> dict[int, Any]:
    moment = CLOCK_START + timedelta(seconds=exposure.time)
    return {
        VERSION: b"0232",
        MOMENT: moment.strftime("%Y:%m:%d %H:%M:%S"),
        COMMENT: b"ASCII\0\0\0" + exposure.scene.encode(),
    }


def _gps_tags(exposure: Exposure) -> dict[int, Any]:
    from PIL.TiffImagePlugin import IFDRational

    return {
        0: bytes((2, 3, 0, 0)),
        1: "N" if exposure.latitude >= 0 else "S",
        2: _sexagesimal(exposure.latitude),
        3: "E" if exposure.longitude >= 0 else "W",
        4: _sexagesimal(exposure.longitude),
        5: bytes((exposure.altitude < 0,)),
        6: IFDRational(round(abs(exposure.altitude) * 1000), 1000),
    }


def _sexagesimal(degrees: float) -> tuple["IFDRational", ...]:
    """Degrees, minutes and seconds; the seconds to 0.0001, which is 3 mm on the ground."""
    from PIL.TiffImagePlugin import IFDRational

    minutes, ten_thousandths = divmod(round(abs(degrees) * 3600 * 10000), 60 * 10000)
    return IFDRational(minutes // 60), IFDRational(minutes % 60), IFDRational(ten_thousandths, 10000)
