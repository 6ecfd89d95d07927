"""Which requests are answered at all: what is too long, too much, or aimed at another host is refused before anything reads it.

Invariant: pure functions of a request's head but for `Brake`, which remembers who signed in how often, and `SignedOut`, who
signed out; a refusal repeats nothing of the request.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence

    Headers = Iterable[tuple[bytes, bytes]]

# Datasette reads the whole query string anew for each parameter: the time is that of their product.
MOST_PARAMETERS = 100
LONGEST_QUERY = 8_192
# Of a form, in bytes: a text of 50,000 characters, each of them written as several in a form.
LONGEST_FORM = 1_000_000
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  compared with, not listened at
SIGN_IN, SIGN_OUT = "/-/login", "/-/logout"
# An answer to a try to sign in takes so long at least, whether or not anybody has that name: more than a password's computing.
SIGN_IN_SECONDS = 0.6
ACTOR_COOKIE = b"ds_actor"
SIGNED_OUT_KEPT = 10_000
# Guesses of a password that one address may make in a minute. Each costs a quarter of a second of computing.
GUESSES = 5
GUESSES_WITHIN_SECONDS = 60.0
ADDRESSES_KEPT = 10_000
# What tells about the machine and its passwords. Closed to all where people sign in: the operator can read the files.
INSIDE = frozenset({"/-/metadata", "/-/plugins", "/-/settings", "/-/versions", "/-/threads", "/-/databases", "/-/config",
                    "/-/password-tool", "/-/allow-debug", "/-/messages", "/-/patterns"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer in the place of the one that was asked for."""

    status: int
    message: str


@dataclass(slots=True)
class Brake:
    """Counts the times that each address tries to sign in."""

    tries: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def is_too_fast(self, address: str, now: float | None = None) -> bool:
        """Note a try and tell whether it is one too many; those refused do not count."""
        moment = time.monotonic() if now is None else now
        tries = self.tries.setdefault(address, deque(maxlen=GUESSES))
        self.tries.move_to_end(address)
        if len(tries) == GUESSES and moment - tries[0] < GUESSES_WITHIN_SECONDS:
            return True
        tries.append(moment)
        if len(self.tries) > ADDRESSES_KEPT:
            self.tries.popitem(last=False)
        return False


@dataclass(slots=True)
class SignedOut:
    """Remembers the cookies of those who signed out, for as long as the site runs: their signatures alone would hold for ever."""

    cookies: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    def note(self, headers: Headers) -> None:
        """Note the cookie of a request to sign out."""
        for name, value in _cookies(headers):
            if name == ACTOR_COOKIE:
                self.cookies[hashlib.sha256(value).digest()] = None
        while len(self.cookies) > SIGNED_OUT_KEPT:
            self.cookies.popitem(last=False)

    def without(self, headers: Sequence[tuple[bytes, bytes]]) -> Sequence[tuple[bytes, bytes]]:
        """Return a request's headers without the cookie of somebody who signed out."""
        if not self.cookies:
            return headers
        kept = [pair for pair in _cookies(headers)
                if pair[0] != ACTOR_COOKIE or hashlib.sha256(pair[1]).digest() not in self.cookies]
        others = [(name, value) for name, value in headers if name.lower() != b"cookie"]
        return [*others, (b"cookie", b"; ".join(b"=".join(pair) for pair in kept))] if kept else others


def is_signed_in(headers: Headers) -> bool:
    """Tell whether a request carries the cookie of somebody who signed in."""
    return any(name == ACTOR_COOKIE for name, _ in _cookies(headers))


def _cookies(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers:
        if name.lower() == b"cookie":
            for part in value.split(b";"):
                key, _, content = part.strip().partition(b"=")
                if key:
                    yield key, content


def refusal(scope: MutableMapping[str, Any], path: str, *, hosts: frozenset[str] | None, signs_in: bool) -> Refusal | None:
    """Return why a request is not answered, or None.

    Args:
        scope: the request, as ASGI has it.
        path: its path below the address that the site is served at.
        hosts: the names that the site goes by, in lower case; None for any.
        signs_in: people sign in here, so that what the configuration says is nobody's business.
    """
    headers = {name.lower(): value for name, value in scope.get("headers", ())}
    query, method = scope.get("query_string", b""), scope.get("method")
    is_form = method == "POST" and (path.startswith("/quotes/") or path == SIGN_IN)
    has_files = headers.get(b"content-type", b"").lower().startswith(b"multipart/")
    length = headers.get(b"content-length", b"")
    is_inside = path.rstrip("/").removesuffix(".json") in INSIDE
    faults = (
        (method not in METHODS, 405, "There is no such method."),
        (hosts is not None and host_name(headers.get(b"host", b"")) not in hosts, 421,
         "This site does not go by that name; whoever runs it can allow it with quotes serve --host."),
        (len(query) > LONGEST_QUERY, 414, f"The address is too long: its question may have {LONGEST_QUERY:,} characters."),
        (query.count(b"&") >= MOST_PARAMETERS, 400, f"The address asks too much at once: at most {MOST_PARAMETERS} parameters."),
        (not headers.get(b"cookie", b"").isascii(), 400, "The cookie cannot be read."),
        (is_form and b"transfer-encoding" in headers, 411, "Send the form with its length."),
        (is_form and length.isdigit() and int(length[:20]) > LONGEST_FORM, 413, "That is too much for a form."),
        (is_form and has_files, 415, "Send the form as it is, without files."),
        (signs_in and is_inside, 403, "This is for whoever runs the site, who finds it in the files."),
    )
    return next((Refusal(status, message) for holds, status, message in faults if holds), None)


def host_name(header: bytes) -> str:
    """Return the name in a `Host` header in lower case, without its port.

    >>> host_name(b"LocalHost:8001"), host_name(b"[::1]:8001"), host_name(b"a b@c")
    ('localhost', '::1', '')
    """
    text = header.decode("latin-1")
    if "@" in text or "/" in text or " " in text:
        return ""
    try:
        return (urlsplit(f"//{text}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def allowed_hosts(names: tuple[str, ...]) -> frozenset[str] | None:
    """Return the names that a site goes by which listens at the first of these and may be called the others.

    None, for any name, where it listens at every address of the machine: then it is public anyway.

    >>> sorted(allowed_hosts(("127.0.0.1", "News.example")) or ())
    ['127.0.0.1', '::1', 'localhost', 'news.example']
    """
    if names[0] in EVERY_ADDRESS:
        return None
    return LOOPBACK | {name.strip("[]").lower() for name in names}


def passwords_shown(plugins: Mapping[str, Any] | None) -> bool:
    """Tell whether the configuration of the plugins is one where people sign in."""
    configured = plugins or {}
    return "datasette-auth-passwords" in configured or bool((configured.get("quotes") or {}).get("review"))
