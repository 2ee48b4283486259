import pytest
from pydantic import TypeAdapter, ValidationError

from harness.catalogue.model import Many, Model, RequirementId, Sha256, Text


class Thing(Model):
    words: Many[Text] = ()
    count: int = 0


def test_lists_become_tuples_and_layout_is_folded():
    assert Thing.model_validate({"words": ["a\n  b", "c"]}).words == ("a b", "c")


@pytest.mark.parametrize(
    "data",
    [
        {"count": "1"},
        {"count": True},
        {"count": 1.0},
        {"words": "ab"},
        {"words": [1]},
        {"wrods": []},
        {"words": {"a": 1}},
    ],
)
def test_models_are_strict_and_know_their_keys(data):
    with pytest.raises(ValidationError):
        Thing.model_validate(data)


def test_models_are_frozen():
    with pytest.raises(ValidationError):
        Thing().count = 1  # type: ignore[misc]


@pytest.mark.parametrize("text", ["", "  \n ", "a\x1b[31m", "a\x00b", "x" * 4001])
def test_texts_fit_a_terminal_and_a_report(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Text).validate_python(text)


@pytest.mark.parametrize("text", ["WIND-1", "wind-01", "WIND-01 ", "WIND-01\n", "WIND_01", ""])
def test_ids_have_one_form(text):
    with pytest.raises(ValidationError):
        TypeAdapter(RequirementId).validate_python(text)


@pytest.mark.parametrize("text", ["0" * 63, "A" * 64, "0" * 64 + "\n"])
def test_hashes_have_one_form(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Sha256).validate_python(text)
