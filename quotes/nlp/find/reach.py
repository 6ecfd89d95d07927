"""How far a quote reaches: corrections to what linking made of the tagger's spans.

Pure functions over a `Scene` and its `Linked` quotes. The tagger sees words and linking pairs of spans; where a sentence, a
paragraph or a pair of marks ends says more than either.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING

from quotes.nlp.component import CUE, Rule
from quotes.nlp.find.tagged import NONE, SENTENCE_ENDS, between, next_token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from quotes.nlp.find.tagged import Linked, Scene, Tag

    Correcting = Callable[[Scene, Sequence[Linked]], list[Linked]]

FINAL = SENTENCE_ENDS | {"...", "\N{HORIZONTAL ELLIPSIS}"}
CLOSING = 3  # tokens at the end of a pair of marks among which its sentence ends
ALL_QUOTED = 0.99  # share of words in marks


def corrected(scene: Scene, quotes: Sequence[Linked], steps: Sequence[Correcting]) -> list[Linked]:
    """Return the quotes as steps leave them, one after the other; one that a step gave another content stays as it is."""
    for step in steps:
        quotes = step(scene, quotes)
    return list(quotes)


def _each(correct: Callable[[Scene, Linked], Linked]) -> Correcting:
    """Return a step that corrects each quote by itself."""

    @wraps(correct)
    def step(scene: Scene, quotes: Sequence[Linked]) -> list[Linked]:
        return [correct(scene, quote) for quote in quotes]

    return step


@_each
def within_sentence(scene: Scene, quote: Linked) -> Linked:
    """Cut whole sentences off the front of a content whose cue follows it: `S. S, Name said` reports the second.

    Not off one that starts in marks: `"S. S," Name said` reports both.
    """
    tag = scene.tags[quote.contents[0]]
    if len(quote.contents) > 1 or quote.cue == NONE or scene.tags[quote.cue].start < tag.end or quote.spans:
        return quote
    if scene.region[tag.start] >= 0:
        return quote
    cut = tag.start
    for at in range(tag.start, tag.end - 1):
        if scene.sentence[at] != scene.sentence[at + 1] and scene.region[at + 1] < 0 and scene.stops[at + 1] > scene.stops[cut]:
            cut = at + 1
    return quote if cut == tag.start else replace(quote, spans=((cut, tag.end),))


@_each
def whole_block(scene: Scene, quote: Linked) -> Linked:
    """Give a content behind `The bulletin:` all of the paragraph that it begins, if that has no marks around it."""
    tag = scene.tags[quote.contents[0]]
    before = next_token(scene, tag.start - 1, -1)
    if quote.cue == NONE or before < 0 or scene.texts[before] != ":" or scene.region[tag.start] >= 0:
        return quote
    here = scene.paragraph[tag.start]
    if scene.paragraph[before] == here or any(scene.paragraph[scene.tags[c].start] != here for c in quote.contents):
        return quote
    end = tag.end
    while end < len(scene.texts) and scene.paragraph[end] == here:
        end += 1
    return replace(quote, spans=((tag.start, end),))


def _sentence_start(scene: Scene, token: int) -> int:
    """Return the first token of a token's sentence, in its paragraph."""
    start = token
    while start > 0 and _same_sentence(scene, start - 1, token):
        start -= 1
    return start


def _same_sentence(scene: Scene, one: int, other: int) -> bool:
    return (scene.sentence[one], scene.paragraph[one]) == (scene.sentence[other], scene.paragraph[other])


def divided(scene: Scene, quotes: Sequence[Linked]) -> list[Linked]:
    """Give the last sentence of a content to the idle cue that follows in it: `He spoke of "rain". B, she said.` is two."""
    used = {quote.cue for quote in quotes}
    idle: dict[tuple[int, int], list[int]] = {}  # by sentence and paragraph
    for number, cue in enumerate(scene.tags):
        if cue.label == CUE and number not in used:
            idle.setdefault((scene.sentence[cue.start], scene.paragraph[cue.start]), []).append(number)
    found = []
    for quote in quotes:
        tag = scene.tags[quote.contents[-1]]
        cut = _sentence_start(scene, tag.end - 1)
        here = idle.get((scene.sentence[tag.end - 1], scene.paragraph[tag.end - 1]), [])
        behind = [i for i in here if scene.tags[i].start >= tag.end]
        own = quote.cue == NONE or scene.tags[quote.cue].start < cut
        if quote.spans or not behind or not own or cut <= tag.start or scene.region[cut] >= 0:
            found.append(quote)
            continue
        heads = scene.tags[behind[0]].heads
        source = max(heads, key=lambda head: (heads[head], -head))
        pieces = [(scene.tags[c].start, scene.tags[c].end) for c in quote.contents[:-1]]
        found.append(replace(quote, spans=(*pieces, (tag.start, cut))))
        new = replace(quote, contents=quote.contents[-1:], cue=behind[0], source=source, spans=((cut, tag.end),))
        found.append(replace(new, rule=Rule.LINKED, attribution=math.exp(heads[source])))
    return found


REACHING: tuple[Correcting, ...] = (within_sentence, whole_block, divided)


def _stands_alone(scene: Scene, tag: Tag) -> bool:
    """Say whether a content is all that stands in a pair of marks, and that is one sentence or more."""
    if tag.region < 0 or not _begins(scene, tag):
        return False
    region = scene.regions[tag.region]
    after = next_token(scene, region.end, 1)
    stops = any(scene.texts[i] in FINAL for i in range(max(region.start, region.end - CLOSING), region.end))
    if not stops and after >= 0 and scene.texts[after] in SENTENCE_ENDS:  # «Nobody came».
        stops, after = True, next_token(scene, after + 1, 1)
    ends = after < 0 or scene.paragraph[after] != scene.paragraph[region.end - 1] or not scene.texts[after][:1].islower()
    return scene.word[tag.end] == scene.word[region.end] and stops and ends


def _begins(scene: Scene, tag: Tag) -> bool:
    """Say whether a content in marks begins with them, where a sentence begins."""
    start = scene.regions[tag.region].start
    before = next_token(scene, start - 1, -1)
    if scene.word[tag.start] != scene.word[start]:
        return False
    first = before < 0 or scene.paragraph[before] != scene.paragraph[start] or scene.region[before] >= 0
    return first or scene.texts[before] in SENTENCE_ENDS


def parted(scene: Scene, quotes: Sequence[Linked]) -> list[Linked]:
    """Make quotes of their own of whole sentences in marks that another's cue, or a reporter's words, cannot reach.

    `She said that the boats were late. "I waited for hours."` is two quotes of her, the second without a cue; so is
    `He called it "a farce". "I left."`, and what stands in another paragraph. But `"I waited," she said. "They were late."`
    is one in two pieces, and so is a quotation left open and taken up in the next paragraph.
    """
    found = []
    for quote in quotes:
        groups = [[quote.contents[0]]]
        for content in quote.contents[1:]:
            if quote.cue == NONE or quote.spans or not _is_apart(scene, quote.cue, groups[-1][-1], content):
                groups[-1].append(content)
            else:
                groups.append([content])
        own = min(groups, key=lambda group: min(_distance(scene, quote.cue, c) for c in group)) if len(groups) > 1 else groups[0]
        for group in groups:
            new = replace(quote, contents=tuple(group))
            found.append(new if group is own else replace(new, cue=NONE, rule=Rule.CONTINUED))
    return sorted(found, key=lambda q: (q.contents, q.cue))


def _distance(scene: Scene, one: int, other: int) -> tuple[int, int]:
    """Return the paragraphs and the words between two tags."""
    start, end = between(scene.tags[one], scene.tags[other])
    paragraphs = scene.paragraph[scene.tags[other].start] - scene.paragraph[scene.tags[one].start]
    return abs(paragraphs), scene.word[end] - scene.word[start]


def _is_apart(scene: Scene, cue: int, before: int, content: int) -> bool:
    """Say whether a content of a cue begins another quote than the content before it."""
    one, other = scene.tags[before], scene.tags[content]
    if one.region >= 0 and other.region >= 0 and scene.regions[one.region].chain == scene.regions[other.region].chain:
        return False
    alone = [_stands_alone(scene, one), _stands_alone(scene, other)]
    if any(alone) and scene.paragraph[one.end - 1] != scene.paragraph[other.start]:
        return True
    return (alone[1] and _is_reported(scene, cue, one)) or (alone[0] and _is_reported(scene, cue, other))


def _is_reported(scene: Scene, cue: int, tag: Tag) -> bool:
    """Say whether a content is a reporter's words, or leads from them into marks behind the cue."""
    return tag.quoted == 0 or (tag.quoted <= ALL_QUOTED and scene.tags[cue].start < tag.start)
