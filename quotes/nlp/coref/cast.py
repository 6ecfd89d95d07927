"""Who is named in an article: names grouped into people and bodies.

Invariants: two people with different given names are never one; "Donald Trump Jr." is not "Donald Trump"; a name that ends
in the possessive names no one by itself ("Trump Tower", "Clinton's campaign" are bodies); every name belongs to at most
one person or body; nothing outside of the article is asked but closed word lists.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from quotes import lexicon, names
from quotes.lexicon import coreference, fold, role_words
from quotes.nlp.coref.entities import FEMALE, MALE, Body, Mention, Person
from quotes.nlp.coref.name_finder import ORGANIZATION, PERSON, Finder
from quotes.nlp.coref.rules import RULES
from quotes.nlp.coref.whole_names import Name, acronyms
from quotes.nlp.roles import facts, phrases
from quotes.nlp.roles.options import LEAD
from quotes.nlp.roles.reader import Reader
from quotes.nlp.text import HYPHENS, POSSESSIVES, is_capital

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from quotes.nlp.roles.chooser import Chooser
    from quotes.nlp.text import Text



def without_article(name: str) -> str:
    """Return a name without "the" before it and without the possessive.

    >>> without_article("the Kremlin"), without_article("The Hague")
    ('Kremlin', 'The Hague')
    """
    for article in ("the ", "The ", "THE "):
        if name.startswith(article) and fold(name) not in lexicon.affiliations().capitals:
            return name.removeprefix(article)
    return name


class Cast:
    """The people and bodies that an article names.

    Args:
        text: the article's words.
        chooser: says which phrases are roles.
        rules: the names of the rules that hold (`rules.py`).
    """

    def __init__(self, text: Text, chooser: Chooser | None = None, rules: Collection[str] = RULES) -> None:
        self.text = text
        self.rules = rules
        self.people: list[Person] = []
        self.bodies: list[Body] = []
        self.by_word: dict[int, Person] = {}
        self.body_by_word: dict[int, Body] = {}
        self.reader = Reader(text, self.by_word, self.body_by_word, chooser)
        self.finder = Finder(text, rules)
        self._found = self.finder.names()
        self._by_key: dict[str, list[Person]] = defaultdict(list)
        self._long: set[int] = set()
        self._rulers: dict[str, Person | None] = {}
        self._weigh()
        self._couples()
        self._full_names()
        self._labels()
        self._initials()
        self._single_names()
        self._known_elsewhere()
        self._read_bodies()
        for person in self.people:
            person.mentions.sort(key=lambda m: (m.start, m.end))
        self._described_first()
        self._read_roles()
        for person in self.people:
            if not person.roles:
                self._introduce(person)
        for person in self.people:
            self._guess_sex(person)

    def _weigh(self) -> None:
        """Let all places where one name stands decide together whether it is a person's."""
        scores: dict[str, list[float]] = defaultdict(list)
        for name in self._found:
            scores[fold(name.text)].append(name.score)
        weighed = []
        for name in self._found:
            mine = scores[fold(name.text)]
            mean = sum(mine) / len(mine)
            kind = name.kind
            if kind == PERSON and mean <= 0:
                kind = ORGANIZATION if not name.honorific else PERSON
            elif kind == ORGANIZATION and mean > 0:
                kind = PERSON
            weighed.append(replace(name, kind=kind))
        self._found = weighed

    def _couples(self) -> None:
        """Give the first of two people joined by "and" the surname that stands but once: "Norman and Beryl Twelvetrees"."""
        for number, (one, other) in enumerate(pairwise(self._found)):
            parsed = names.parse(other.text)
            joined = other.start == one.end + 1 and self.text.lower[one.end] in {"and", "&"}
            before = self.text.lower[one.start - 1] if one.start else ""
            people = names.is_given(one.text) or (before.endswith("s") and facts.head_class([before]) is not None)
            if joined and people and other.kind == PERSON and parsed.given and " " not in one.text:
                self._found[number] = replace(one, text=f"{one.text} {parsed.surname}", kind=PERSON, score=other.score)

    def _initials(self) -> None:
        """Know an interview's labels that are somebody's initials: "I.C.: ..." is Ifeoma Castellane."""
        text = self.text
        for word in range(len(text) - 1):
            label = text.words[word].text
            letters = label.replace(".", "").lower()
            if text.words[word + 1].text != ":" or not label.isupper() or not 2 <= len(letters) <= 4 or word in self.by_word:
                continue
            owners = [p for p in self.people if "".join(w[0] for w in fold(p.full).split()) == letters]
            if len(owners) == 1 and text.starts_sentence(word):
                self._add(owners[0], Name(word, word + 1, label, PERSON), "surname")

    def _people_named(self) -> list[Name]:
        return [name for name in self._found if name.kind == PERSON]

    def _full_names(self) -> None:
        """Group names of two words and more, the longest first."""
        full = [n for n in self._people_named() if self._is_full(n)]
        order = {fold(n.text): i for i, n in reversed(list(enumerate(full)))}
        for name in sorted(full, key=lambda n: (-len(names.parse(n.text).words), order[fold(n.text)])):
            person = self._same_person(name.text) or self._new(name.text)
            self._add(person, name, "name")

    def _is_full(self, name: Name) -> bool:
        """Say whether a name has a given name, or what may be one: "Van Robson", "Del Roberts"."""
        first = name.text.split()[0]
        particle = is_capital(first) and fold(first) in lexicon.people().particles
        lone = "particles" in self.rules and particle and name.end - name.start == 2
        return lone or bool(names.parse(name.text).given)

    def _same_person(self, name: str) -> Person | None:
        like = self._people_like(name)
        best = [(names.compare(name, p.full), p) for p in like]
        fitting = [(match, p) for match, p in best if match >= names.Match.INITIAL]
        if not fitting:
            return next((p for p in like if _inner(name, p.full)), None)
        return max(fitting, key=lambda pair: (pair[0], sum(pair[1].forms.values())))[1]

    def _new(self, full: str) -> Person:
        person = Person(len(self.people), full)
        self.people.append(person)
        for key in names.keys(full):
            self._by_key[key].append(person)
        return person

    def _people_like(self, name: str) -> list[Person]:
        """Return the people, in their order, whose name a name may be; it is nobody else's."""
        like = {person.number: person for key in names.keys(name) for person in self._by_key.get(key, ())}
        return [like[number] for number in sorted(like)]

    def _add(self, person: Person, name: Name, kind: str) -> None:
        following = self.text.words[name.end].text if name.end < len(self.text) else ""
        owner = following in POSSESSIVES and self.text.glued(name.end)
        person.mentions.append(Mention(name.start, name.end, kind, name.text, name.quoted, owner))
        person.forms[name.text] += 1
        for word in range(name.start, name.end):
            self.by_word[word] = person
        people = lexicon.people()
        if name.honorific in people.female_honorifics:
            person.sex[FEMALE] += 3
        elif name.honorific in people.male_honorifics:
            person.sex[MALE] += 3

    def _single_names(self) -> None:
        """Give surnames and first names to the people they belong to; make people of those that stand alone."""
        taken = set(self.by_word)
        # who has a full name, in the order of the text, decides which of two people of one surname is meant
        for person in self.people:
            person.mentions.sort(key=lambda m: m.start)
        alone: dict[str, list[Name]] = defaultdict(list)
        for name in self._found:
            if name.start in taken or (self._is_full(name) and name.kind == PERSON):
                continue
            if name.kind != PERSON and not self._may_be_surname(name):
                continue
            meant = self._titled(name) or self._ruler(name) or self.owner_of(name.text, name.start, name.honorific)
            if meant:
                self._add(meant, name, self.kind_of(name.text, meant))
            elif name.kind == PERSON:
                alone[fold(name.text)].append(name)
        for group in alone.values():
            if sum(n.score for n in group) / len(group) > 0:
                lone = self._new(group[0].text)
                for name in group:
                    self._add(lone, name, self.kind_of(name.text, lone))

    def _ruler(self, name: Name) -> Person | None:
        """Return the president or premier whom an article names by title and surname before it names a namesake in full.

        "President Obama" is not the Michelle Obama who comes later.
        """
        key = fold(name.text)
        if key not in self._rulers:
            found = [n for n in self._found if fold(n.text) == key and n.end - n.start == 1]
            rulers = coreference().rulers
            titled = [
                n
                for n in found
                if n.start and self.text.lower[n.start - 1] in rulers and not self.text.title_case[self.text.paragraph[n.start]]
            ]
            owners = [p for p in self.people if names.compare(name.text, p.full) is names.Match.SURNAME]
            full = min((m.start for p in owners for m in p.mentions), default=-1)
            untitled = all(self.text.lower[m.start - 1] not in rulers for p in owners for m in p.mentions if m.start)
            first = titled[0].start if titled else len(self.text)
            apart = bool(owners) and untitled and first < full and len(titled) >= 1
            self._rulers[key] = self._new(name.text) if apart else None
        ruler = self._rulers[key]
        close = [
            p
            for p in self.people
            if p is not ruler and names.compare(name.text, p.full) is names.Match.SURNAME
            for m in p.mentions
            if m.kind == "name" and self.text.same_paragraph(m.start, name.start) and m.start < name.start
        ]
        title = self.text.lower[name.start - 1] if name.start else ""
        return None if close and title not in coreference().rulers else ruler

    def _titled(self, name: Name) -> Person | None:
        """Return who has the short title that stands before a surname, of several people of that surname."""
        title = self.text.lower[name.start - 1] if name.start else ""
        if title not in lexicon.people().titles:
            return None
        owners = [p for p in self.people if names.compare(name.text, p.full) is names.Match.SURNAME]
        titled = [p for p in owners if any(m.start and self.text.lower[m.start - 1] == title for m in p.mentions)]
        return titled[0] if len(owners) > 1 and len(titled) == 1 else None

    def _labels(self) -> None:
        """Join a transcript's label and the one first name that others address it by: "WALLACE: ..." and "..., Chris."."""
        text = self.text
        full = {names.skeleton(names.parse(p.full).surname) for p in self.people}
        labels: dict[str, list[int]] = defaultdict(list)
        addressed: dict[str, list[int]] = defaultdict(list)
        turns: set[int] = set()  # paragraphs that begin with a label
        for word in range(1, len(text) - 1):
            token, following = text.words[word], text.words[word + 1].text
            if following == ":" and token.text.isupper():
                turns.add(text.paragraph[word])
            if word in self.by_word or not token.is_alpha:
                continue
            if following == ":" and token.text.isupper() and len(token.text) > 2 and text.starts_sentence(word):
                labels[token.text].append(word)
            elif (
                (text.quoted[word] or text.paragraph[word] in turns)
                and text.words[word - 1].text == ","
                and following in {",", ".", "?", "!", "—", ";"}
                and names.is_given(token.text)
                and is_capital(token.text)
                and fold(token.text) not in lexicon.affiliations().places
            ):
                addressed[token.text].append(word)
        unknown = [label for label in labels if names.skeleton(label) not in full and len(labels[label]) > 1]
        for label in unknown:
            alone = len(unknown) == 1 and len(addressed) == 1
            given = next(iter(addressed)) + " " if alone else ""
            person = self._new(given + label.capitalize())
            person.forms[person.full] += 1
            for word in labels[label]:
                self._add(person, Name(word, word + 1, text.words[word].text, PERSON), "surname")

    def _may_be_surname(self, name: Name) -> bool:
        """Say whether a name that looks like a body may be somebody's surname: one word, no "the" before it."""
        if len(name.text.split()) > 1 and fold(name.text.split()[0]) not in lexicon.people().particles:
            return False
        before = self.text.lower[name.start - 1] if name.start else ""
        key = fold(name.text)
        places = lexicon.affiliations()
        return before != "the" and key not in places.countries and key not in places.adjectives

    def owner_of(self, text: str, word: int, honorific: str = "") -> Person | None:
        """Return the person whom a surname or first name at a word means."""
        like = self._people_like(text)
        by_surname = [p for p in like if names.compare(text, p.full) in {names.Match.SURNAME, names.Match.EXACT}]
        by_surname = by_surname or [p for p in like if names.misspelt_surname(text, p.full)]
        fitting = by_surname or [p for p in self.people if _inner(text, p.full) or self._is_first_name(text, p)]
        if not fitting and "fathers" in self.rules:
            fitting = [p for p in self.people if _is_fathers(text, p.full)]
        if honorific:
            people = lexicon.people()
            sex = FEMALE if honorific in people.female_honorifics else MALE if honorific in people.male_honorifics else ""
            shown = [p for p in fitting if sex and self._sex(p) == sex]
            fitting = shown or [p for p in fitting if not sex or not self._sex(p)] or fitting
        if len(fitting) <= 1:
            return fitting[0] if fitting else None
        return self._by_pronouns(text, fitting, word) or max(fitting, key=lambda p: self._claim(p, word))

    def _by_pronouns(self, surname: str, fitting: list[Person], word: int) -> Person | None:
        """Return whom a surname shared by a man and a woman means, by the pronouns that follow it in the article.

        Papers repeat the full name of the one who is less in the story and keep the bare surname for the other.
        """
        here = [
            p
            for p in fitting
            for m in p.mentions
            if m.kind == "name" and self.text.same_paragraph(m.start, word) and 0 < word - m.start < 60
        ]
        if here:
            return here[-1] if len(set(map(id, here))) == 1 else None
        sexes = {self._sex(p) for p in fitting}
        if sexes != {FEMALE, MALE} or len(fitting) != 2:
            return None
        votes = {FEMALE: 0, MALE: 0}
        for at, lower in enumerate(self.text.lower):
            if lower == fold(surname) and (at == 0 or at - 1 not in self.by_word):
                sex = self._next_pronoun(at)
                if sex:
                    votes[sex] += 1
        if abs(votes[FEMALE] - votes[MALE]) < 2:
            return None
        wanted = FEMALE if votes[FEMALE] > votes[MALE] else MALE
        return next(p for p in fitting if self._sex(p) == wanted)

    def _next_pronoun(self, at: int) -> str:
        for word in range(at + 1, min(at + 25, len(self.text))):
            lower = self.text.lower[word]
            if lower in {"he", "his", "him", "she", "her"}:
                return FEMALE if lower in {"she", "her"} else MALE
            if word in self.by_word or not self.text.same_paragraph(at, word):
                return ""
        return ""

    def _is_first_name(self, text: str, person: Person) -> bool:
        parsed = names.parse(person.full)
        return bool(parsed.given) and (
            names.same_word(text, parsed.given)
            or (
                names.same_given(text, parsed.given) is names.Match.INITIAL
                and names.is_given(text)
                and not names.is_initial(text)
                and not names.is_initial(parsed.given)
            )
        )

    @staticmethod
    def _sex(person: Person) -> str:
        return person.likely_sex or names.gender_of(names.parse(person.full).given)

    def _claim(self, person: Person, word: int) -> tuple[float, ...]:
        """Rank people of one surname: named in full in this paragraph, then the most often named, then the first."""
        full = [m for m in person.mentions if m.kind == "name"]
        here = [
            m for m in full if m.start < word and self.text.paragraph[word] - self.text.paragraph[m.start] <= 1 and not m.owner
        ]
        count = len(full)
        first = full[0].start if full else len(self.text)
        close = 1.0 / (1 + word - here[-1].start) if here else 0.0
        return (count + 3.0 * bool(here) + close, -first)

    @staticmethod
    def kind_of(text: str, person: Person) -> str:
        """Return the kind of mention that a name is: all the article gives, or less than it gives."""
        return (
            "name"
            if (len(text.split()) >= 2 and len(names.parse(text).words) >= 2 and names.parse(text).given)
            or (fold(text) == fold(person.full) and not (len(text.split()) == 1 and not names.is_given(text)))
            else "surname"
        )

    def _known_elsewhere(self) -> None:
        """Find known names where capitals tell nothing: headlines in title case, capitals only, lower-case handles."""
        forms: dict[tuple[str, ...], Person] = {}
        for person in self.people:
            for form in list(person.forms):
                words = tuple(w for w in re.split(r"[\s-]+", fold(form)) if w)
                forms.setdefault(words, person)
                if len(words) > 1:
                    forms.setdefault(words[-1:], person)
        if not forms:
            return
        self._long = {w for n in self._found if n.kind != PERSON and n.end - n.start > 1 for w in range(n.start, n.end)}
        longest = max(map(len, forms))
        at = 0
        while at < len(self.text):
            at += self._match_known(at, longest, forms)

    def _match_known(self, at: int, longest: int, forms: dict[tuple[str, ...], Person]) -> int:
        text = self.text
        if at in self.by_word or not text.is_body(at) or not is_capital(text.words[at].text):
            return 1
        loose = text.title_case[text.paragraph[at]] or (text.words[at].text.isupper() and len(text.words[at].text) > 2)
        if not loose and (at in self._long or len(text.words[at].text) < 4):
            return 1
        for length in range(longest + 2, 0, -1):
            if at + length > len(text) or not text.same_paragraph(at, at + length - 1):
                continue
            words = tuple(w for w in text.lower[at : at + length] if w not in HYPHENS)
            person = forms.get(words)
            if person is None or any(word in self.by_word for word in range(at, at + length)):
                continue
            if length == 1 and (text.lower[at] in lexicon.people().common | lexicon.people().titles or self._goes_on(at)):
                continue
            owner = self.owner_of(text.span_text(at, at + length), at) if length == 1 else person
            person = owner or person
            surface = text.span_text(at, at + length)
            self._add(person, Name(at, at + length, surface, PERSON, "", 1.0, text.quoted[at]), self.kind_of(surface, person))
            return length
        return 1

    def _goes_on(self, at: int) -> bool:
        """Say whether a word only ends or begins a longer name: "DELACROIX-WEBB" is not Webb."""
        text = self.text
        before = at > 1 and text.glued(at) and text.words[at - 1].text in HYPHENS
        after = at + 2 < len(text) and text.glued(at + 1) and text.words[at + 1].text in HYPHENS and text.glued(at + 2)
        given = (
            at > 0
            and text.same_paragraph(at - 1, at)
            and at - 1 not in self.by_word
            and is_capital(text.words[at - 1].text)
            and names.is_given(text.words[at - 1].text)
        )
        return before or after or given

    def _read_bodies(self) -> None:
        self._read_acronyms()
        plain = {t.text for t in self.text.words if t.text.islower()}
        for name in self._found:
            if name.kind == ORGANIZATION and name.start not in self.by_word:
                body = self.body(name.text, name.start, name.end)
                if " " not in name.text and (fold(name.text) in plain or self.text.words[name.start].tag_ == "NNS"):
                    continue  # "Facility", "Agreement": written small elsewhere
                body.sure = (
                    body.sure or name.body > 0.5 or fold(name.text).split()[-1] in lexicon.people().organization_heads
                )

    def _read_acronyms(self) -> None:
        """Know a body by the letters that brackets give it: "Netherlands Organisation for Applied Scientific Research (TNO)"."""
        known = [name for name in self._found if name.kind == ORGANIZATION and "acronyms" in self.rules]
        for name, letters in acronyms(self.text, known):
            body = self.body(name.text, name.start, name.end)
            body.forms[letters] += 1
            body.sure = True

    def person_at(self, start: int, end: int) -> Person | None:
        """Return the person named by a source that capitals alone did not show ("Mayor Ingeborg Tallis" in a headline)."""
        name = self.finder.name_at(start, end)
        if name is None or len(name.text.split()) < 2 or any(w in self.by_word for w in range(name.start, name.end)):
            return None
        person = self._same_person(name.text) or self._new(name.text)
        self._add(person, name, "name")
        for phrase in self._phrases_at(person.mentions[-1], person):
            person.add_role(name.start, phrases.describe(self.text, phrase))
        person.mentions.sort(key=lambda m: (m.start, m.end))
        return person

    def promote(self, start: int, end: int) -> Person | None:
        """Make a person of a capitalised source that nothing speaks against: two or three words, no body's, no place."""
        text, people = self.text, lexicon.people()
        while end - start > 2 and text.lower[end - 1] in people.suffixes:
            end -= 1
        known = [self.by_word[w] for w in range(start, end) if w in self.by_word]
        if known:
            return known[-1] if end - 1 in self.by_word else None
        tokens = text.words[start:end]
        name = text.span_text(start, end)
        lowers = [w for w in re.split(r"[\s-]+", fold(name)) if w]
        if not 2 <= len(lowers) <= 4 or not all(is_capital(t.text) or t.text in HYPHENS for t in tokens):
            return None
        if set(lowers) & (people.organization_heads | people.common | people.documents) or facts.country_of(name):
            return None
        owned = start > 0 and text.words[start - 1].text in POSSESSIVES  # "Labour's Parveen Chaudhry"
        elsewhere = any(word in self.body_by_word for word in range(start, end))
        if (elsewhere and not owned) or any(t.text.isupper() and len(t.text) > 1 for t in tokens):
            return None
        if text.lower[start - 1] == "the" or any(facts.country_of(t.text) for t in tokens):
            return None
        person = self._same_person(name) or self._new(name)
        self.bodies = [body for body in self.bodies if fold(body.full) != fold(name)]
        self._add(person, Name(start, end, name, PERSON, "", 1.0, text.quoted[start]), "name")
        for phrase in self._phrases_at(person.mentions[-1], person):
            person.add_role(start, phrases.describe(text, phrase))
        person.mentions.sort(key=lambda m: (m.start, m.end))
        return person

    def body(self, name: str, start: int, end: int) -> Body:
        """Return the body of a name, making it when it is new, and note the mention."""
        name = without_article(name)
        body = self.find_body(name)
        if body is None:
            places = lexicon.affiliations()
            key = fold(name)
            body = Body(len(self.bodies), name, country=places.countries.get(key) or places.capitals.get(key))
            self.bodies.append(body)
        if all(m.start != start for m in body.mentions):
            body.mentions.append(
                Mention(start, end, "organization", name, self.text.quoted[start] if start < len(self.text) else False)
            )
            body.mentions.sort(key=lambda m: m.start)
            body.forms[name] += 1
            for word in range(start, end):
                self.body_by_word.setdefault(word, body)
        return body

    def find_body(self, name: str) -> Body | None:
        """Return the body that a name means: the same letters, the same country, an acronym, a shorter form."""
        key = fold(name)
        places = lexicon.affiliations()
        country = places.countries.get(key) or places.capitals.get(key)
        for body in self.bodies:
            if fold(body.full) == key or any(fold(form) == key for form in body.forms):
                return body
            if country and body.country == country:
                return body
        return None if country else next((b for b in self.bodies if not b.country and _short_for(name, b.full)), None)

    def full_name(self, body: Body) -> str:
        """Return the fullest name the article gives for a body; a country's own where it is named by its capital."""
        places = lexicon.affiliations()
        if body.country:
            proper = [f for f in body.forms if fold(f) in places.countries]
            return max(proper, key=lambda f: (len(f), f)) if proper else body.country
        longer = [b for b in self.bodies if b is not body and not b.country and _short_for(body.full, b.full)]
        return max([body.full, *body.forms, *(b.full for b in longer)], key=lambda f: (len(f.split()), len(f), f))

    def _read_roles(self) -> None:
        for person in self.people:
            for mention in person.mentions:
                if mention.quoted and not self.text.quoted[max(0, mention.start - 1)]:
                    continue
                for phrase in self._phrases_at(mention, person):
                    described = phrases.describe(self.text, phrase)
                    if fold(described.role) in coreference().no_roles:
                        continue
                    person.add_role(mention.start, described)
                    if phrase.end <= mention.start and facts.is_plural(described.role):
                        self._share(described, mention)

    def _described_first(self) -> None:
        """Take "the woman" for her whom a feature later calls by a first name alone: "The woman ... Melanie thought ..."."""
        text = self.text
        for sex, nouns in ((FEMALE, {"woman", "girl"}), (MALE, {"man", "boy"})):
            alone = [p for p in self.people if " " not in p.full and len(p.mentions) > 1 and self._sex_of_lone(p) == sex]
            if len(alone) != 1:
                continue
            first = alone[0].mentions[0].start
            for word in range(1, first):
                if text.lower[word] in nouns and text.lower[word - 1] == "the" and not text.quoted[word] and text.is_body(word):
                    alone[0].mentions.append(Mention(word - 1, word + 1, "nominal", text.span_text(word, word + 1)))
            alone[0].mentions.sort(key=lambda m: (m.start, m.end))

    @staticmethod
    def _sex_of_lone(person: Person) -> str:
        return names.gender_of(person.full) if names.is_given(person.full) else ""

    def _introduce(self, person: Person) -> None:
        """Give a person the description that a lead or the paragraph's beginning gives before the name.

        "A bookkeeper who ... has been jailed. / Lorraine Satchwell, 51, ..." and "The mayor of Vidra was less satisfied.
        '...', said Snezana Bogdanic."
        """
        first = person.mentions[0] if person.mentions else None
        if first is None or first.kind != "name" or first.quoted or first.owner or first.end - first.start < 2:
            return
        text = self.text
        start = first.start
        while start > 0 and text.same_paragraph(start - 1, start):
            start -= 1
        previous = text.paragraph_before(start)
        definite = text.lower[start] in {"the", *role_words().possessive_pronouns}  # "Her coach was less inclined to let it go."
        if start == first.start and previous is not None and text.lower[previous] in {"a", "an"}:
            at = previous
        elif start < first.start and definite and text.sentence[first.start] - text.sentence[start] <= 3:
            at = start
        else:
            return
        if any(w in self.by_word for w in range(at, first.start)):
            return
        found = self.reader.described(LEAD, at, self.reader.introduces(at, len(text)), name=first.start, who=person)
        for phrase in found[:1]:
            person.add_role(first.start, phrases.describe(text, phrase))

    def _share(self, role: facts.RoleText, mention: Mention) -> None:
        """Give a plural title to all who share it: "Sens. Ana Ruiz (D-Mont.) and Kofi Osei (R-La.)"."""
        end = mention.end
        person = self.by_word[mention.start]
        word = end
        while word < min(end + 9, len(self.text)) and self.text.same_paragraph(mention.start, word):
            other = self.by_word.get(word)
            if other is not None and other is not person:
                if not self.reader.before(word, full=False, who=None):
                    other.add_role(word, role)
                while self.by_word.get(word) is other:
                    word += 1
                end = word
                continue
            if self.text.words[word].pos_ == "VERB" or self.text.words[word].text in {".", ";"}:
                return
            word += 1

    def _phrases_at(self, mention: Mention, person: Person) -> Iterator[phrases.RolePhrase]:
        text = self.text
        found = self.reader.before(mention.start, full=mention.kind == "name" and mention.end - mention.start > 1, who=person)
        yield from found
        short = all(p.end - p.start <= 2 and text.lower[p.end - 1] in lexicon.people().titles for p in found)
        if short and mention.kind == "name" and (ahead := self._ahead_of(mention, person)):
            yield ahead
        if not text.quoted[mention.start] and not mention.owner:
            yield from self.reader.after(mention.end, who=person)

    def _ahead_of(self, mention: Mention, person: Person) -> phrases.RolePhrase | None:
        """Read "An attorney for Pagliano, Mark MacDougall": a description, a comma, the name with its titles."""
        text = self.text
        start = mention.start
        while start > 0 and text.lower[start - 1] in lexicon.people().honorifics | lexicon.people().titles | {"hon", "."}:
            start -= 1
        if start < mention.start and start > 0 and text.lower[start - 1] == "the":
            start -= 1
        joined = mention.end < len(text) and text.lower[mention.end] == "and"
        return self.reader.ahead(start, plural=joined, who=person)

    def _guess_sex(self, person: Person) -> None:
        people = lexicon.people()
        sex = names.gender_of(names.parse(person.full).given or person.full)
        if sex:
            person.sex[sex] += 1
        for _, role in person.roles:
            words = fold(role.role).split()
            cut = next((i for i, w in enumerate(words) if w in role_words().prepositions), len(words))
            last = words[cut - 1] if cut else ""
            if last in people.female:
                person.sex[FEMALE] += 2
            elif last in people.male and last not in coreference().either_sex:
                person.sex[MALE] += 2
            elif last in coreference().either_sex:
                person.sex[MALE] += 0.5


def _inner(name: str, full: str) -> bool:
    """Say whether a name is a run of words inside a fuller one, at its end or (two words and more) its beginning."""
    mine = [w for w in re.split(r"[\s-]+", fold(name)) if w]
    whole = [w for w in re.split(r"[\s-]+", fold(full)) if w]
    if not mine or len(mine) >= len(whole):
        return False
    if whole[-len(mine) :] == mine:
        return True
    return len(mine) > 1 and whole[: len(mine)] == mine


def _is_fathers(name: str, full: str) -> bool:
    """Say whether a word is the first of two surnames: "Olmos" of María Teresa Olmos Ibarra."""
    words = names.parse(full).words
    return len(words) > 2 and not names.is_initial(words[-2]) and names.same_word(name, words[-2])


@lru_cache(maxsize=100_000)
def _words_of(body: str) -> tuple[str, ...]:
    """Return the words of a body's name, folded, without an article."""
    return tuple(fold(without_article(body)).split())


@lru_cache(maxsize=100_000)
def _letters_of(body: str) -> str:
    return re.sub(r"[^a-z]", "", "".join(_words_of(body)))


@lru_cache(maxsize=200_000)
def _short_for(short: str, long: str) -> bool:
    """Say whether a body's name is a short form of a longer one: its acronym, its end, or two words of it.

    >>> _short_for("S.E.C.", "Securities and Exchange Commission"), _short_for("the Post", "Washington Post")
    (True, True)
    """
    mine, whole = _words_of(short), _words_of(long)
    if not mine or len(mine) >= len(whole):
        return False
    letters = _letters_of(short)
    if len(mine) == 1 and short.upper() == short and len(letters) > 1:
        initials = "".join(w[0] for w in whole if w not in {"of", "the", "and", "for", "&", "on", "in"})
        if letters == initials or letters == "".join(w[0] for w in whole):
            return True
    people = lexicon.people()
    if len(mine) == 1 and mine[0] == whole[0] and whole[-1] in people.companies and mine[0] not in people.organization_heads:
        return True
    if len(mine) == 1:
        return mine[0] == whole[-1] and mine[0] in lexicon.people().organization_heads and "'" not in long and "’" not in long
    if "'" in long or "’" in long:
        return False
    inside = any(whole[i : i + len(mine)] == mine for i in range(len(whole) - len(mine) + 1))
    return inside and (whole[-1] == mine[-1] or whole[-1] in lexicon.people().organization_heads)
