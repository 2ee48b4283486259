"""An image of the embedded drone for a container engine, made of this very interpreter: no base image, no registry.

A probe flies the drone for a moment and tells which modules and libraries it loaded; these go into a tar with the
standard library, the harness and its compiled kernels, each at the path that it has here.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = {
    "test",
    "tests",
    "idlelib",
    "tkinter",
    "lib2to3",
    "ensurepip",
    "turtledemo",
    "site-packages",
    "dist-packages",
}
PROBE = """
import json, sys, tempfile
from pathlib import Path
from harness.drone.flight.state import Mode
from harness.instruments.twins import unit
from harness.plant.sources import cache_folder
from harness.timing import run_for
stored = unit.StoredUnit(Path(tempfile.mkdtemp()), [])
world = unit.EmbeddedWorld(stored.airframe, 1)
links = unit.Links(world, unit.Inputs())
world.power_on()
flight = world._running().flight
run_for(world, 12.0)
flight.set_mode(Mode.GUIDED)
assert not flight.arm() and not flight.takeoff(5.0)
run_for(world, 12.0)
stored.airframe.recorder.take_photo(1.0, 0.0, 0.0, 0.0, "probe")
world.power_off()
stored.save()
files = {m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)}
files |= {m.__cached__ for m in list(sys.modules.values()) if getattr(m, "__cached__", None)}
maps = {line.split(maxsplit=5)[5].strip() for line in open("/proc/self/maps") if "/" in line and ".so" in line}
print(json.dumps({"files": sorted(files), "libraries": sorted(maps), "kernels": str(cache_folder())}))
"""


def build_tar(path, packages=ROOT):
    """Write the root file system to `path`; returns the variables that its command needs."""
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=packages, env=environment, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    interpreter, site = Path(sys.executable).resolve(), Path(sysconfig.get_path("purelib")).resolve()
    with tarfile.open(path, "w") as archive:
        added = set()
        _add(archive, added, interpreter)
        for folder in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib", vars={"base": sys.base_prefix})}:
            _add_tree(archive, added, Path(folder).resolve())
        for name in found["files"]:
            # a link in the way would hide the libraries that lie beside a package
            _add(archive, added, Path(name).parent.resolve() / Path(name).name)
        _add_tree(archive, added, packages / "harness")
        _add(archive, added, packages / "pyproject.toml")
        _add_tree(archive, added, Path(found["kernels"]))
        for name in found["libraries"]:
            _add_library(archive, added, Path(name))
        _add_loader(archive, added)
        for name in ("tmp", "data", "root"):
            _add_folder(archive, name)
    return str(interpreter), {
        "PYTHONPATH": f"{packages}:{site}",
        "HOME": "/root",
        "PATH": "/usr/bin",
        "LANG": "C.UTF-8",
    }


def _add(archive, added, path):
    if path not in added and path.is_file():
        added.add(path)
        archive.add(path, arcname=str(path).lstrip("/"), recursive=False)


def _add_tree(archive, added, folder):
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in LEFT_OUT and not name.startswith("config-")]
        for name in names:
            _add(archive, added, Path(place) / name)


def _add_library(archive, added, path):
    """A library with the links beside it by which the loader finds it."""
    real = path.resolve()
    _add(archive, added, real)
    for other in real.parent.glob(real.name.partition(".so")[0] + ".so*"):
        if other.is_symlink() and other.resolve() == real and other not in added:
            added.add(other)
            archive.add(other, arcname=str(other).lstrip("/"), recursive=False)


def _add_loader(archive, added):
    """The loader where every program looks for it, and the links of a merged /usr."""
    for name in ("/lib", "/lib64"):
        if Path(name).is_symlink():
            archive.add(name, arcname=name.lstrip("/"), recursive=False)
    for loader in Path("/lib64").glob("ld-linux*"):
        _add(archive, added, loader.parent.resolve() / loader.name)
        _add(archive, added, loader.resolve())


def _add_folder(archive, name):
    member = tarfile.TarInfo(name)
    member.type, member.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
    archive.addfile(member)


def load_image(engine, folder, tag):
    """Import the drone into the engine at a place; gives the interpreter's path inside."""
    import docker

    interpreter, variables = build_tar(folder / "drone.tar")
    changes = [f"ENV {name}={value}" for name, value in variables.items()]
    changes.append(f"CMD {json.dumps([interpreter, '-m', 'harness.instruments.twins.unit'])}")
    client = docker.APIClient(base_url=engine, timeout=120)
    repository, _, version = tag.partition(":")
    client.import_image_from_file(str(folder / "drone.tar"), repository=repository, tag=version, changes=changes)
    client.close()
    (folder / "drone.tar").unlink()
    return interpreter
