from pathlib import Path

import pytest

from harness.catalogue import load_declaration
from harness.errors import FileError, UsageError

ARTICLES = Path(__file__).parents[3] / "rigs" / "articles"
HEAD = '[article]\nid = "A"\nmaker = "m"\nmodel = "m"\nserials = ["1"]\n'


def test_numbers_and_words_by_key():
    declaration = load_declaration(ARTICLES / "embedded.toml")
    assert declaration.number("envelope.max_wind") == 12.0
    assert declaration.number("supply.provenance_level") == 2.0
    assert declaration.text("link.loss_action") == "rtl"


@pytest.mark.parametrize("key", ["envelope.max_wind", "envelope.no_such", "link.loss_action", "network.endpoints.port"])
def test_a_number_that_is_not_declared_is_a_usage_error(tmp_path, key):
    path = tmp_path / "a.toml"
    path.write_text(HEAD)
    with pytest.raises(UsageError, match=f"the declaration of A lacks {key}"):
        load_declaration(path).number(key)


def test_a_word_that_is_not_declared_is_a_usage_error(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(HEAD)
    with pytest.raises(UsageError, match=r"lacks link\.loss_action"):
        load_declaration(path).text("link.loss_action")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + '[envelope]\nmax_wind = "15 kg"\n', r":7: envelope\.max_wind: wrong unit: '15 kg' is a mass"),
        (HEAD + "[envelope]\nmax_wnd = 15\n", r":7: envelope\.max_wnd: unknown key, did you mean 'max_wind'\?"),
        (HEAD + "[envelop]\n", r":6: envelop: unknown key, did you mean 'envelope'\?"),
        (HEAD + '[link]\nloss_action = "fly on"\n', r":7: link\.loss_action: input should be 'rtl'"),
        ("[envelope]\n", r"article: missing key"),
        (HEAD.replace('["1"]', "[]"), r":5: article\.serials: .*at least 1 item"),
    ],
)
def test_a_mistake_names_key_and_line(tmp_path, text, said):
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(FileError, match=said):
        load_declaration(path)
