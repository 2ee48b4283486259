from pathlib import Path

import pytest

from harness.catalogue import load_declaration
from harness.errors import FileError, UsageError

ARTICLES = Path(__file__).parents[3] / "rigs" / "articles"
HEAD = '[article]\nid = "A"\nmaker = "m"\nmodel = "m"\nserials = ["1"]\n'
CHANNEL = '[link]\nchannels = [{{ name = "link", low = {low}, high = {high} }}]\n'


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
        (HEAD + '[link]\nchannels = ["2.4 GHz"]\n', r":7: link\.channels\[0\]: input should be a valid dictionary"),
        (
            HEAD + CHANNEL.format(low=2452, high=2432),
            r"a\.toml:7: link\.channels\[0\]\.high: the upper edge of 2432 MHz",
        ),
        (HEAD + CHANNEL.format(low=2432, high='"2452 dB"'), r":7: link\.channels\[0\]\.high: wrong unit: '2452 dB'"),
        (
            HEAD + CHANNEL.format(low=2432, high=2452) + "frequency = 5800\n",
            r":8: link\.frequency: 5800 MHz is in no channel of the link \(2432 to 2452 MHz\)",
        ),
        (HEAD.replace('["1"]', "[]"), r":5: article\.serials: .*at least 1 item"),
    ],
)
def test_a_mistake_names_key_and_line(tmp_path, text, said):
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(FileError, match=said):
        load_declaration(path)


def test_channels_and_emitters_are_bands_in_megahertz(tmp_path):
    path = tmp_path / "a.toml"
    emitter = '[[network.emitters]]\nname = "beacon"\nlow = "0.868 GHz"\nhigh = 868.6\n'
    path.write_text(HEAD + CHANNEL.format(low=2432, high='"2.452 GHz"') + "frequency = 2442\n" + emitter)
    declaration = load_declaration(path)
    (channel,), (beacon,) = declaration.link.channels, declaration.network.emitters
    assert (channel.high, channel.holds(2452.0), channel.holds(2453.0)) == (2452.0, True, False)
    assert channel.holds(2453.0, slack=1.0)
    assert (beacon.low, beacon.high) == (868.0, 868.6)
