"""Training data of the head that finds names: corpora of names, read and varied.

Input: the files of the benchmark's `who/` (GUM, the Broad Twitter Corpus, Wikigold, WNUT 17, Universal NER over the
English Web Treebank). Used by `train_tagger.py`; writes nothing.

A name is a person's, a body's (organisations, teams, parties), a place's or another thing's. It is as long as its words:
ranks, roles, articles and what describes it stay out. Where a corpus does not annotate a kind, nothing is learned of it
there. What papers do differently is varied in, every epoch anew: headlines in capitals or with every word capitalised,
texts without capitals, names of the whole world.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.lexicon import fold
from scripts.train.data import NAME_KINDS, UNKNOWN, WORDS, Tag, Tagged, edit, paragraphs_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Mapping, Sequence

KINDS = {
    "PER": "person",
    "person": "person",
    "ORG": "body",
    "organization": "body",
    "corporation": "body",
    "group": "body",
    "LOC": "place",
    "place": "place",
    "location": "place",
    "MISC": "other",
    "creative-work": "other",
    "product": "other",
    "event": "other",
    "object": "other",
    "abstract": "other",
}
SENTENCES_A_PARAGRAPH = 3
GLUED_LEFT = frozenset(",.;:!?)]}%\u2019\u201d")  # no space before
GLUED_RIGHT = frozenset("([{$#\u201c\u2018")  # no space behind
CLITIC = re.compile(r"['\u2019](s|re|ve|ll|d|m|t)|n['\u2019]t", re.IGNORECASE)
WITHIN_BODIES = frozenset({"of", "for", "and", "the", "&", "-", "\u2013"})
HYPHENS = frozenset({"-", "\u2013"})
ANNOTATED = Path(__file__).parent / "annotated" / "articles.jsonl"
VERBS = ("said", "told reporters", "added", "warned", "says", "argued", "wrote", "tweeted", "replied", "asked", "insisted")


@dataclass(frozen=True)
class Token:
    """A token of a corpus with the BIO label, `?` where nothing is to be learned, and whether a space follows."""

    text: str
    label: str
    space: bool | None = None


@dataclass(frozen=True)
class NamedArticle:
    """An article whose names are annotated.

    Args:
        id: the corpus and a number.
        paragraphs: with tags of NAME_KINDS, or UNKNOWN.
        kinds: those that the corpus annotates throughout.
        made: whether its names are made up already.
    """

    id: str
    paragraphs: list[Tagged]
    kinds: frozenset[str] = field(default=frozenset(NAME_KINDS))
    made: bool = False


# ---------------------------------------------------------------- tokens to text


def paragraph(tokens: Sequence[Token]) -> Tagged:
    """Return the tokens as text, names as tags; where the corpus does not say, spaces as papers print them."""
    text, tags = "", list[Tag]()
    open_mark = False
    glue = True
    for token in tokens:
        straight = token.text == '"'
        closing = token.text[0] in GLUED_LEFT or bool(CLITIC.fullmatch(token.text)) or (straight and open_mark)
        if not glue and not (closing and token.space is None):
            text += " "
        start = len(text)
        text += token.text
        if token.label != "O":
            kind = token.label[2:] or UNKNOWN
            goes_on = token.label.startswith("I-") and tags and tags[-1].role == kind and not text[tags[-1].end : start].strip()
            if goes_on:
                tags[-1] = tags[-1]._replace(end=len(text))
            else:
                tags.append(Tag(start, len(text), kind, -1))
        glue = not token.space if token.space is not None else token.text[0] in GLUED_RIGHT or (straight and not open_mark)
        open_mark ^= straight
    return Tagged(text, tuple(tags))


def _articles(name: str, sentences: Iterable[list[Token]], kinds: frozenset[str], size: int = 40) -> Iterator[NamedArticle]:
    """Put sentences that come without articles into paragraphs of a few and articles of `size` sentences."""
    held: list[list[Token]] = []
    number = 0
    for sentence in [*sentences, None]:
        if sentence is not None:
            held.append(sentence)
        if held and (sentence is None or len(held) == size):
            groups = [held[i : i + SENTENCES_A_PARAGRAPH] for i in range(0, len(held), SENTENCES_A_PARAGRAPH)]
            yield NamedArticle(f"{name}-{number}", [paragraph([t for s in g for t in s]) for g in groups], kinds)
            held, number = [], number + 1


# ---------------------------------------------------------------- corpora


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n")
    yield ""


def read_bio(path: Path, *, column: int, form: int, gap: str) -> Iterator[list[Token]]:
    """Yield the sentences of a file with a token a line.

    Args:
        path: gzip.
        column: of the label.
        form: of the token.
        gap: between columns.
    """
    sentence: list[Token] = []
    for line in _lines(path):
        if line.startswith("# ") and gap == "\t" and "\t" not in line:
            continue
        cells = line.split(gap)
        if len(cells) <= max(column, form):
            if sentence:
                yield sentence
            sentence = []
            continue
        prefix, _, kind = cells[column].partition("-")
        label = f"{prefix}-{KINDS[kind]}" if kind in KINDS else "O" if prefix == "O" else "?-"
        if cells[form].startswith("@") and len(cells[form]) > 1:
            label = "?-"  # corpora of posts disagree about handles
        if cells[form].strip() and cells[form] != "-DOCSTART-":
            sentence.append(Token(cells[form], label))


@dataclass
class _Row:
    form: str
    head: int
    relation: str
    tag: str
    space: bool
    entity: str


ENTITY = re.compile(r"\((\d+)-([a-z]+)[^()]*(\))?|(\d+)\)")


def _mentions(rows: Sequence[_Row]) -> Iterator[tuple[int, int, str]]:
    """Yield the (first, end, kind) mentions of a sentence."""
    stack: list[tuple[str, int, str]] = []
    for i, row in enumerate(rows):
        for match in ENTITY.finditer(row.entity):
            if match[4] is None:
                if match[3]:
                    yield i, i + 1, match[2]
                else:
                    stack.append((match[1], i, match[2]))
            else:
                at = next((k for k in range(len(stack) - 1, -1, -1) if stack[k][0] == match[4]), None)
                if at is not None:
                    _, first, kind = stack.pop(at)
                    yield first, i + 1, kind


def _head(rows: Sequence[_Row], first: int, end: int) -> int | None:
    """Return the word of a mention that hangs on a word outside, if it is a proper noun."""
    head = next((i for i in range(first, end) if not first <= rows[i].head - 1 < end), None)
    return head if head is not None and rows[head].tag.startswith("NNP") else None


def _name(rows: Sequence[_Row], first: int, end: int, kind: str, within: set[int]) -> tuple[int, int] | None:
    """Return the name in a mention, if a proper noun heads it: without titles, articles and what describes.

    Args:
        rows: the sentence.
        first: the mention's first word.
        end: the word behind it.
        kind: its kind.
        within: words of smaller mentions that a proper noun heads, which are no part of a person's name.
    """
    head = _head(rows, first, end)
    is_person = kind == "person"
    if head is not None and is_person and fold(rows[head].form) in lexicon.people().titles:
        head = head + 1 if head + 1 < end and rows[head + 1].tag.startswith("NNP") else None
    if head is None or (is_person and rows[head].tag == "NNPS"):
        return None

    def proper(i: int) -> bool:
        if not (first <= i < end and rows[i].tag.startswith("NNP") and rows[i].relation != "nmod:desc"):
            return False
        return not is_person or (i not in within and fold(rows[i].form) not in lexicon.people().titles)

    def joint(i: int, step: int) -> bool:
        small = HYPHENS if is_person else WITHIN_BODIES
        return first <= i < end and rows[i].form.casefold() in small and proper(i + step)

    start, stop = head, head + 1
    while proper(start - 1) or joint(start - 1, -1):
        start -= 1
    while proper(stop) or joint(stop, 1) or (not is_person and joint(stop, 2) and rows[stop + 1].form == "the"):
        stop += 1
    return start, stop


def read_gum(path: Path) -> Iterator[NamedArticle]:
    """Yield GUM's documents; names are read out of the mentions that a proper noun heads."""
    document, groups, rows = "", list[list[Token]](), list[_Row]()
    kinds = frozenset({"person", "body", "place"})
    fresh, joined = True, (0, True)
    for line in [*_lines(path), "# newdoc id = "]:
        if line.startswith("# newdoc id = "):
            if groups:
                yield NamedArticle(document, [paragraph(g) for g in groups if g], kinds)
            document, groups = line.removeprefix("# newdoc id = "), []
        elif line.startswith("# newpar"):
            fresh = True
        elif not line and rows:
            if fresh or not groups:
                groups.append([])
            groups[-1] += _gum_tokens(rows)
            rows, fresh, joined = [], False, (0, True)
        elif line[:1].isdigit():
            cells = line.split("\t")
            extra = dict(part.partition("=")[::2] for part in cells[9].split("|"))
            space = extra.get("SpaceAfter") != "No"
            if cells[0].isdigit():
                number = int(cells[0])
                space = joined[1] if number == joined[0] else space and number > joined[0]
                head = int(cells[6]) if cells[6].isdigit() else 0
                rows.append(_Row(cells[1], head, cells[7], cells[4], space, extra.get("Entity", "")))
            elif "-" in cells[0]:
                joined = (int(cells[0].partition("-")[2]), space)  # several words printed as one


def _gum_tokens(rows: Sequence[_Row]) -> list[Token]:
    labels = ["O"] * len(rows)
    mentions = [(first, end, kind) for first, end, kind in _mentions(rows) if _head(rows, first, end) is not None]
    found = set()
    for first, end, kind in mentions:
        inner = {i for a, b, _ in mentions if first <= a and b <= end and b - a < end - first for i in range(a, b)}
        span = _name(rows, first, end, kind, inner) if kind in KINDS else None
        if span is not None:
            found.add((span[1] - span[0], span, KINDS[kind]))
    for _, (start, stop), kind in sorted(found, reverse=True):
        if all(label == "O" for label in labels[start:stop]):
            labels[start:stop] = [f"B-{kind}", *[f"I-{kind}"] * (stop - start - 1)]
    return [Token(row.form, label, row.space) for row, label in zip(rows, labels, strict=True)]


def read_names(folder: Path) -> list[NamedArticle]:
    """Return the articles of all corpora of names in a folder, in a fixed order."""
    every, three = frozenset(NAME_KINDS), frozenset({"person", "body", "place"})
    sources = (
        ("wikigold", every, read_bio(folder / "wikigold.conll.gz", column=1, form=0, gap=" ")),
        ("wnut17", every, read_bio(folder / "wnut17-train.conll.gz", column=1, form=0, gap="\t")),
        ("btc", three, read_bio(folder / "btc.conll.gz", column=1, form=0, gap="\t")),
        ("ewt-dev", three, read_bio(folder / "uner-ewt-dev.iob2.gz", column=2, form=1, gap="\t")),
        ("ewt-test", three, read_bio(folder / "uner-ewt-test.iob2.gz", column=2, form=1, gap="\t")),
    )
    articles = list(read_gum(folder / "gum-train.conllu.gz"))
    for name, kinds, sentences in sources:
        articles += _articles(name, sentences, kinds)
    return articles


# ---------------------------------------------------------------- articles whose names were listed by reading


def read_listed(texts: Mapping[str, str], path: Path = ANNOTATED) -> list[NamedArticle]:
    """Return the articles of `annotated/` whose names are listed, with every place where a listed name stands.

    A string that is the name of two kinds is not learned from.

    Args:
        texts: of the articles by their ids; those that are not there are left out.
        path: the annotations.
    """
    articles = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if row["names"] and row["id"] in texts:
            kinds: dict[str, set[str]] = {}
            for kind, name in row["names"]:
                kinds.setdefault(name, set()).add(kind)
            found = [_listed(p.text, kinds) for p in paragraphs_of(texts[row["id"]], [])]
            articles.append(NamedArticle(row["id"], found))
    return articles


def _listed(text: str, kinds: Mapping[str, set[str]]) -> Tagged:
    """Return a paragraph with its names, of those that overlap the longest."""
    tags: list[Tag] = []
    taken = [False] * len(text)
    for name in sorted(kinds, key=lambda n: (-len(n), n)):
        for match in re.finditer(r"(?<!\w)" + re.escape(name) + r"(?!\w)", text):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                kind = next(iter(kinds[name])) if len(kinds[name]) == 1 else UNKNOWN
                tags.append(Tag(start, end, kind, -1))
    return Tagged(text, tuple(sorted(tags)))


# ---------------------------------------------------------------- variants


@cache
def world_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return given names and surnames of all countries in Latin letters, as the package `faker` holds them."""
    given, last = set[str](), set[str]()
    for provider in _providers():
        for target, start in ((given, "first_names"), (last, "last_names")):
            for attribute in dir(provider):
                listed = getattr(provider, attribute) if attribute.startswith(start) else ()
                target.update(n for n in (listed if isinstance(listed, (tuple, list, dict)) else ()) if _latin(n))
    return tuple(sorted(given)), tuple(sorted(last))


@cache
def names_of_sex(sex: str) -> tuple[str, ...]:
    """Return given names that the package `faker` holds as women's ("f") or men's ("m") alone."""
    found: dict[str, set[str]] = {"f": set(), "m": set()}
    for provider in _providers():
        for own, attribute in (("f", "first_names_female"), ("m", "first_names_male")):
            listed = getattr(provider, attribute, ())
            found[own].update(n for n in (listed if isinstance(listed, (tuple, list, dict)) else ()) if _latin(n))
    return tuple(sorted(found[sex] - found["m" if sex == "f" else "f"]))


def _providers() -> Iterator[object]:
    """Yield what `faker` knows of the names of each country."""
    import importlib  # noqa: PLC0415
    import pkgutil  # noqa: PLC0415

    import faker.providers.person as people  # noqa: PLC0415

    for module in pkgutil.iter_modules(people.__path__):
        yield getattr(importlib.import_module(f"{people.__name__}.{module.name}"), "Provider", None)


def _latin(name: object) -> bool:
    return isinstance(name, str) and bool(re.fullmatch(r"[A-Z\u00c0-\u017f][A-Za-z\u00c0-\u017f'\u2019 -]{1,20}", name))


def exchanged(paragraphs: Sequence[Tagged], rng: random.Random) -> list[Tagged]:
    """Give the persons of an article other names, the same throughout."""
    given, last = world_names()
    new: dict[str, str] = {}
    for p in paragraphs:
        for tag in p.tags:
            words = p.text[tag.start : tag.end].split()
            if tag.role == "person" and len(words) in (2, 3) and all(w[:1].isupper() for w in words):
                new.setdefault(words[0], rng.choice(given))
                new.setdefault(words[-1], rng.choice(last))
    out = []
    for p in paragraphs:
        changes = [
            (tag.start + word.start(), tag.start + word.end(), new[word.group()])
            for tag in p.tags
            if tag.role == "person"
            for word in re.finditer(r"\S+", p.text[tag.start : tag.end])
            if word.group() in new
        ]
        out.append(edit(p, changes))
    return out


def recased(tagged: Tagged, rng: random.Random) -> Tagged:
    """Print a paragraph as a headline: in capitals, every word capitalised, or small."""
    roll = rng.random()
    if roll < 0.35:
        text = tagged.text.upper()
    elif roll < 0.85:
        text = re.sub(r"(?<![\w'\u2019])[a-z]", lambda m: m.group().upper(), tagged.text)
    else:
        text = tagged.text.lower()
    return replace(tagged, text=text) if len(text) == len(tagged.text) else tagged


@cache
def titles() -> tuple[str, ...]:
    """Return ranks, forms of address and offices that may stand before a name, small and with capitals."""
    people = lexicon.people()
    known = {word for word in people.honorifics | people.titles | set(lexicon.role_classes().class_of) if word.isascii()}
    return tuple(sorted({*WORDS["titles"], *known, *(word.title() for word in known)}))


def introduced(tagged: Tagged, rng: random.Random) -> Tagged:
    """Put what papers put around names before and behind some of a paragraph's persons: ranks, offices, "said"."""
    changes = []
    for tag in tagged.tags:
        name = tagged.text[tag.start : tag.end]
        alone = tagged.text[max(0, tag.start - 2) : tag.start].strip() in {"", ",", "."}
        if tag.role != "person" or not alone or not name[:1].isupper() or rng.random() > 0.3:
            continue
        roll = rng.random()
        if roll < 0.6:
            changes.append((tag.start, tag.start, f"{rng.choice(titles())} "))
        elif roll < 0.85 and " " in name:
            changes.append((tag.end, tag.end, f" {rng.choice(VERBS)} that day"))
    return _beside(tagged, changes)


def _beside(tagged: Tagged, changes: Sequence[tuple[int, int, str]]) -> Tagged:
    """Put words beside names, which stay as long as they are."""
    text, tags = tagged.text, list(tagged.tags)
    for at, _, new in sorted(changes, reverse=True):
        text = text[:at] + new + text[at:]
        before = new.endswith(" ")  # what goes before a name moves it too
        tags = [
            t._replace(start=t.start + len(new), end=t.end + len(new)) if t.start > at or (before and t.start == at) else t
            for t in tags
        ]
    return replace(tagged, text=text, tags=tuple(tags))


def vary_names(article: NamedArticle, rng: random.Random) -> list[Tagged]:
    """Return an article as another paper might have printed it."""
    paragraphs = exchanged(article.paragraphs, rng) if not article.made and rng.random() < 0.5 else list(article.paragraphs)
    paragraphs = [introduced(p, rng) for p in paragraphs]
    return [recased(p, rng) if rng.random() < 0.12 else p for p in paragraphs]
