"""Names of firms and people in the form in which they are compared."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from harness.supply.legal_forms import AFFIXES, LOOKALIKES, MARKS, WORDS
from harness.supply.variants import VARIANTS

# Accents of Latin, Greek and Cyrillic letters; the sound marks of kana stay, for they make another syllable.
ACCENTS = range(0x0300, 0x0370)
SOUND_MARKS = "\u3099\u309a"
MAX_NAME = 300
# as they are once the name is folded
FORMS = tuple(form.translate(VARIANTS) for form in AFFIXES)
# scripts that are written together in one word
TOGETHER = frozenset({"LATIN", "DIGIT", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "IDEOGRAPHIC"})


@dataclass(frozen=True)
class Comparable:
    """A name without what does not tell firms apart.

    Attributes:
        words: in alphabetical order, without legal forms.
        text: the words as they stood, joined by blanks.
    """

    words: tuple[str, ...]
    text: str

    @property
    def sorted_text(self) -> str:
        """All words in alphabetical order, joined by blanks."""
        return " ".join(self.words)

    @property
    def solid(self) -> str:
        """The words as they stood, without blanks."""
        return self.text.replace(" ", "")

    def equals(self, other: "Comparable") -> bool:
        """Whether both are the same words in any order, or the same letters with other blanks."""
        return bool(self.words) and (self.words == other.words or self.solid == other.solid)


@lru_cache(maxsize=50_000)
def comparable(name: str) -> Comparable:
    """Fold width, case, accents, look-alike and old letters, kana, punctuation, legal forms and the order of words.

    A name of nothing but legal forms, and one without a letter or digit, has no words.
    """
    words = _without_forms(_fold(name[:MAX_NAME]).split())
    return Comparable(words=tuple(sorted(words)), text=" ".join(words))


def is_mixed(name: str) -> bool:
    """Whether a word has Latin letters and such of another alphabet, which nobody writes who wants to be found."""
    words = unicodedata.normalize("NFKC", name[:MAX_NAME]).split()
    scripts = ({unicodedata.name(c, "").partition(" ")[0] for c in word if c.isalpha()} for word in words)
    return any("LATIN" in found and found - TOGETHER for found in scripts)


def _fold(name: str) -> str:
    wide = unicodedata.normalize("NFKC", name).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", wide) if ord(c) not in ACCENTS)
    letters = unicodedata.normalize("NFC", bare).translate(VARIANTS).translate(LOOKALIKES)
    return "".join(_letter(character) for character in letters)


def _letter(character: str) -> str:
    """The character if it tells names apart, nothing for dots and invisible ones, else a blank."""
    mark = unicodedata.category(character) in ("Cf", "Mn", "Me") and character not in SOUND_MARKS
    if mark or character in ".'’`´":
        return ""
    return character if character.isalnum() or character in "ー々" else " "


def _without_forms(words: list[str]) -> list[str]:
    kept = [bare for word in words for bare in _without_affix(word).split()]
    while kept and _is_form(kept[-1]):
        kept.pop()
    while kept and _is_form(kept[0]):
        del kept[0]
    return kept


def _is_form(word: str) -> bool:
    return word in WORDS or word in MARKS or word in FORMS


def _without_affix(word: str) -> str:
    for form in FORMS:
        if word != form and word.endswith(form):
            return word.removesuffix(form)
        if word != form and word.startswith(form):
            return word.removeprefix(form)
    return word
