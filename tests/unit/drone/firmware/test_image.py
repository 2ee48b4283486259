import hashlib
import io
import subprocess
import sys
import tarfile

from harness.drone.firmware.components import COMPONENTS
from harness.drone.firmware.image import build_image


def test_image_is_the_same_in_another_process_with_another_hash_seed():
    script = (
        "import hashlib; from harness.drone.firmware import build_image as b; print(hashlib.sha256(b()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "4711"}
    )
    assert done.stdout.strip() == hashlib.sha256(build_image()).hexdigest()


def test_tar_reads_the_image_sorted_and_without_times():
    with tarfile.open(fileobj=io.BytesIO(build_image()), mode="r:") as archive:
        members = archive.getmembers()
        assert archive.extractfile("VERSION").read() == b"1.4.2\n"
        for component in COMPONENTS:
            assert archive.extractfile(component.path).read() == component.content()
    names = [member.name for member in members]
    assert names == sorted(names) and len(names) == len(COMPONENTS) + 2
    assert {(member.mtime, member.uid, member.gid, member.uname) for member in members} == {(0, 0, 0, "")}
