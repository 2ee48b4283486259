"""Judging data at rest: acquire an image, read its volumes, search it, and say what could not be told.

Usable alone, on a lab's own image file. Must not import anything of the harness but ``harness.errors``; above all
not ``harness.drone``: the judge shares no code with the article.
"""

from harness.storage.canary import CanarySet, CoordinateCanary, TextCanary
from harness.storage.compare import SystemArea, compare_headers, compare_images, compare_system
from harness.storage.image import Image, Partition, Range, acquire
from harness.storage.keysearch import Secret
from harness.storage.luks import LuksHeader, find_volumes, headers_elsewhere, read_header
from harness.storage.policy import ApprovedSet, Finding, judge_volume
from harness.storage.report import Area, Hit, ScanReport
from harness.storage.scan import Options, recover, scan
from harness.storage.volume import PassphraseRefused, Volume, open_volume
from harness.storage.yara import YaraRules, load_rules

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
