"""The settings that the targets of this project take in a rig file; a kind that is not listed takes none."""

from collections.abc import Mapping
from types import MappingProxyType

from harness.catalogue.model import Model

TARGET_SETTINGS: Mapping[str, type[Model]] = MappingProxyType({})
