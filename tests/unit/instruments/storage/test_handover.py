import pytest

from harness.errors import FileError, RigError
from harness.instruments.storage.handover import Handover


class Maker:
    """Hands over a new secret each time that it is asked."""

    def __init__(self, path, there=True):
        self.path, self.there, self.asked = path, there, []

    def need(self, what):
        if not self.there:
            raise RigError(what)
        return self

    def confirm(self, key, request):
        self.asked.append(request)
        self.path.write_text(f"secret {len(self.asked)}\n")


@pytest.fixture
def path(tmp_path):
    (tmp_path / "code").write_text("secret 0\n")
    return tmp_path / "code"


def test_without_an_operator_what_the_file_holds_is_it(path):
    handover = Handover(path.parent, Maker(path, there=False), ("code", ""))
    assert (handover.read("code"), handover.read("")) == ("secret 0", "")
    handover.expect(1)
    with pytest.raises(RigError, match="provisioned anew"):
        handover.read("code")


def test_each_provisioning_and_the_boot_after_it_is_asked_for_once(path):
    maker = Maker(path)
    handover = Handover(path.parent, maker, ("code",))
    assert [handover.read("code") for _ in range(2)] == ["secret 1"] * 2
    handover.expect(2)
    assert handover.read("code") == "secret 2"
    handover.booted()
    handover.booted()
    assert [handover.read("code") for _ in range(2)] == ["secret 3"] * 2
    handover.booted()
    assert handover.read("code") == "secret 3"
    assert "unit 2 is opened with now" in maker.asked[-1] and "secret" not in " ".join(maker.asked)


@pytest.mark.parametrize(
    ("data", "problem"), [(None, "No such file"), (b"\xff\xfe", "decode"), (b"x" * 5000, "got more")]
)
def test_a_file_that_cannot_be_read_is_named(path, data, problem):
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(FileError, match=problem):
        Handover(path.parent, Maker(path), ("code",))


def test_a_file_that_is_lost_meanwhile_is_the_rigs_fault(path):
    handover = Handover(path.parent, Maker(path, there=False), ("code",))
    path.unlink()
    with pytest.raises(RigError, match="cannot be read as what the maker hands over"):
        handover.read("code")
