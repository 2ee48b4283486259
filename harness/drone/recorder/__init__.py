"""The companion's recorder: flight log and photos on an eMMC, as the article under test really stores them.

It exists so that the judge of data at rest has real bytes to judge: partition table, LUKS2 volume, FAT file
system, JPEG files. Must not import ``harness.storage`` (the article shares no code with its judge) nor any other
part of the drone.
"""

from harness.drone.recorder.config import RecorderConfig
from harness.drone.recorder.medium import Medium
from harness.drone.recorder.recorder import Recorder

__all__ = ["Medium", "Recorder", "RecorderConfig"]
