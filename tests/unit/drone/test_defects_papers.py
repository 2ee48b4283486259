from harness.drone.article import shipped
from harness.drone.defects_papers import PAPER_DEFECTS, both
from harness.drone.defects_supply import edited


def test_two_changes_are_made_in_their_order():
    change = both(edited("a.json", bytes.upper), edited("b.json", bytes.lower))
    assert change(shipped()).papers.edits == (("a.json", bytes.upper), ("b.json", bytes.lower))
    assert change(change(shipped())) == change(shipped())


def test_every_requirement_has_two_defects_at_least():
    caught = [requirement for defect in PAPER_DEFECTS for requirement in defect.caught_by]
    assert all(caught.count(name) >= 2 for name in ("SUP-07", "SUP-08", "SUP-09", "SUP-11", "SUP-12"))
