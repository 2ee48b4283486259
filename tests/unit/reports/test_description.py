import base64
from html.parser import HTMLParser

from harness.evidence.results import read_results
from harness.judgement import Verdict
from harness.reports.description import case_description_html, plain_description, requirement_description_html
from harness.reports.wording import REMEDIES


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data.replace("\xa0", " ") + " "


def describe(result, number, plots=()):
    infos = {item.id: item.info for item in result.requirements}
    return Tags(case_description_html(result.cases[number], infos, plots))


def test_a_verdict_that_is_no_pass_says_what_follows(result):
    for number, case in enumerate(result.cases):
        remedy = REMEDIES.get(case.verdict)
        assert (remedy in describe(result, number).text) if remedy else case.verdict is Verdict.PASS


def test_first_word_is_the_verdict_and_the_table_compares(result):
    read = describe(result, 0, [b"\x89PNG..."])
    assert read.text.split()[0] == "PASS"
    for text in (
        "R95 horizontal error",
        "0.62 m",
        "0.11",
        "<= 2 m",
        "<= 1.89 m",
        "guarded",
        "wind seen",
        "wind (at 1.225 kg/m3)",
        "15.25 m/s",
        "tracker 0.055",
        "Conditions: height: 12.5; place: hall",
    ):
        assert text in read.text
    image = next(attributes for tag, attributes in read.tags if tag == "img")
    assert image["src"] == "data:image/png;base64," + base64.b64encode(b"\x89PNG...").decode()
    assert "details" in dict(read.tags)


def test_a_failed_control_is_shown_with_its_reason(result):
    read = describe(result, 4)
    assert read.text.split()[:4] == ["INVALID", "control", "decoy", "port"]
    assert "NO" in read.text.split()


def test_a_requirement_without_test_says_why(result):
    item = next(item for item in result.requirements if item.id == "RADIO-10")
    assert Tags(requirement_description_html(item)).text.startswith("NOT_TESTED  no test of the suites shows it yet")
    breach = next(item for item in result.requirements if item.id == "SUP-01")
    assert "parts is 3" in Tags(requirement_description_html(breach)).text
    assert plain_description(item.verdict, "") == "NOT_TESTED"


def test_hostile_text_stays_text(hostile_folder):
    result = read_results(hostile_folder)
    for number in range(len(result.cases)):
        tags = {tag for tag, _ in describe(result, number).tags}
        assert tags <= {
            "p",
            "span",
            "b",
            "br",
            "small",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "details",
            "summary",
            "ul",
            "li",
        }
    assert "<script>document.title='owned'</script>" in describe(result, 0).text
