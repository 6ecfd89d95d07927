"""Headers that keep what articles and visitors send from running, and CSV that no spreadsheet takes for formulas.

Invariants: no answer leaves, be it a failure, without `Content-Security-Policy` and `X-Content-Type-Options`; scripts run
only from our own files or if they are one of Datasette's own inline scripts, whose hashes are computed from the templates
installed; every CSV cell passes `text.without_formula`.
"""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import io
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import cache
from typing import Any

from quotes.publish import datasette_inside, guard
from quotes.publish.text import without_formula

LOG = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

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
REDIRECTED = frozenset({302, 303})
ROBOTS = """User-agent: *
Disallow: /*?
Disallow: /-/
{databases}Allow: /quotes/
"""


def script_hash(script: str) -> str:
    """Return a script's source expression for a policy: `'sha256-...'`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def policy(*, ours: bool) -> str:
    """Return the Content-Security-Policy of our pages, or of Datasette's."""
    if ours:
        return POLICY.format(hashes="", styles="")
    hashes = "".join(f" {script_hash(script)}" for script in datasette_inside.inline_scripts())
    return POLICY.format(hashes=hashes, styles=" 'unsafe-inline'")


def is_our_page(path: str) -> bool:
    """Tell whether a path is one of our own pages."""
    return path == "/" or path.startswith("/quotes/")


def robots(databases: Iterable[str]) -> str:
    """Return robots.txt: crawlers read the pages, not the endless combinations of facets."""
    return ROBOTS.format(databases="".join(f"Disallow: /{name}/\nDisallow: /{name}.\n" for name in databases))


class SafeAnswers:
    """ASGI middleware that refuses what `guard` refuses, adds the headers and neutralises formulas in CSV."""

    def __init__(self, app: App, base_url: str = "/", *, hosts: Callable[[], frozenset[str] | None] = lambda: None,
                 signs_in: Callable[[], bool] = lambda: False) -> None:
        """Wrap an application.

        Args:
            app: what answers.
            base_url: the path that the site is served at; begins and ends with a slash.
            hosts: gives the names that the site goes by, None for any.
            signs_in: tells whether people sign in here.
        """
        self.app = app
        self.base_url = base_url
        self.hosts = hosts
        self.signs_in = signs_in
        self.brake = guard.Brake()
        self.signed_out = guard.SignedOut()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = self._without_signed_out(_whole_pages(_below(scope, self.base_url)))
        path = scope["path"]
        earliest = time.monotonic() + guard.SIGN_IN_SECONDS * (path == guard.SIGN_IN and scope["method"] == "POST")
        # Unknown pages look like Datasette's own; only what our routes answer is held to the stricter policy.
        headers = [(b"content-security-policy", policy(ours=is_our_page(path)).encode()),
                   *((name.encode(), value.encode()) for name, value in HEADERS.items())]
        names = {name for name, _ in headers}
        cells = CsvCells() if path.endswith(".csv") else None
        started = False

        async def send_safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                await asyncio.sleep(max(0.0, earliest - time.monotonic()))
                if path == guard.SIGN_OUT and scope["method"] == "POST" and message["status"] in REDIRECTED:
                    self.signed_out.note(scope["headers"])
                kept = [self._header(scope, name, value) for name, value in message.get("headers", [])
                        if name.lower() not in names]
                message = {**message, "headers": [*kept, *headers]}
            elif message["type"] == "http.response.body" and cells is not None:
                body = cells.feed(message.get("body", b""), last=not message.get("more_body", False))
                message = {**message, "body": body}
            await send(message)

        refused = self._refusal(scope, path)
        if refused is not None:
            await _refuse(send_safely, refused)
            return
        try:
            await self.app(scope, receive, send_safely)
        except Exception:
            if started:
                raise
            LOG.exception("%s %s", scope["method"], path[:300])
            await _refuse(send_safely, guard.Refusal(500, "Something went wrong here, not with you. It was noted."))

    def _without_signed_out(self, scope: Scope) -> Scope:
        """Return a request without the cookie of somebody who signed out."""
        return {**scope, "headers": self.signed_out.without(scope["headers"])} if self.signed_out.cookies else scope

    def _refusal(self, scope: Scope, path: str) -> guard.Refusal | None:
        refused = guard.refusal(scope, path, hosts=self.hosts(), signs_in=self.signs_in())
        if refused is None and path == guard.SIGN_IN and scope["method"] == "POST":
            address = (scope.get("client") or ("",))[0]
            if self.brake.is_too_fast(address):
                return guard.Refusal(429, "That was too many tries. Wait a minute.")
        return refused

    def _header(self, scope: Scope, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """Return a header: cookies out of the reach of scripts, redirections below the address of the site."""
        lower = name.lower()
        if lower == b"set-cookie":
            wanted = [b"HttpOnly", *([b"Secure"] if scope.get("scheme") == "https" else [])]
            had = {part.strip().lower() for part in value.split(b";")}
            return name, b"; ".join([value, *(flag for flag in wanted if flag.lower() not in had)])
        if lower == b"cache-control" and guard.is_signed_in(scope.get("headers", ())):
            return name, b"private, no-store"  # what somebody corrects shows at once, and to nobody else
        base = self.base_url.encode()
        if lower == b"location" and value.startswith(b"/") and not value.startswith((base, b"//")):
            return name, base + value[1:]
        return name, value


def _below(scope: Scope, base_url: str) -> Scope:
    """Return a request with its path below the address of the site, whether or not a proxy took that off already."""
    base = base_url.encode()
    raw = scope.get("raw_path") or scope["path"].encode()
    path = scope["path"]
    if base_url != "/" and raw.startswith(base):
        return {**scope, "raw_path": b"/" + raw.removeprefix(base), "path": "/" + path.removeprefix(base_url)}
    return scope


def _whole_pages(scope: Scope) -> Scope:
    """Return a request for all rows as CSV so that they are read a thousand at a time, not by a page's handful."""
    query: bytes = scope.get("query_string", b"")
    if scope["path"].endswith(".csv") and b"_stream=" in query and b"_size=" not in query:
        return {**scope, "query_string": query + b"&_size=max"}
    return scope


async def _refuse(send: Send, refused: guard.Refusal) -> None:
    """Send a refusal, and close the connection: what is left of the request is not read."""
    body = refused.message.encode()
    await send({"type": "http.response.start", "status": refused.status, "headers": [
        (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"), (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})


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
