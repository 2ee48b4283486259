import os
import subprocess
import sys
from types import SimpleNamespace

from harness.targets.ownership import BORN, OWNER, is_orphan, labels_of, make_labels


def test_what_this_process_made_has_an_owner():
    assert make_labels()[OWNER].startswith(f"{os.getpid()}@")
    assert not is_orphan(make_labels())


def test_what_a_dead_process_made_has_none_also_when_its_number_is_given_again():
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    host = make_labels()[OWNER].partition("@")[2]
    assert is_orphan({**make_labels(), OWNER: f"{int(gone.stdout)}@{host}"})
    assert is_orphan({**make_labels(), BORN: "1"})


def test_of_another_machine_and_of_nonsense_nothing_is_known():
    for owner in ("1@elsewhere", "", "x@y", "@", "1"):
        assert not is_orphan({OWNER: owner})


def test_labels_are_read_of_whatever_has_some():
    assert labels_of(SimpleNamespace(labels={"a": "b"})) == {"a": "b"}
    assert labels_of(SimpleNamespace(attrs={"Labels": {"a": "b"}})) == {"a": "b"}
    assert labels_of(SimpleNamespace(attrs={"Labels": None})) == {}
