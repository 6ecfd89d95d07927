"""What is visibly broken is mended; all else is unchanged to the character."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.ingest.mend import mend

ROOT = Path(__file__).parents[2]
GOOD = sorted([*ROOT.glob("seeds/*.txt"), *ROOT.glob("tests/data/**/*.txt"), *ROOT.glob("../shared/bench/**/*.txt")])


@pytest.mark.parametrize(
    ("broken", "good", "names"),
    [
        pytest.param("Smith &amp; Sons: &#8220;Yes.&#8221;", "Smith & Sons: “Yes.”", ("entities",), id="entities"),
        pytest.param("&amp;quot;Yes,&amp;quot; he said.", '"Yes," he said.', ("entities",), id="entities written twice"),
        pytest.param("Mr&nbsp;Smith", "Mr Smith", ("entities",), id="a space that is one"),
        pytest.param(
            "â€œYes,â€\x9d said Ann. Itâ€™s over â€” now.",
            "“Yes,” said Ann. It’s over — now.",
            ("mojibake",),
            id="quotation marks as mojibake",
        ),
        pytest.param("â\x80\x9cYes,â\x80\x9d said Ann.", "“Yes,” said Ann.", ("mojibake",), id="mojibake by latin-1"),
        pytest.param("ZoÃ« MÃ¼ller said no.", "Zoë Müller said no.", ("mojibake",), id="accents as mojibake"),
        pytest.param(
            "\x93Yes,\x94 said Ann. It\x92s over.", "“Yes,” said Ann. It’s over.", ("controls",), id="controls of windows-1252"
        ),
        pytest.param("“No,” said [Jane Doe](https://example.org/jane_(x)).", "“No,” said Jane Doe.", ("markdown",), id="a link"),
        pytest.param(
            "“No,” said **Jane Doe**, and *Ann Ray* agreed.",
            "“No,” said Jane Doe, and Ann Ray agreed.",
            ("markdown",),
            id="stars around names",
        ),
        pytest.param("**Jane Doe:** No.", "Jane Doe: No.", ("markdown",), id="a turn's name in stars"),
        pytest.param("**[Jane Doe](https://example.org)** said no.", "Jane Doe said no.", ("markdown",), id="a link in stars"),
        pytest.param("![A picture](https://example.org/a.png)Ann said no.", "Ann said no.", ("markdown",), id="a picture"),
        pytest.param("Zel\u200bensky and \ufeffAnn\u200b Ray", "Zelensky and Ann Ray", ("zero-width",), id="zero-width in names"),
    ],
)
def test_what_is_broken_is_mended_and_named(broken: str, good: str, names: tuple[str, ...]) -> None:
    assert mend(broken) == (good, names)
    assert mend(good) == (good, ())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("“Fish & chips”, she said; AT&T; rose 3%.", id="ampersands"),
        pytest.param("5 * 4 * 3 = 60, and a footnote* with a *", id="stars that are none"),
        pytest.param("**When did you first think about school?**\n\nIn 1990.", id="a question in stars"),
        pytest.param("He said [sic] (and meant) [it] (twice).", id="brackets"),
        pytest.param("Café Ångström, Łódź, Ãngela, São Paulo, “Â”", id="accents"),
        pytest.param("“Yes,” — ‘no’ … «oui» „nein“", id="marks"),
        pytest.param("a_b __init__ snake_case", id="underscores"),
        pytest.param("Family 👨‍👩‍👧 and flag 🇺🇦, می‌خواهم", id="joiners that mean something"),
        pytest.param("line\r\nline\u2028line\ttab \u00a0space  two", id="white space"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_good_is_unchanged(text: str) -> None:
    assert mend(text) == (text, ())


def test_articles_are_unchanged() -> None:
    texts = [path.read_bytes().decode("utf-8") for path in GOOD]
    assert len(texts) > 5
    assert [text[:80] for text in texts if mend(text) != (text, ())] == []


@given(st.text(alphabet="&amp;#8220quot*_[](https://)ABab \n\u200b\x93â€œ™Ã¼“”", max_size=80))
def test_mending_twice_changes_nothing_more(text: str) -> None:
    once = mend(text)[0]
    assert mend(once) == (once, ())


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "*A" * 50_000, "&amp;" * 50_000, "[a](http://" * 20_000, "Ã" * 50_000, "**A " * 30_000]
)
def test_long_runs_of_broken_text_end(text: str) -> None:
    assert isinstance(mend(text)[0], str)
