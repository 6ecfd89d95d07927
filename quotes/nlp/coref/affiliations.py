"""What a role belongs to, cleaned as a speaker's name is: a body by the fullest name its article gives, or a country; nobody.

Invariant: asking changes nothing of who is named in the article.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import lexicon, names
from quotes.lexicon import fold
from quotes.names import Match
from quotes.nlp.coref.cast import without_article
from quotes.nlp.roles import facts
from quotes.nlp.text import is_capital

if TYPE_CHECKING:
    from quotes.nlp.coref.cast import Cast

EDGES = " \"“”‘’'«».,:;-–—()[]"


def cleaned(affiliation: str | None, cast: Cast) -> str | None:
    """Return the body or country that an affiliation names, None where it names a person, a field ("Health") or nothing.

    Args:
        affiliation: as the role words it.
        cast: who is named in the article.
    """
    name = without_article(names.POSSESSIVE.sub("", (affiliation or "").strip(EDGES))).strip(EDGES)
    if not name or not any(is_capital(word) for word in name.split()):
        return None
    if country := facts.country_of(name):
        return country
    key = fold(name)
    known = next((body for body in cast.bodies if any(fold(form) == key for form in (body.full, *body.forms))), None)
    if known is None and _is_somebody(name, cast):
        return None
    if all(word in lexicon.people().fields for word in key.split()):
        return None
    known = known or cast.find_body(name)
    return name if known is None or known.country else cast.full_name(known)


def _is_somebody(name: str, cast: Cast) -> bool:
    """Say whether a name is a person's of the article, by surname at least: one who stands elsewhere too.

    The network takes what a role belongs to for somebody now and then: "mayor of Monte Seco".
    """
    fitting = (person for person in cast.people if names.compare(name, person.full) is not Match.CONFLICT)
    return any(person.roles or len(person.mentions) > 1 for person in fitting)
