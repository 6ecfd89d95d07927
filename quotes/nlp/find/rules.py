"""The rule extractor: quotes by grammar on a dependency parse, the seam's fallback and yardstick.

It finds cues (verbs, nouns and phrases of `data/en/cues.txt`), their sources (subjects, agents, inverted subjects) and their
contents (clauses, infinitives, objects), gives every stretch in quotation marks to the cue beside it, and joins the pieces
of an interrupted quote.

Invariants: `Rules.match` changes nothing; contents of different quotes do not overlap; a stretch in quotation marks is in a
content whole or not at all.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from spacy.language import Language

from quotes import lexicon
from quotes.nlp.component import MARKS_KEY, PARAGRAPHS_KEY, Component, Range, Reported, Rule, tokens_of, write_quotes
from quotes.nlp.find.joints import joined
from quotes.nlp.grammar import MAX_SOURCE, NOMINAL, SUBJECTS, source_range, subject_of, subtree_range, trim
from quotes.records import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Doc, Span, Token


MAX_ASIDE = 25  # words between two stretches of one quote beside its cue and source: `..., who took over last May.`
NO_SOURCE = 0.3  # confidence in a quote that nobody beside it says: its speaker is a guess
MIN_CLAUSE = 4  # tokens of a clause that the parser did not see as one
SCARE_WORDS = 4  # fewer words in marks, no clause, nobody saying so beside them: scare quotes

PREFIX = "rules."  # before a rule's name in `Rule`


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One quote while the rules work on it, as token ranges."""

    content: tuple[Range, ...]
    cue: Range | None
    source: Range | None
    rule: str


@dataclass(slots=True)
class _Cue:
    """A cue and what the grammar gives it."""

    at: Range
    head: Token
    source: Range | None
    content: list[Range]
    rule: str
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    """A stretch in marks as tokens, with its paragraph's number."""

    start: int
    end: int
    chain: str
    closed: bool
    paragraph: int


# ---------------------------------------------------------------- grammar


def _cue_range(verb: Token) -> Range:
    """Return the verb with the auxiliaries, negation and adverbs right before it, and its particle."""
    start, end = verb.i, verb.i + 1
    near = {c.i for c in verb.children if c.dep_ in ("aux", "auxpass", "neg", "advmod") and c.i < verb.i}
    while start - 1 in near:
        start -= 1
    if any(c.dep_ == "prt" and c.i == end for c in verb.children):
        end += 1
    return start, end


def _depth(token: Token) -> int:
    depth = 0
    while token.head.i != token.i:
        token, depth = token.head, depth + 1
    return depth


class _Reader:
    """Reads one Doc: its cues, regions in marks and paragraphs, and joins them to quotes."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.words = lexicon.cues()
        self.paragraph = self._number_paragraphs(doc.spans.get(PARAGRAPHS_KEY, ()))
        self.regions = [
            _Region(start=s.start, end=s.end, chain=s.id_, closed=s.label_ == "closed", paragraph=self.paragraph[s.start])
            for s in doc.spans.get(MARKS_KEY, ()) if self.paragraph[s.start] >= 0
        ]
        self.region_of = [-1] * len(doc)
        for number, region in enumerate(self.regions):
            for i in range(region.start, region.end):
                self.region_of[i] = number
        self.edges = frozenset(i for r in self.regions for i in (r.start, r.end - 1))

    def _number_paragraphs(self, spans: Iterable[Span]) -> list[int]:
        """Return the paragraph's number for every token, -1 in site furniture."""
        numbers = [-1] * len(self.doc)
        for number, span in enumerate(spans):
            if span.label_ != "furniture":
                for i in range(span.start, span.end):
                    numbers[i] = number
        return numbers

    # ------------------------------------------------------------ cues

    def cues(self) -> list[_Cue]:
        """Return every cue outside quotation marks, the outermost first."""
        found = [cue for token in self.doc if self.paragraph[token.i] >= 0 and self.region_of[token.i] < 0
                 and (cue := self._cue_at(token)) is not None]
        return sorted(found, key=lambda cue: (cue.depth, cue.at))

    def _cue_at(self, token: Token) -> _Cue | None:
        phrase = self._phrase_at(token)
        if phrase is not None:
            return phrase
        lemma = token.lemma_.lower()
        if token.pos_ == "VERB" or (token.tag_.startswith("VB") and token.dep_ not in ("aux", "auxpass")):
            return self._verb_cue(token, lemma)
        if token.pos_ == "NOUN" and self.words.takes(lemma, "noun"):
            return self._noun_cue(token)
        return None

    def _phrase_at(self, token: Token) -> _Cue | None:
        for phrase in self.words.phrases:
            end = token.i + len(phrase)
            if token.lower_ == phrase[0] and tuple(t.lower_ for t in self.doc[token.i:end]) == phrase:
                last = self.doc[end - 1]
                noun = next((c for c in last.children if c.dep_ == "pobj"), None)
                if noun is None:
                    return None
                source = source_range(self.doc, noun)
                content = self._sentence_without(token, (token.i, max(end, source[1] if source else end)))
                return _Cue(at=(token.i, end), head=token, source=source, content=content, rule="phrase", depth=0)
        return None

    def _sentence_without(self, token: Token, hole: Range) -> list[Range]:
        """Return the sentence around a phrase, in one or two pieces."""
        sent = token.sent
        pieces = [self._trim((sent.start, hole[0])), self._trim((hole[1], sent.end))]
        kept = [p for p in pieces if p]
        if len(kept) == 2 and hole[0] > sent.start:
            # "The deal is off, according to X, and trading has stopped": what follows is content only inside commas.
            after = self.doc[hole[1]].text if hole[1] < len(self.doc) else ""
            return kept if after == "," and kept[1][1] - kept[1][0] > 3 and kept[0][1] - kept[0][0] <= 6 else kept[:1]
        return kept

    def _verb_cue(self, verb: Token, lemma: str) -> _Cue | None:
        if verb.i > 0 and self.doc[verb.i - 1].tag_ == "HYPH":
            return None  # so-called
        content, rule = self._content_of(verb, lemma)
        beside = lemma in self.words.beside_marks
        if not content and not beside:
            return None
        source = self._source_of(verb, content)
        at = _cue_range(verb)
        if rule == "preposition":
            at = (at[0], max(at[1], content[0][0])) if content and content[0][0] - at[1] <= 1 else at
        content = [piece for piece in content if not (source and source[0] <= piece[0] < source[1])]
        return _Cue(at=at, head=verb, source=source, content=content, rule=rule, depth=_depth(verb))

    def _source_of(self, verb: Token, content: list[Range]) -> Range | None:
        subject = subject_of(verb) or (self._noun_before(verb) if content else None)
        return source_range(self.doc, subject) if subject is not None else None

    def _noun_before(self, verb: Token) -> Token | None:
        """Return the noun right before a finite verb that the parser gave no subject."""
        before = self.doc[_cue_range(verb)[0] - 1] if _cue_range(verb)[0] > 0 else None
        finite = verb.tag_ in ("VBD", "VBZ", "VBP")
        same = before is not None and self.paragraph[before.i] == self.paragraph[verb.i]
        return before if finite and same and before is not None and before.pos_ in NOMINAL else None

    def _content_of(self, verb: Token, lemma: str) -> tuple[list[Range], str]:
        """Return the pieces of content the grammar gives a verb and the rule that found them."""
        for rule, find in (("clause", self._clause_of), ("infinitive", self._infinitive_of), ("object", self._object_of),
                           ("preposition", self._prepositional_of)):
            piece = next((p for child in verb.children if (p := find(verb, lemma, child))), None)
            if piece:
                return [piece], rule
        return self._rest_of_sentence(verb, lemma)

    def _clause_of(self, verb: Token, lemma: str, child: Token) -> Range | None:
        gerund = child.dep_ == "xcomp" and child.tag_ == "VBG" and child.i > verb.i  # `admitted having seen it`
        if not self.words.takes(lemma, "clause") or not (child.dep_ == "ccomp" or gerund):
            return None
        return self._clause(verb, child)

    def _infinitive_of(self, verb: Token, lemma: str, child: Token) -> Range | None:
        """Return `(both sides) to stop the war`; whom somebody told belongs to no quote, whom somebody urged does."""
        if child.dep_ not in ("xcomp", "ccomp", "advcl") or child.i < verb.i or not self._has_to(child):
            return None
        piece = self._clause(verb, child) if self.words.takes(lemma, "infinitive") else None
        asked = next((c for c in verb.children if c.dep_ == "dobj" and verb.i < c.i < child.i), None)
        return (asked.left_edge.i, piece[1]) if piece and asked is not None and lemma != "tell" else piece

    def _object_of(self, verb: Token, lemma: str, child: Token) -> Range | None:
        if child.dep_ != "dobj" or child.i < verb.i or not self.words.takes(lemma, "object"):
            return None
        piece = self._trim(self._with_as(verb, subtree_range(child)))
        telling = piece and (piece[1] - piece[0] >= MIN_CLAUSE or any(self.region_of[i] >= 0 for i in range(*piece)))
        return piece if telling else None

    def _prepositional_of(self, verb: Token, lemma: str, child: Token) -> Range | None:
        known = child.dep_ == "prep" and child.i > verb.i and self.words.takes(lemma, f"+{child.lower_}")
        obj = next((c for c in child.children if c.dep_ in ("pobj", "pcomp")), None) if known else None
        return self._trim(subtree_range(obj)) if obj is not None else None

    def _rest_of_sentence(self, verb: Token, lemma: str) -> tuple[list[Range], str]:
        """Return what follows a verb that takes a clause where the parser saw none: `said the news called for ...`."""
        rest = self._trim((verb.i + 1, verb.sent.end))
        if lemma not in lexicon.finding().clause_verbs or rest is None or rest[0] != verb.i + 1 or rest[1] - rest[0] < MIN_CLAUSE:
            return [], "beside"
        first, words = self.doc[rest[0]], self.doc[rest[0]:rest[1]]
        starts = first.lower_ == "that" or first.pos_ in NOMINAL or first.dep_ in ("det", "poss", "nummod", "amod")
        finite = any(t.tag_ in ("VBD", "VBZ", "VBP", "MD", "VBN") for t in words if self.region_of[t.i] < 0)
        subject = any(c.dep_ in SUBJECTS and c.i < verb.i for c in verb.children)
        if not starts or not finite or not subject or self.region_of[rest[0]] >= 0:
            return [], "beside"
        return [rest], "rest"

    def _with_as(self, verb: Token, span: Range) -> Range:
        """Take in what an object is called: "named five countries as guarantors"."""
        follows = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ == "as" and c.i == span[1]), None)
        return (span[0], subtree_range(follows)[1]) if follows is not None else span

    def _has_to(self, token: Token) -> bool:
        return any(c.lower_ == "to" and c.dep_ == "aux" for c in token.children)

    def _clause(self, verb: Token, clause: Token) -> Range | None:
        """Return a clause's range; one before its verb stops at the verb's source, one after starts behind the verb."""
        inside = {t.i for t in clause.subtree}
        if clause.i < verb.i:
            start, end = min(inside), verb.i
            while end - 1 > clause.i and end - 1 not in inside:
                end -= 1
            end = max(i for i in inside if i < verb.i) + 1 if any(i < verb.i for i in inside) else end
            start = max(start, verb.sent.start)
            return self._trim((start, end))
        marker = next((c for c in verb.children if c.dep_ == "mark" and verb.i < c.i < clause.i), None)
        start = min([i for i in inside if i > verb.i] + ([marker.i] if marker else []), default=clause.i)
        end = min([max(inside) + 1, *self._ends(clause)])
        return self._trim((start, self._backshifted(verb, end)))

    def _backshifted(self, verb: Token, end: int) -> int:
        """Take in a coordinated clause that the parser gave to the cue: `said it had won and would go on`."""
        for child in verb.children:
            modal = next((c for c in child.children if c.dep_ == "aux" and c.lower_ in lexicon.finding().backshifted), None)
            own = any(c.dep_ in SUBJECTS for c in child.children)
            if child.dep_ == "conj" and modal is not None and not own and end <= modal.i <= end + 2:
                return min([child.right_edge.i + 1, *self._ends(child)])
        return end

    def _ends(self, clause: Token) -> Iterator[int]:
        """Yield where a clause may end before its subtree does, as the parser attaches too much to it.

        `said A, adding B`; `said A, though Y said B`; `said A and called for B`; `said "A" after B`.
        """
        for token in clause.subtree:
            if token.i <= clause.i or self.region_of[token.i] >= 0:
                continue
            if token.dep_ in ("advcl", "conj", "acl") and self._is_reporting(token, token.lemma_.lower()):
                if self._reports_anew(token, clause):
                    yield self._connective(token)
            elif (start := self._adverbial_start(token)) is not None and self._closes_marks(start.i):
                yield start.i

    def _reports_anew(self, token: Token, clause: Token) -> bool:
        """Say whether a verb of reporting in a clause begins another report: `, adding B`, `, though Y said B`, `and called`."""
        before = self.doc[token.left_edge.i - 1] if token.left_edge.i > 0 else token
        comma = "," in (before.text, token.left_edge.text)
        own = any(c.dep_ in SUBJECTS for c in token.children)
        joined = token.dep_ == "conj" and not own and token.tag_ == clause.head.tag_
        return joined or (comma and (own or token.tag_ == "VBG"))

    def _adverbial_start(self, token: Token) -> Token | None:
        """Return the first word of an adverbial clause or phrase ("after B") that a token heads, if it does."""
        start = {"advcl": token.left_edge, "prep": token}.get(token.dep_)
        return start if start is not None and start.lower_ in lexicon.finding().adverbial else None

    def _is_reporting(self, token: Token, lemma: str) -> bool:
        if self.words.takes(lemma, "clause") and any(c.dep_ == "ccomp" for c in token.children):
            return True
        return any(c.dep_ == "prep" and self._speaks(lemma, c.lower_) for c in token.children)

    def _speaks(self, lemma: str, preposition: str) -> bool:
        """Say whether a verb with a preposition is one of speech: "comment on", but not "hope for"."""
        return self.words.takes(lemma, f"+{preposition}") and self.words.kind(lemma) not in {"attitude", "agreement"}

    def _connective(self, token: Token) -> int:
        """Return where a coordinated or adverbial clause begins, its conjunction included."""
        start = token.i
        own = {c.i for c in token.children if c.i < token.i and c.dep_ in (*SUBJECTS, "mark", "advmod", "aux", "neg")}
        start = min([start, *(self.doc[i].left_edge.i for i in own)])
        if start > 0 and self.doc[start - 1].dep_ == "cc":
            start -= 1
        return start

    def _closes_marks(self, at: int) -> bool:
        """Say whether the words before a token close a stretch in marks, not counting punctuation and a short tail."""
        tail = [self.region_of[i] for i in range(max(0, at - 7), at)]
        return any(number >= 0 for number in tail)

    def _noun_cue(self, noun: Token) -> _Cue | None:
        clause = next((c for c in noun.children if c.dep_ in ("acl", "ccomp", "relcl") and c.i > noun.i
                       and (self._has_to(c) or any(m.lower_ == "that" and m.dep_ == "mark" for m in c.children))), None)
        owner = next((c for c in noun.children if c.dep_ == "poss"), None)
        if clause is None or owner is None:
            return None
        content = self._clause(noun, clause)
        if content is None:
            return None
        start, end = subtree_range(owner)
        if self.doc[end - 1].tag_ == "POS":
            end -= 1
        return _Cue(at=(noun.i, noun.i + 1), head=noun, source=(start, end), content=[content], rule="noun",
                    depth=_depth(noun))

    def _trim(self, span: Range) -> Range | None:
        return trim(self.doc, span, self.edges)

    # ------------------------------------------------------------ joining

    def quotes(self) -> list[Found]:
        """Return the quotes of the Doc in the order of their contents."""
        taken = [False] * len(self.doc)
        assigned: dict[int, _Cue] = {}
        kept: list[_Cue] = []
        every = self.cues()
        beside = self._beside(every)
        for cue in every:
            if any(taken[i] for i in range(*cue.at)):
                continue
            ranges = [r for r in cue.content if not any(taken[i] for i in range(*r))]
            regions = [n for n in beside.get(cue.at, ()) if n not in assigned]
            whole = self._whole(ranges, regions, cue)
            if not whole:
                continue
            cue.content = whole
            for i in tokens_of(whole):
                taken[i] = True
            assigned |= {self.region_of[i]: cue for i in tokens_of(whole) if self.region_of[i] >= 0}
            kept.append(cue)
        self._continue(assigned)
        found = [Found(content=tuple(cue.content), cue=cue.at, source=cue.source, rule=cue.rule) for cue in kept]
        return sorted((f for f in map(self._tidy, found) if f), key=lambda f: f.content)

    def _whole(self, ranges: list[Range], regions: list[int], cue: _Cue) -> list[Range]:
        """Return a cue's content with every stretch in marks whole, and without the cue and the source."""
        tokens = {i for r in ranges for i in range(*r)}
        for number in {self.region_of[i] for i in tokens if self.region_of[i] >= 0} | set(regions):
            tokens |= set(range(self.regions[number].start, self.regions[number].end))
        tokens -= set(range(*cue.at))
        if cue.source:
            tokens -= set(range(*cue.source))
        trimmed = (self._trim(piece) for piece in self._pieces(sorted(tokens)))
        return [p for p in trimmed if p is not None and (p[1] - p[0] > 1 or self.region_of[p[0]] >= 0)]

    def _pieces(self, tokens: Iterable[int]) -> list[Range]:
        """Return tokens, which are in order, as ranges with nothing but space inside that is none of them."""
        pieces: list[Range] = []
        for i in tokens:
            if pieces and all(self.doc[k].is_space for k in range(pieces[-1][1], i)):
                pieces[-1] = (pieces[-1][0], i + 1)
            else:
                pieces.append((i, i + 1))
        return pieces

    def _beside(self, every: list[_Cue]) -> dict[Range, list[int]]:
        """Give each stretch in marks that reads as speech the cue beside it: {cue: regions}."""
        by_start = sorted(every, key=lambda cue: cue.at)
        chosen: dict[Range, list[int]] = {}
        for number, region in enumerate(self.regions):
            cue = self._cue_after(number, region, by_start) or self._cue_before(region, by_start)
            if cue is not None:
                chosen.setdefault(cue.at, []).append(number)
        return chosen

    def _cue_after(self, number: int, region: _Region, every: list[_Cue]) -> _Cue | None:
        """Return the cue that follows a stretch in its sentence: `"...," Ana Ruiz said`, `"..." said Ana Ruiz`."""
        last = self.doc[region.end - 2].text if region.end - 2 > region.start else ""
        following = self.regions[number + 1].start if number + 1 < len(self.regions) else len(self.doc)
        nxt = self.doc[region.end].text if region.end < len(self.doc) else ""
        if last not in (",", "?", "!", "—", "–", "-", "...", "…") and nxt not in (",", "–", "—", "--"):
            return None
        for cue in every:
            if cue.at[0] < region.end or cue.rule in ("noun", "preposition"):
                continue
            if cue.at[0] >= following or self.paragraph[cue.at[0]] != region.paragraph:
                return None
            if any(t.text in (".", "?", "!") for t in self.doc[region.end:cue.at[0]]):
                return None
            if cue.at[0] - region.end > MAX_SOURCE:
                return None
            self._fill_source(cue, region)
            return cue
        return None

    def _cue_before(self, region: _Region, every: list[_Cue]) -> _Cue | None:
        """Return the cue right before a stretch: `Ana Ruiz said: "..."`, `added that "..."`."""
        best: _Cue | None = None
        for cue in every:
            if cue.at[1] > region.start:
                break
            if self._leads_to(cue, region) and cue.rule not in ("phrase", "noun"):
                best = cue
        if best is None:
            return None
        between = self.doc[best.at[1]:region.start]
        if any(t.text in (".", "?", "!", ";") or self.region_of[t.i] >= 0 for t in between):
            return None
        marked = between.text.rstrip().endswith((",", ":"))
        if len(between) <= 2 or (marked and len(between) <= MAX_SOURCE):
            return best if marked or self._reads_as_speech(region) or len(between) == 0 else None
        return None

    def _leads_to(self, cue: _Cue, region: _Region) -> bool:
        """Say whether a cue stands in a stretch's paragraph, or in the one before, which ends in a colon."""
        own = self.paragraph[cue.at[0]]
        if own == region.paragraph:
            return True
        colon = next((t for t in reversed(self.doc[cue.at[1]:region.start]) if not t.is_space), None)
        return own == region.paragraph - 1 and colon is not None and colon.text == ":" and self.paragraph[colon.i] == own

    def _reads_as_speech(self, region: _Region) -> bool:
        inner = self.doc[region.start + 1:region.end - 1]
        words = [t for t in inner if t.is_alpha]
        return len(words) >= SCARE_WORDS or any(t.pos_ == "VERB" for t in inner)

    def _fill_source(self, cue: _Cue, region: _Region) -> None:
        """Read the source off the words beside a cue that the parse gave none: `"...," said Ana Ruiz`."""
        if cue.source is not None and cue.source[0] >= region.end:
            return
        before = self._trim((region.end, cue.at[0]))
        after = self.doc[cue.at[1]:min(cue.at[1] + 12, len(self.doc))]
        chunk = next((c for c in self.doc[region.end:cue.head.sent.end].noun_chunks
                      if c.start >= cue.at[1] and c.start <= cue.at[1] + 1), None)
        if before and before[1] - before[0] <= MAX_SOURCE and self.doc[before[1] - 1].pos_ != "VERB":
            cue.source = before
        elif chunk is not None and len(after):
            cue.source = source_range(self.doc, chunk.root)

    def _continue(self, assigned: dict[int, _Cue]) -> None:
        """Join stretches without a cue of their own to the quote they go on from."""
        for number, region in enumerate(self.regions[1:], 1):
            if number in assigned or number - 1 not in assigned:
                continue
            before, cue = self.regions[number - 1], assigned[number - 1]
            if before.chain == region.chain or self._goes_on(before, region, cue):
                cue.content = sorted([*cue.content, (region.start, region.end)])
                assigned[number] = cue

    def _goes_on(self, before: _Region, region: _Region, cue: _Cue) -> bool:
        """Say whether a stretch follows another as more of the same: in the sentence after it, or as a paragraph of its own."""
        if before.paragraph != region.paragraph:
            return before.paragraph == region.paragraph - 1 and self._fills_paragraph(region)
        gap = self.doc[before.end:region.start]
        between = gap.text.strip()
        closes = not between or between.endswith((".", "?", "!", ":", ",")) or between.lower() in lexicon.finding().going_on
        return closes and len(gap) <= MAX_SOURCE and self._sentence_like(region) and self._only_cue(gap, cue)

    def _only_cue(self, gap: Span, cue: _Cue) -> bool:
        """Say whether a gap holds nothing but the quote's own cue and source."""
        allowed = set(range(*cue.at)) | (set(range(*cue.source)) if cue.source else set())
        rest = [t for t in gap if t.i not in allowed and t.is_alpha]
        return len(rest) <= MAX_ASIDE

    def _sentence_like(self, region: _Region) -> bool:
        inner = self.doc[region.start + 1:region.end - region.closed]
        return len(inner) > 0 and (inner[-1].is_punct or len(inner) >= 5) and inner[0].text[:1].isupper()

    def _fills_paragraph(self, region: _Region) -> bool:
        start, end = region.start, region.end
        first = start == 0 or self.paragraph[start - 1] != region.paragraph
        last = end >= len(self.doc) or self.paragraph[end] != region.paragraph
        return first and last

    def _tidy(self, found: Found) -> Found | None:
        """Drop quotes without content or without anybody, and sources that lie inside their content."""
        if not found.content:
            return None
        source = found.source
        if source and any(p[0] <= source[0] < p[1] for p in found.content):
            source = None
        if source is None and found.rule != "beside" and not any(self.region_of[p[0]] >= 0 for p in found.content):
            return None
        return replace(found, source=source, content=tuple(sorted(found.content)))


def confidence_of(doc: Doc, quote: Reported) -> float:
    """Return how often the quote's rule was right in quotes of its form (`data/rule_confidence.toml`)."""
    quoted = {token.i for span in doc.spans.get(MARKS_KEY, ()) for token in span}
    inside = [token in quoted for token in tokens_of(quote.content)]
    form = Form.DIRECT if all(inside) else Form.MIXED if any(inside) else Form.INDIRECT
    return _confidences()[quote.rule.removeprefix(PREFIX)][form] if quote.source else NO_SOURCE


@cache
def _confidences() -> dict[str, dict[str, float]]:
    return tomllib.loads(resources.files("quotes.data").joinpath("rule_confidence.toml").read_text(encoding="utf-8"))


# ---------------------------------------------------------------- spaCy


@Language.factory(
    "quotes_rules", assigns=["doc.spans"], requires=["token.dep", "token.lemma", "token.pos", "doc.spans"],
)
def make_rules(nlp: Language, name: str) -> Rules:
    """Make the rule extractor; put it behind the parser and `quotes_marks`.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
    RETURNS (Rules): the component.
    """
    del nlp
    return Rules(name)


class Rules(Component[list[Reported]]):
    """Finds quotes by grammar."""

    def __init__(self, name: str = "quotes_rules") -> None:
        super().__init__(name)

    def match(self, doc: Doc) -> list[Reported]:
        """Return the quotes of a parsed Doc, changing nothing."""
        quotes = [_reported(doc, str(number), found) for number, found in enumerate(_Reader(doc).quotes())]
        return [*quotes, *joined(doc, quotes)]

    def set_annotations(self, doc: Doc, found: list[Reported]) -> None:
        """Write the quotes."""
        write_quotes(doc, found)


def _reported(doc: Doc, key: str, found: Found) -> Reported:
    quote = Reported(key=key, content=found.content, cue=(found.cue,) if found.cue else (),
                     source=(found.source,) if found.source else (), rule=Rule(f"{PREFIX}{found.rule}"))
    return replace(quote, confidence=confidence_of(doc, quote))
