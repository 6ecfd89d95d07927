"""What language a text is in, by py3langid, whose model is in its package.

Invariant: only a text that can be told is given a language; a short or mixed one is None, so that nobody loses it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from quotes.errors import ConfigError

MIN_LETTERS = 60
"""Fewest letters that are judged; names alone mislead below."""
SURE = 0.9
"""Least probability of the best language."""
SAMPLE = 20_000
"""Characters judged of a long text."""


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, or None if it is too short or too mixed to tell.

    Raises:
        ConfigError: there is no room for temporary files.

    >>> language_of("Yes.") is None
    True
    """
    prose = re.sub(r"https?://\S+|\S+@\S+|\d+", " ", text[:SAMPLE])
    if sum(character.isalpha() for character in prose) < MIN_LETTERS:
        return None
    language, probability = _identifier().classify(prose)
    return str(language) if probability >= SURE else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  seldom needed, and slow to load

    try:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError as error:  # it is unpacked into a temporary file
        reason = error.strerror or error
        raise ConfigError(f"the model of languages cannot be unpacked: {reason}; free some space for temporary files, or "
                          "name another folder for them in TMPDIR") from error
