import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.supply.legal_forms import AFFIXES, WORDS
from harness.supply.names import comparable, is_mixed


@pytest.mark.parametrize(
    "name",
    [
        "Falke Optik GmbH",
        "FALKE OPTIK",
        "Falke-Optik G.m.b.H.",
        "Optik, Falke (Inc.)",
        "Ｆａｌｋｅ　Ｏｐｔｉｋ",
        "Fálke Optik & Co. KG",
        "Fаlke Optik",  # a Cyrillic letter
        "Falke\u200b Op\u00adtik",  # invisible characters
        "FalkeOptik AG",
        "The Falke Optik Company, Limited",
    ],
)
def test_spellings_of_one_name_are_equal(name):
    assert comparable(name).equals(comparable("Falke Optik"))


@pytest.mark.parametrize(
    "name", ["株式会社ツル電子", "ツル電子㈱", "ﾂﾙ電子(株)", "ツル電子 株式会社", "ツル電子有限公司"]
)
def test_japanese_and_chinese_forms_are_left_out(name):
    assert comparable(name).equals(comparable("ツル電子"))


@pytest.mark.parametrize(
    ("left", "right"),
    [("Falke", "Falk"), ("カキ電子", "ガギ電子"), ("Falke Optik", "Falke"), ("Alpha 1", "Alpha 2"), ("", "")],
)
def test_other_names_are_not(left, right):
    assert not comparable(left).equals(comparable(right))


@pytest.mark.parametrize("name", ["", " ", "???", "Co., Ltd.", "株式会社", "GmbH & Co. KG", "\u200b"])
def test_what_is_no_name_has_no_words(name):
    assert comparable(name).words == ()


def test_the_tables_are_folded():
    assert [word for word in (*WORDS, *AFFIXES) if word != word.casefold() or " " in word] == []


@given(st.text(max_size=80))
def test_folding_is_bounded_and_stays_as_it_is(name):
    once = comparable(name)
    assert once.words == tuple(sorted(once.text.split()))
    assert (
        comparable(once.text).words == once.words
        or set(once.words) & (WORDS | {"株"})
        or any(form in once.solid for form in AFFIXES)
    )
    assert len(once.text) <= 20 * len(name)


@given(st.text(min_size=1, max_size=40), st.sampled_from([" GmbH", " Co., Ltd.", ", Inc.", "株式会社", " (株)"]))
def test_a_legal_form_changes_nothing(name, form):
    bare = comparable(name)
    if bare.words:
        assert comparable(bare.text + form).equals(comparable(bare.text)) or not comparable(bare.text).words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋電機株式会社", "高橋電機(株)"),
        ("澤田工業", "沢田工業"),
        ("渡邉製作所", "渡邊製作所"),
        ("キヤノン株式会社", "キャノン"),
        ("富士フイルム", "富士フィルム"),
        ("ﾔﾏﾊ発動機", "やまは發動機"),
        ("株式會社 齋藤", "斎藤株式会社"),
        ("Example\u3164 Werke", "Example Werke"),
        ("E\u3164x\u3164a\u3164mple Werke", "Example Werke"),
        ("ᴇxᴀᴍᴘʟᴇ ᴡᴇʀᴋᴇ", "Example Werke"),
    ],
)
def test_another_way_to_write_a_letter_makes_no_other_name(one, other):
    assert comparable(one).equals(comparable(other))


def test_other_names_stay_others():
    assert not comparable("高橋電機").equals(comparable("高島電機"))
    assert not comparable("ハトヤ").equals(comparable("バトヤ"))


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("Exаmple Werke", True),
        ("Exaмple", True),
        ("Пример GmbH", False),
        ("ソニーSony株式会社", False),
        ("Example Ωmega 3", True),
        ("Example Ω 3", False),
        ("ΩExample", True),
        ("삼성SDI", False),
        ("Example 2000", False),
    ],
)
def test_a_word_of_two_alphabets_is_told(name, mixed):
    assert is_mixed(name) is mixed
