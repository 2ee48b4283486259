import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def embedded():
    """The text of the rig file of the embedded drone."""
    return (ROOT / "rigs" / "embedded.toml").read_text(encoding="utf-8")


@pytest.fixture
def rig_file(tmp_path):
    """Writes a rig file."""

    def write(text):
        path = tmp_path / "rig.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def elsewhere(monkeypatch):
    """Another package: what it registers as targets and instruments, by name."""
    groups = {"dronecert.targets": {}, "dronecert.instruments": {}}
    module = ModuleType("lab_package")
    monkeypatch.setitem(sys.modules, "lab_package", module)

    def entry_points(*, group, name=None):
        for own, thing in groups[group].items():
            if name in (None, own):
                if thing is not None:
                    setattr(module, thing.__name__, thing)
                attribute = "absent" if thing is None else thing.__name__
                yield EntryPoint(name=own, value=f"lab_package:{attribute}", group=group)

    monkeypatch.setattr("harness.rig.registry.entry_points", entry_points)
    return groups
