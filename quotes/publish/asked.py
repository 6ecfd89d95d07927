"""What a visitor asks a page of ours: its address and parameters, read once.

Invariant: what is returned of a parameter is one line of plain text, no longer than anybody would type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from datasette.utils.asgi import BadRequest, Request

from quotes.publish.datasette_inside import escape_fts
from quotes.publish.text import number, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quotes.publish.site import Site

DEEPEST_PAGE = 500
LONGEST_PAGE = 6
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's address: its path as the visitor's browser knows it, and its parameters, read once."""

    path: str
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, site: Site, request: Request) -> Asked:
        """Read a request; of a parameter given twice, the first counts."""
        return cls(site.base_url + str(request.path).removeprefix("/"),
                   dict(reversed(parse_qsl(request.query_string))))

    def search(self, name: str = "q") -> str:
        """Return the words looked for, "" if there is nothing that could be found."""
        words = self.typed(name)
        return words if escape_fts(words).strip() else ""

    def changed(self, **changes: object) -> str:
        """Return the address with some parameters changed; None drops one."""
        kept: dict[str, object] = {key: value for key, value in self.parameters.items() if key not in changes}
        kept |= {key: value for key, value in changes.items() if value is not None}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def typed(self, name: str) -> str:
        """Return what was typed into a field."""
        return plain(self.parameters.get(name))[:LONGEST_SEARCH]

    def page(self) -> int:
        """Return the number of the page of a long list.

        Raises:
            BadRequest: it is no number, or too great.
        """
        page = self.parameters.get("page") or "1"
        if not page.isascii() or not page.isdigit() or len(page) > LONGEST_PAGE or not 1 <= int(page) <= DEEPEST_PAGE:
            raise BadRequest(f"page: use a number from 1 to {number(DEEPEST_PAGE)}")
        return int(page)

    def pager(self, *, has_more: bool) -> dict[str, object]:
        """Return what a template's pager shows: the page, and the addresses of its neighbours."""
        page = self.page()
        return {"page": page, "next_page": self.changed(page=page + 1) if has_more else None,
                "previous_page": self.changed(page=page - 1 if page > 2 else None) if page > 1 else None}
