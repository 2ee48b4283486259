from harness.drone.article import shipped
from harness.drone.defects_supply import edited, withheld


def test_an_edit_is_made_once_and_stands_beside_others():
    one, two = edited("a.json", bytes.upper), edited("b.json", bytes.upper)
    both = two(one(shipped()))
    assert one(both) == both
    assert both.papers.edits == (("a.json", bytes.upper), ("b.json", bytes.upper))


def test_a_paper_is_withheld():
    assert withheld("a.json")(shipped()).papers.withheld == {"a.json"}
