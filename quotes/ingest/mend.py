"""Text that is visibly broken, mended; all other text unchanged to the character.

Each step says what it found, and changes only what no writer means: HTML entities, UTF-8 read as Windows-1252, C1 controls
that were Windows-1252's quotation marks, the marks of Markdown around names. Mending a mended text changes nothing.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ENTITY = re.compile(r"&(?:amp;){0,3}(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
CONTROL = re.compile(r"[\x80-\x9f]")
MOJIBAKE = re.compile(
    r"â€[\x80-\xbf™œžšŸ˜“”‘’¢¦\u2039\u203a\u20ac]?|Ã[\x80-\xbfƒ‚„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ¡-¿]|Â[\xa0-\xbf]|â\x80[\x80-\xbf]",
)
LINK = re.compile(
    r"!?\[([^\[\]\n]{1,200})\]\((?:https?://|/|mailto:)[^()\s]{1,500}(?:\([^()\s]{0,100}\)[^()\s]{0,100})?"
    r"(?:\s+\"[^\"\n]{0,200}\")?\)",
)
_CAPITALISED = r"[^\W\d_a-z][\w.’'-]{0,30}"
_NAME = rf"{_CAPITALISED}(?: (?:{_CAPITALISED}|of|the|and|for|de|del|da|di|van|von|der|den|al|bin|ibn)){{0,7}}[:,.]?"
STARS = re.compile(rf"(?<![\w*_])(\*{{1,3}}|__)({_NAME})\1(?![\w*_])")
"""Stars around a name; those around a question or a sentence are an interview's or a writer's."""
INVISIBLE = "\u200b\u2060\ufeff\u00ad"
HIDDEN = re.compile(rf"(?<=[^\W\d_])[{INVISIBLE}]+|[{INVISIBLE}]+(?=[A-Z\u00c0-\u00de])|(?<=[A-Za-z])[\u200c\u200d]+(?=[A-Za-z])")
"""Characters without width in or at the edge of a word that can be a name; those before other words are left."""
ROUNDS = 4


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text with what is visibly broken mended, and what that was, in the order of the steps.

    >>> mend("Smith &amp; Sons said: &#8220;Yes.&#8221;")
    ('Smith & Sons said: “Yes.”', ('entities',))
    >>> mend("“Fish & chips”, she said.")
    ('“Fish & chips”, she said.', ())
    """
    found: dict[str, None] = {}
    for _ in range(ROUNDS):
        before = text
        for name, step in STEPS:
            mended = step(text)
            if mended != text:
                found[name] = None
                text = mended
        if text == before:
            break
    return text, tuple(found)


def _entities(text: str) -> str:
    return ENTITY.sub(lambda entity: _character(entity.group()), text) if "&" in text else text


def _character(entity: str) -> str:
    plain = entity
    while (once := html.unescape(plain)) != plain:
        plain = once
    if len(plain) > 2 or any(character < " " and character not in "\n\t" for character in plain):
        return entity
    return " " if plain == "\xa0" else plain


def _controls(text: str) -> str:
    return CONTROL.sub(lambda control: _of_windows(control.group()), text) if CONTROL.search(text) else text


def _of_windows(control: str) -> str:
    if control == "\x85":
        return "…"
    try:
        return control.encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        return ""


def _mojibake(text: str) -> str:
    if not MOJIBAKE.search(text):
        return text
    from ftfy import TextFixerConfig, fix_encoding  # noqa: PLC0415  seldom needed

    config = TextFixerConfig(
        restore_byte_a0=True, replace_lossy_sequences=True, decode_inconsistent_utf8=True, fix_c1_controls=False, explain=False,
    )
    lines = text.splitlines(keepends=True)
    return "".join(fix_encoding(line, config) if MOJIBAKE.search(line) else line for line in lines)


def _markdown(text: str) -> str:
    if "](" in text:
        text = LINK.sub(lambda link: "" if link.group().startswith("!") else link.group(1), text)
    return STARS.sub(r"\2", text) if "*" in text or "__" in text else text


def _hidden(text: str) -> str:
    return HIDDEN.sub("", text) if HIDDEN.search(text) else text


STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("mojibake", _mojibake),
    ("controls", _controls),
    ("entities", _entities),
    ("markdown", _markdown),
    ("zero-width", _hidden),
)
