from datetime import date

import pytest

from harness.errors import RigError
from harness.instruments.supply.documents import MakersPapers

SETTINGS = {
    "lists": ["lists/demo-restricted.toml"],
    "decisions": "lists/demo-decisions.toml",
    "day": date(2026, 11, 30),
}


def papers(scene, fault="", **changes):
    return MakersPapers(scene.context(fault, **{"settings": SETTINGS} | changes))


def operators(scene, **changes):
    found = papers(scene, **changes).screen_operators()
    return found.disallowed_operators.events, found.unattributed_services.events


def chain(scene, **changes):
    found = papers(scene, **changes).screen_chain()
    return found.restricted_matches.events, found.open_hits


def test_the_sound_drone_has_permitted_operators_owners_and_suppliers(scene):
    assert operators(scene) == (0, 0)
    assert chain(scene) == (0, 0)
    assert any("decided: another" in note for note in scene.log.notes)
    assert set(scene.log.controls) == {("list.fresh", True), ("list.sees_planted", True), ("papers.carried", True)}


@pytest.mark.parametrize(
    ("defect", "run", "owned"),
    [
        ("supplier-under-alias", (0, 0), (1, 0)),
        ("owner-behind-holding", (1, 0), (1, 1)),
        ("supplier-not-cleared", (0, 0), (0, 1)),
        ("owners-not-told", (0, 0), (0, 1)),
        ("resold-cloud", (1, 0), (1, 0)),
        ("cloud-elsewhere", (1, 0), (0, 0)),
        ("cloud-of-nobody", (0, 2), (0, 0)),
    ],
)
def test_a_bad_chain_is_found(damaged, defect, run, owned):
    assert operators(damaged(defect)) == run
    assert chain(damaged(defect)) == owned


def test_without_decisions_the_hit_is_open(scene):
    assert chain(scene, settings={key: value for key, value in SETTINGS.items() if key != "decisions"}) == (0, 1)


def replaced(scene, name, data):
    def read(asked):
        return data if asked == name else scene.world.sockets.papers(asked)

    return {"papers": read}


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 1000])
def test_a_paper_that_cannot_be_read_is_never_clean(scene, data):
    for name in ("suppliers.json", "sbom.cdx.json"):
        restricted, pending = chain(scene, sockets=replaced(scene, name, data))
        assert restricted == 0
        assert pending >= 1
    assert operators(scene, sockets=replaced(scene, "services.json", data))[1] >= 1


def test_papers_that_are_not_declared_leave_everything_open(scene, declaration):
    nothing = {"suppliers": None, "services": None, "sbom": None}
    supply = declaration.supply.model_copy(update=nothing)
    bare = {"declaration": declaration.model_copy(update={"supply": supply})}
    assert operators(scene, **bare)[1] >= 1
    assert chain(scene, **bare)[1] >= 2


@pytest.mark.parametrize(("fault", "control"), [("blind", "list.sees_planted"), ("outdated", "list.fresh")])
@pytest.mark.parametrize("verb", ["screen_operators", "screen_chain"])
def test_a_bench_that_fails_is_found_out(scene, fault, control, verb):
    with pytest.raises(RigError, match=f"{control} failed".replace(".", r"\.")):
        getattr(papers(scene, fault), verb)()
    assert scene.log.controls[-1] == (control, False)


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2027, 11, 3)])
def test_a_list_from_the_future_or_too_old_is_the_rigs_fault(scene, day):
    with pytest.raises(RigError, match=r"list\.fresh failed"):
        chain(scene, settings=SETTINGS | {"day": day})


def test_a_bench_without_lists_cannot_judge(scene):
    with pytest.raises(RigError, match="names no file under"):
        chain(scene, settings={})
