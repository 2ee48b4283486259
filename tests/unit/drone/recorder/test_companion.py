from harness.drone.recorder.companion import SIZE, CompanionDisk


def test_a_fresh_disk_is_blank_and_everything_has_its_place():
    disk = CompanionDisk()
    assert disk.medium.image() == bytes(SIZE)
    disk.write_settings("settings=1\n")
    disk.swap_out(b"a page" * 1000)
    disk.spool(b"waiting")
    disk.keep_thumbnail(b"\xff\xd8\xffone")
    disk.keep_thumbnail(b"\xff\xd8\xfftwo")
    image = disk.medium.image()
    assert all(text in image for text in (b"settings=1", b"a pagea page", b"waiting", b"\xffone", b"\xfftwo"))


def test_a_cleared_spool_leaves_nothing():
    disk = CompanionDisk()
    disk.spool(b"waiting" * 900)
    assert b"waiting" in disk.medium.image()
    disk.clear_spool()
    assert disk.medium.image() == bytes(SIZE)
