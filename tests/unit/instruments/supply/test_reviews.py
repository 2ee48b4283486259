from inspect import signature

import pytest

from harness.instruments.roles.reviews import ReviewsRole
from harness.instruments.supply.reviews import PaperReviews

VERBS = [name for name in vars(ReviewsRole) if not name.startswith("_")]


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_of_the_role_is_there_and_takes_the_same(name):
    assert signature(getattr(PaperReviews, name)) == signature(getattr(ReviewsRole, name))
    assert getattr(PaperReviews, name).__doc__.splitlines()[0] == getattr(ReviewsRole, name).__doc__.splitlines()[0]
