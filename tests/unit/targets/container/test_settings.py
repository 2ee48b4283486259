from pathlib import Path

import pytest

from harness.errors import FileError
from harness.rig.config import load_rig

RIG = Path(__file__).parents[4] / "rigs" / "container.toml"


def test_the_rig_file_of_the_project_is_read_and_runs_one_case_at_a_time():
    rig = load_rig(RIG)
    assert rig.simulated and rig.virtual and not rig.spreads


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('radio = "tcp:5760"', 'radio = "5760"', "target.settings.radio: '5760' is no port of a container"),
        ('radio = "tcp:5760"', 'radio = "tcp:99999"', "is no port of a container: give tcp:PORT or udp:PORT"),
        ('memory = "1g"', 'memory = "much"', "target.settings.memory: string should match"),
        ("cpus = 1.0", "cpus = 0.0", "target.settings.cpus: input should be greater than 0"),
        ("pids = 64", 'pids = "64"', "target.settings.pids: input should be a valid integer, got '64'"),
        ("pids = 64", "privileged = true", "target.settings.privileged: unknown key, known are image, command"),
        ("command = []", 'command = "run"', "target.settings.command: input should be a valid tuple"),
        ('path = "/data"', 'path = "data"', "target.settings.volumes[0].path: string should match"),
        ('path = "/data"', 'path = "/other"', "lies in no volume, so it does not outlast the power: add a volume"),
        ("size = 135168", "size = -1", "target.settings.media[5].size: input should be greater than or equal to 0"),
        ('name = "spare-flash"', 'name = "firmware-flash"', "the medium firmware-flash is there twice"),
        ("pids = 64", 'signing_key = "k"', "signing_key_inside one that is made: state one"),
        ('image = "dronecert/embedded:test"\n', "", "target.settings.image: missing key"),
    ],
)
def test_a_wrong_setting_is_named_by_its_key(tmp_path, old, new, problem):
    text = RIG.read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "rig.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_rig(tmp_path / "rig.toml")
    assert problem in str(caught.value)
