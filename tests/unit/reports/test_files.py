import hashlib

import pytest

from harness.errors import EvidenceError
from harness.evidence.record import Attachment
from harness.reports.files import (
    check_attachments,
    plain_name,
    read_attachment,
    read_stored,
    replace_folder,
    write_whole,
)


def test_attachment_is_read_and_checked(result):
    attachment = result.run_attachments[0]
    assert read_attachment(result.folder, attachment) == b'id = "embedded"\n'


def attached(folder, data=b"capture", **changes):
    digest = hashlib.sha256(data).hexdigest()
    (folder / "attachments").mkdir(exist_ok=True)
    (folder / "attachments" / f"{digest}.pcap").write_bytes(data)
    told = {"name": "c", "media_type": "m", "file": f"attachments/{digest}.pcap", "sha256": digest, "size": 7}
    return Attachment(**{**told, "kind": "capture", **changes})


def test_what_is_in_the_bag_only_is_checked_too(tmp_path):
    attachment = attached(tmp_path)
    check_attachments(tmp_path, [attachment, attachment])
    (tmp_path / attachment.file).write_bytes(b"captured")
    with pytest.raises(EvidenceError, match="not the bytes that the record names: altered"):
        check_attachments(tmp_path, [attachment])
    (tmp_path / attachment.file).unlink()
    with pytest.raises(EvidenceError, match="cannot be read"):
        check_attachments(tmp_path, [attachment])


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"file": "../secret"}, {"file": "attachments/x.pcap"}])
def test_an_attachment_is_the_one_of_its_digest(tmp_path, changes):
    with pytest.raises(EvidenceError, match="not the stored attachment of that digest"):
        check_attachments(tmp_path, [attached(tmp_path, **changes)])


def test_an_attachment_read_is_the_one_of_its_digest(tmp_path):
    with pytest.raises(EvidenceError, match="not the bytes that the record names"):
        read_attachment(tmp_path, attached(tmp_path, sha256="0" * 64))


def test_altered_and_missing_attachments_are_refused(tmp_path):
    name = f"attachments/{'0' * 64}.png"
    with pytest.raises(EvidenceError, match="cannot be read"):
        read_stored(tmp_path, name)
    (tmp_path / "attachments").mkdir()
    (tmp_path / name).write_bytes(b"altered")
    with pytest.raises(EvidenceError, match="altered"):
        read_stored(tmp_path, name)


@pytest.mark.parametrize("name", ["../run.jsonl", "/etc/passwd", "attachments/../x", "", f"attachments/{'0' * 64}.a/b"])
def test_a_path_out_of_the_attachments_is_refused(tmp_path, name):
    with pytest.raises(EvidenceError, match="not a stored attachment"):
        read_stored(tmp_path, name)


def test_no_link_is_followed(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_bytes(b"kept")
    name = f"attachments/{hashlib.sha256(b'kept').hexdigest()}.txt"
    (tmp_path / "attachments").mkdir()
    (tmp_path / name).symlink_to(tmp_path / "precious" / "file")
    with pytest.raises(EvidenceError, match="cannot be read"):
        read_stored(tmp_path, name)
    for link in ("a.txt", ".a.txt.part"):
        (tmp_path / link).symlink_to(tmp_path / "precious" / "file")
    write_whole(tmp_path / "a.txt", b"new")
    assert ((tmp_path / "a.txt").read_bytes(), (tmp_path / "a.txt").is_symlink()) == (b"new", False)
    (tmp_path / "new").mkdir()
    for link in ("place", ".place.old"):
        (tmp_path / link).symlink_to(tmp_path / "precious")
        with pytest.raises(EvidenceError, match="is a link"):
            replace_folder(tmp_path / "new", tmp_path / "place")
        (tmp_path / link).unlink()
    assert (tmp_path / "precious" / "file").read_bytes() == b"kept"


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a\nb", "a\x00b", "x" * 201])
def test_file_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(EvidenceError, match="no plain file name"):
        plain_name(name)


def test_replacing_leaves_nothing_behind(tmp_path):
    write_whole(tmp_path / "a.txt", b"1")
    write_whole(tmp_path / "a.txt", b"2")
    for content in ("old", "new"):
        (tmp_path / "made").mkdir()
        (tmp_path / "made" / content).touch()
        replace_folder(tmp_path / "made", tmp_path / "place")
    assert (tmp_path / "a.txt").read_bytes() == b"2"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.txt", "new", "place"]
