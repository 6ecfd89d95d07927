"""Headers that keep what articles and visitors send from running, and CSV that no spreadsheet takes for formulas.

Invariants: no answer leaves without `Content-Security-Policy` and `X-Content-Type-Options`; scripts run only from our own
files or if they are one of Datasette's own inline scripts, whose hashes are computed from the templates installed; every
CSV cell passes `text.without_formula`.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from functools import cache
from importlib import resources
from typing import Any

from quotes.publish.text import without_formula

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# The only expressions inside Datasette's inline scripts, with the values they can have.
EXPRESSIONS = {"{{ datasette_allow_facet }}": ("true", "false")}
# Datasette's own pages have style attributes and style elements; ours have not.
POLICY = ("default-src 'none'; script-src 'self'{hashes}; style-src 'self'{styles}; img-src 'self' data:; "
          "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
          "frame-ancestors 'none'")
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
ROBOTS = """User-agent: *
Disallow: /*?
Disallow: /-/
{databases}Allow: /quotes/
"""


def inline_scripts() -> list[str]:
    """Return the inline scripts that the installed Datasette's templates can produce.

    Raises:
        ValueError: a script contains an expression that this module does not know: Datasette has changed.
    """
    scripts: list[str] = []
    templates = resources.files("datasette") / "templates"
    for template in sorted(templates.iterdir(), key=lambda item: item.name):
        for script in INLINE_SCRIPT.findall(template.read_text(encoding="utf-8")):
            # Scripts that plugins add; we add none.
            if "body_script.script" in script:
                continue
            scripts.extend(_filled_in(script, template.name))
    return sorted(set(scripts))


def _filled_in(script: str, template: str) -> Iterator[str]:
    known = [expression for expression in EXPRESSIONS if expression in script]
    for value in EXPRESSIONS[known[0]] if known else ("",):
        filled = script.replace(known[0], value) if known else script
        if "{{" in filled or "{%" in filled:
            raise ValueError(f"datasette/templates/{template}: an inline script with an unknown expression; look at it, "
                             f"then at EXPRESSIONS in {__name__}")
        yield filled


def script_hash(script: str) -> str:
    """Return a script's source expression for a policy: `'sha256-...'`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def policy(*, ours: bool) -> str:
    """Return the Content-Security-Policy of our pages, or of Datasette's."""
    if ours:
        return POLICY.format(hashes="", styles="")
    hashes = "".join(f" {script_hash(script)}" for script in inline_scripts())
    return POLICY.format(hashes=hashes, styles=" 'unsafe-inline'")


def is_our_page(path: str) -> bool:
    """Tell whether a path is one of our own pages."""
    return path == "/" or path.startswith("/quotes/")


def robots(databases: Iterable[str]) -> str:
    """Return robots.txt: crawlers read the pages, not the endless combinations of facets."""
    return ROBOTS.format(databases="".join(f"Disallow: /{name}/\nDisallow: /{name}.\n" for name in databases))


class SafeAnswers:
    """ASGI middleware that adds the headers and neutralises formulas in CSV."""

    def __init__(self, app: App, base_url: str = "/") -> None:
        self.app = app
        self.base_url = base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = "/" + scope["path"].removeprefix(self.base_url)
        # Unknown pages look like Datasette's own; only what our routes answer is held to the stricter policy.
        headers = [(b"content-security-policy", policy(ours=is_our_page(path)).encode()),
                   *((name.encode(), value.encode()) for name, value in HEADERS.items())]
        names = {name for name, _ in headers}
        cells = CsvCells() if path.endswith(".csv") else None

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in names]
                message = {**message, "headers": [*kept, *headers]}
            elif message["type"] == "http.response.body" and cells is not None:
                body = cells.feed(message.get("body", b""), last=not message.get("more_body", False))
                message = {**message, "body": body}
            await send(message)

        await self.app(scope, receive, send_safely)


class CsvCells:
    """Rewrites CSV as it streams by, so that no cell starts a formula.

    Bytes are kept until whole records are there: a record is whole where a line ends outside quotation marks.
    """

    def __init__(self) -> None:
        self._kept = bytearray()
        self._marks = 0

    def feed(self, body: bytes, *, last: bool) -> bytes:
        """Take the next bytes and return those that are ready."""
        self._kept += body
        self._marks += body.count(b'"')
        whole = self._marks % 2 == 0 and self._kept.endswith(b"\n")
        if not (whole or last) or not self._kept:
            return b""
        text = self._kept.decode("utf-8", "replace")
        self._kept.clear()
        self._marks = 0
        return _neutral(text).encode()


def _neutral(text: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    limit = csv.field_size_limit(len(text) + 1)
    try:
        # `newline=""`: a line end inside a cell is part of the cell.
        writer.writerows([without_formula(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        # Not CSV after all (an error page): what it says is no table.
        return text
    finally:
        csv.field_size_limit(max(limit, 131_072))
    return out.getvalue()
