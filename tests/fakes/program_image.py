"""Small images for a container engine, of programs of this machine with the libraries that they need: no registry."""

import io
import json
import re
import subprocess
import tarfile
from pathlib import Path


def load_program_image(engine, tag, programs, *, user="1234:1234", borrowed=()):
    """Import an image into the engine at a place.

    ``programs``: by their path inside, a file of this machine or the text of a script; ``borrowed``: further programs
    of this machine, such as a shell, that keep their place.
    """
    import docker

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", dereference=True) as archive:
        added = set()
        for path in borrowed:
            _add(archive, added, Path(path), path)
        for place, content in programs.items():
            if isinstance(content, Path):
                _add(archive, added, content, place)
            else:
                _write(archive, place, content)
    repository, _, version = tag.partition(":")
    client = docker.APIClient(base_url=engine, timeout=120)
    try:
        told = client.import_image_from_data(
            packed.getvalue(), repository=repository, tag=version, changes=[f"USER {user}"]
        )
    finally:
        client.close()
    return json.loads(told)["status"]


def add_to_image(engine, tag, new, programs):
    """The image `tag` with further scripts in it, as `new`."""
    import docker

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for place, text in programs.items():
            _write(archive, place, text)
    client = docker.DockerClient(base_url=engine, timeout=120)
    try:
        made = client.containers.create(tag)
        made.put_archive("/", packed.getvalue())
        repository, _, version = new.partition(":")
        made.commit(repository=repository, tag=version)
        made.remove()
    finally:
        client.close()


def _add(archive, added, path, place):
    told = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
    for source, name in [(str(path), place), *((name, name) for name in re.findall(r"(/\S+) \(0x", told))]:
        if name not in added:
            added.add(name)
            archive.add(source, arcname=name.lstrip("/"))


def _write(archive, place, text):
    data = text.encode()
    member = tarfile.TarInfo(place.lstrip("/"))
    member.size, member.mode = len(data), 0o755
    archive.addfile(member, io.BytesIO(data))
