"""A story collects what several instruments tell."""

from harness.instruments.story import Story


def test_it_keeps_stretches_and_moments_in_the_order_told():
    story = Story()
    story.shade("link silent", 1.0, 2.0)
    story.shade("link silent", 3.0, 4.0)
    story.mark("RTL", 1.5)
    assert story.spans == [("link silent", 1.0, 2.0), ("link silent", 3.0, 4.0)]
    assert story.events == [("RTL", 1.5)]
    assert Story().spans == []
