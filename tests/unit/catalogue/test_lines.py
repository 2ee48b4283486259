import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.catalogue.lines import key_lines, line_of

TEXT = '''# comment with [brackets] = "and" more
id = "x" # [not.a.table]
prose = """
first = "no key"
[no.table]
""""
lit = \'\'\'
a = 1\'\'\'

[envelope]
max_wind = 12.5
"quoted key" = 1979-05-27T07:32:00Z
a.b.c = 1

[[items]]
name = "one"
limit = { upper = 2.0, inner = { x = [1, 2] } }
[[items]]
name = "two"
many = [
  # a comment, with a comma
  { document = "A" },

  { document = "B", clause = "}]" }, [1,
    2],
]
[items.table]
deep = true
[[items.nested]]
k = 1
[[items.nested]]
k = 2
'''


def place(text, start):
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.strip().startswith(start))


def test_every_kind_of_key_is_found_on_its_line():
    tomllib.loads(TEXT)
    lines = key_lines(TEXT)
    expected = {
        ("id",): 'id = "x"',
        ("prose",): "prose",
        ("lit",): "lit",
        ("envelope",): "[envelope]",
        ("envelope", "max_wind"): "max_wind",
        ("envelope", "quoted key"): '"quoted',
        ("envelope", "a", "b", "c"): "a.b.c",
        ("items", 0, "name"): 'name = "one"',
        ("items", 0, "limit", "upper"): "limit",
        ("items", 0, "limit", "inner", "x", 1): "limit",
        ("items", 1, "name"): 'name = "two"',
        ("items", 1, "many", 0, "document"): '{ document = "A"',
        ("items", 1, "many", 1, "clause"): '{ document = "B"',
        ("items", 1, "many", 2, 1): "2],",
        ("items", 1, "table", "deep"): "deep",
        ("items", 1, "nested", 1, "k"): "k = 2",
    }
    assert {key: lines[key] for key in expected} == {key: place(TEXT, start) for key, start in expected.items()}
    assert ("no", "table") not in lines
    assert ("first",) not in lines


def test_a_location_without_line_takes_that_of_what_is_around_it():
    lines = key_lines(TEXT)
    assert line_of(lines, ("envelope", "missing", "deeper")) == place(TEXT, "[envelope]")
    assert line_of(lines, ("absent",)) is None
    assert line_of(lines, ()) is None


def paths(data, path=()):
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


FRAGMENTS = st.sampled_from(
    [
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        ",",
        ".",
        "\n",
        " ",
        "#",
        '"',
        "'",
        '"""',
        "'''",
        "a",
        "b",
        "1",
        "a = 1\n",
        "\\",
        "é",
    ]
)


@given(st.lists(FRAGMENTS, max_size=25).map("".join))
@settings(max_examples=200)
def test_whatever_tomllib_accepts_is_scanned_whole(text):
    try:
        data = tomllib.loads(text)
    except ValueError:
        return
    assert set(paths(data)) <= set(key_lines(text))


LEAF = st.sampled_from(["1", "1.5", '"[x]"', "'a = b'", '"""\n# [[q]]\n"""', "true", "1979-05-27", "-inf"])
VALUE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda values: "[\n" + ",\n".join(values) + "]")
        | inner.map(
            lambda value: "{ k = 1, sub.key = " + value.replace("\n", " ") + " }" if '"""' not in value else "{}"
        )
    ),
    max_leaves=6,
)


@given(st.lists(VALUE, min_size=1, max_size=4), st.booleans())
@settings(max_examples=150)
def test_valid_documents_are_scanned_whole_and_in_order(values, tables):
    head = "[[t]]\n" if tables else ""
    text = "".join(f"{head}k{index} = {value}\n" for index, value in enumerate(values))
    try:
        data = tomllib.loads(text)
    except ValueError:
        return
    lines = key_lines(text)
    assert set(paths(data)) <= set(lines)
    for index in range(len(values)):
        location = ("t", index, f"k{index}") if tables else (f"k{index}",)
        assert text.split("\n")[lines[location] - 1].startswith(f"k{index} = ")
