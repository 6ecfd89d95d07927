"""People's corrections of quotes, applied to what was extracted before it is stored.

A correction is kept beside the quotes and applied whenever its article is written, so that the database follows from the
articles and people's decisions, in whatever order they came. An article's `fingerprint` covers the corrections that hold:
one that is added or taken back makes the article due for extraction again.

Invariant: a pure function of an extraction and corrections; a correction that no longer fits (the quote is gone, the
article was edited) changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from quotes.records import Alias, CharSpan, CorrectionKind, Entity, MentionKind, SpeakerType
from quotes.said import lead
from quotes.store.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quotes.records import Article, Correction, Extraction, Quote

SPANS = re.compile(r"\d+-\d+(?:,\d+-\d+)*")
RULE = "corrected"
"""The `rule` of a quote whose speaker or span a person set right; its confidence is 1, in a speaker set right too."""


def corrected(extraction: Extraction, corrections: Iterable[Correction]) -> Extraction:
    """Return an extraction with the corrections that hold applied to it.

    Args:
        extraction: what was found in an article.
        corrections: people's corrections of its quotes; those superseded are passed over.
    """
    for correction in sorted(corrections, key=lambda each: (each.made_at, each.kind, each.value or "")):
        if correction.superseded_at is None:
            extraction = _apply(extraction, correction)
    return extraction


def _apply(extraction: Extraction, correction: Correction) -> Extraction:
    quote = next((quote for quote in extraction.quotes if quote.id == correction.quote_id), None)
    if quote is None:
        return extraction
    if correction.kind is CorrectionKind.NOT_A_QUOTE:
        return replace(extraction, quotes=tuple(each for each in extraction.quotes if each is not quote))
    if correction.kind is CorrectionKind.WRONG_SPAN:
        content = spans_of(correction.value, extraction.article)
        return _put(extraction, quote, respanned(quote, content, extraction.article)) if content else extraction
    return _with_speaker(extraction, quote, " ".join((correction.value or "").split()))


def spans_of(value: str | None, article: Article) -> tuple[CharSpan, ...]:
    """Return the spans that a correction's value writes as "start-end,start-end", or () if they are none.

    Spans are half open, in order, without overlap, and lie in the article's text.
    """
    return spans_in(value, article.text)


def spans_in(value: str | None, text: str) -> tuple[CharSpan, ...]:
    """Return the spans of a text that a correction's value writes, or () if they are none."""
    if not value or not SPANS.fullmatch(value):
        return ()
    spans = tuple(CharSpan(*map(int, span.split("-"))) for span in value.split(","))
    ends = [0, *(span.end for span in spans)]
    fits = all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))
    return spans if fits and ends[-1] <= len(text) else ()


def respanned(quote: Quote, content: tuple[CharSpan, ...], article: Article) -> Quote:
    """Return a quote with other content; it keeps its identifier, so that links to it hold."""
    text = " ".join(article.text[start:end] for start, end in content)
    led = lead(article.text, content, quote.cue, source=quote.source)
    return replace(quote, content=content, text=text, lead=led, rule=RULE, confidence=1.0)


def _with_speaker(extraction: Extraction, quote: Quote, name: str) -> Extraction:
    """Return the extraction with a quote given to the speaker of a name: one that the article has, or another.

    Several names are several speakers: "Ana Ruiz; Bo Dahl".
    """
    entities = extraction.entities
    speaking: list[Entity] = []
    for one in dict.fromkeys(filter(None, map(str.strip, name.split(";")))) or [""]:
        entity = _named(entities, one)
        if entity is None:
            entity = Entity(
                key=f"{RULE} {fold(one)}", type=SpeakerType.PERSON if one else SpeakerType.UNNAMED, name=one or None,
                aliases=(Alias(alias=one, kind=MentionKind.NAME, mentions=1),) if one else (),
            )
            entities = (*entities, entity)
        speaking.append(entity)
    first, *others = dict.fromkeys(speaking)
    names = tuple(entity.name for entity in (first, *others) if entity.name)
    kept = quote.entity_key == first.key
    other = replace(
        quote, entity_key=first.key, other_keys=tuple(entity.key for entity in others), speaker="; ".join(names) or None,
        speakers=names, speaker_type=SpeakerType.GROUP if others else first.type, rule=RULE, confidence=1.0,
        speaker_confidence=1.0,
        role=quote.role if kept else None, roles=quote.roles if kept else (),
        affiliation=quote.affiliation if kept else None,
    )
    return _put(replace(extraction, entities=entities), quote, other)


def _named(entities: Iterable[Entity], name: str) -> Entity | None:
    """Return the entity that an article calls so, if there is just one."""
    folded = fold(name)
    called = [entity for entity in entities
              if folded and folded in {fold(entity.name or ""), *(fold(alias.alias) for alias in entity.aliases)}]
    return called[0] if len(called) == 1 else None


def _put(extraction: Extraction, old: Quote, new: Quote) -> Extraction:
    return replace(extraction, quotes=tuple(new if quote is old else quote for quote in extraction.quotes))
