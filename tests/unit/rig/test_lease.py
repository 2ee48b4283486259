import json
import os
import threading
import time
from contextlib import suppress

import pytest

from harness.errors import RigError, UsageError
from harness.rig.lease import Lease, default_folder, things_of


@pytest.fixture
def take(tmp_path):
    made = []

    def make(*things, rig="one", expires=5.0):
        made.append(Lease(things, rig, tmp_path, expires))
        return made[-1]

    yield make
    for lease in made:
        lease.release()


def test_two_runs_never_share_a_thing(take, tmp_path):
    first = take("/dev/ttyUSB0", "10.0.0.5:80")
    with pytest.raises(RigError, match=rf"10.0.0.5:80 is in use by a run on one \(process {os.getpid()} on .*wait for"):
        take("10.0.0.5:80", "10.0.0.6:80", rig="two")
    # and the second holds nothing of what it got first
    take("10.0.0.6:80")
    first.release()
    first.release()
    take("/dev/ttyUSB0")
    assert len(list(tmp_path.iterdir())) == 2


def test_of_many_at_once_one_gets_it(tmp_path):
    won, gate = [], threading.Barrier(8)

    def race():
        gate.wait()
        with suppress(RigError):
            won.append(Lease(["thing"], "race", tmp_path, 5.0))

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    won[0].release()


def aged(tmp_path, seconds, text=None):
    (path,) = tmp_path.glob("*.json")
    if text is not None:
        path.write_text(text)
    os.utime(path, (time.time() - seconds,) * 2)


def test_what_nobody_touches_expires_by_itself_and_its_owner_learns_of_it(take, tmp_path):
    dead = take("thing", expires=60.0)
    aged(tmp_path, 61)
    heir = take("thing", rig="two")
    heir.assert_held()
    with pytest.raises(RigError, match="another one has taken its bench: start anew"):
        dead.assert_held()
    dead.release()
    with pytest.raises(RigError, match="in use by a run on two"):
        take("thing")


def test_it_is_touched_as_long_as_its_owner_lives(take, tmp_path):
    take("thing", expires=0.4)
    time.sleep(0.7)
    with pytest.raises(RigError, match="is in use"):
        take("thing")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", json.dumps({"expires": 30})])
def test_a_damaged_lease_holds_as_long_as_a_good_one(take, tmp_path, text):
    take("thing", expires=60.0)
    aged(tmp_path, 1, text)
    with pytest.raises(RigError, match=r"in use by a run on \?"):
        take("thing")
    aged(tmp_path, 31)
    take("thing")


def test_a_folder_that_cannot_be_written_is_the_users_fault(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="no lease can be written there"):
        Lease(["thing"], "one", tmp_path / "file" / "deeper")
    assert default_folder().name == "dronecert-leases"


def test_a_device_is_one_thing_by_all_of_its_names(tmp_path):
    (tmp_path / "ttyUSB0").write_text("")
    (tmp_path / "by-id").symlink_to("ttyUSB0")
    settings = [{"radio": "serial:by-id@57600"}, {"device": "ttyUSB0"}, {"address": "h:1"}, {"baud": 9600, "device": 7}]
    settings.append({"board": "serial:by-id@921600"})
    assert things_of(settings, tmp_path) == {str(tmp_path / "ttyUSB0"), "h:1"}
    assert things_of([{"interface": "enp3s0"}], tmp_path) == {"enp3s0"}
