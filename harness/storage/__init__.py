"""Judging data at rest: acquire an image, read its volumes, search it, and say what could not be told.

Usable alone, on a lab's own image file. Must not import anything of the harness but ``harness.errors``; above all
not ``harness.drone``: the judge shares no code with the article.
"""

from harness.storage.compare import SystemArea, compare_headers, compare_images, compare_system
from harness.storage.image.image import Image, Partition, Range, acquire
from harness.storage.report import Area, ScanReport
from harness.storage.scan import Options, recover, scan
from harness.storage.search.canary import CanarySet, CoordinateCanary, TextCanary
from harness.storage.search.hits import Hit
from harness.storage.search.keysearch import Secret
from harness.storage.search.yara import YaraRules, load_rules
from harness.storage.volumes.luks import LuksHeader, find_volumes, headers_elsewhere, read_header
from harness.storage.volumes.policy import ApprovedSet, Finding, judge_volume
from harness.storage.volumes.volume import PassphraseRefused, Volume, open_volume

__all__ = [
    "ApprovedSet",
    "Area",
    "CanarySet",
    "CoordinateCanary",
    "Finding",
    "Hit",
    "Image",
    "LuksHeader",
    "Options",
    "Partition",
    "PassphraseRefused",
    "Range",
    "ScanReport",
    "Secret",
    "SystemArea",
    "TextCanary",
    "Volume",
    "YaraRules",
    "acquire",
    "compare_headers",
    "compare_images",
    "compare_system",
    "find_volumes",
    "headers_elsewhere",
    "judge_volume",
    "load_rules",
    "open_volume",
    "read_header",
    "recover",
    "scan",
]
