"""The rules of names in an article that can be left out, by name. What `MEASURED` are worth says docs/ledger.md.

Of the others the annotated sets have no case that the network does not know by itself; their tests hold them.

- `metonyms`: places and buildings that speak for a government are bodies ("No 10").
- `nicknames`: what stands in marks or brackets inside of a name is part of it ("Rosalind (Roz) Hale").
- `fields`: a body's name goes on over the fields that it lists ("Department for Culture, Media and Sport").
- `firms`: two single names that "and" joins are one firm where the network half took both for bodies.
- `acronyms`: letters in brackets behind a body's name are that body's.
- `plaintiffs`: a lawsuit speaks for who sued.
- `fathers`: the first of two surnames is its bearer's ("Olmos" of María Teresa Olmos Ibarra).
- `particles`: a capital particle before one word may be a given name ("Van Robson").
"""

from __future__ import annotations

RULES = frozenset({"acronyms", "fathers", "fields", "firms", "metonyms", "nicknames", "particles", "plaintiffs"})
MEASURED = frozenset({"fathers", "particles"})
