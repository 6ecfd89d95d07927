"""Addresses to bytes: the only module that asks the network for anything.

Invariants: http and https only; a host is resolved once a request, each of its addresses must be allowed, and the connection
goes to one that was checked, so that no name can change its mind in between; every redirect is checked again. A body is
unpacked piece by piece and never grows past `MAX_BYTES`; a request never lasts longer than `MAX_SECONDS`. robots.txt is asked
once a host, and between two requests to a host there is a pause. No cookies are kept, no proxy or password is used.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from quotes.errors import IngestError, NoTextError
from quotes.ingest.addresses import PORTS, is_web_address
from quotes.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    import httpx

AGENT = "quotetrack"
MAX_BYTES = 20 * 1024 * 1024
"""Largest body, unpacked."""
MAX_ROBOTS_BYTES = 512 * 1024
MAX_SECONDS = 30.0
WAIT_SECONDS = 10.0
"""Longest wait for a connection or for the next piece of an answer."""
MAX_REDIRECTS = 5
MAX_DELAY_SECONDS = 10.0
"""Longest pause that a robots.txt can ask for."""
CHUNK_BYTES = 64 * 1024
NAT64 = ipaddress.ip_network("64:ff9b::/96")
OK, NOT_MODIFIED, SERVER_ERROR = 200, 304, 500
TOO_SLOW = f"not done within {MAX_SECONDS:.0f} seconds; try again later, or give the page as a file"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/json, */*;q=0.5"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address answered: the final address after redirects, the body unpacked, and what to ask with the next time."""

    url: str
    data: bytes
    encoding: str | None = None
    etag: str | None = None
    last_modified: str | None = None


def is_public(address: Address) -> bool:
    """Say whether an address is of the public internet, whatever it is wrapped in.

    >>> is_public(ipaddress.ip_address("127.0.0.1")), is_public(ipaddress.ip_address("::ffff:10.0.0.1"))
    (False, False)
    """
    inner = _unwrapped(address)
    return inner.is_global and not inner.is_multicast


def is_host(address: Address) -> bool:
    """Say whether an address may be a host of the own network; link-local ones (a cloud's secrets) never are."""
    inner = _unwrapped(address)
    return not (inner.is_link_local or inner.is_multicast or inner.is_unspecified)


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside of an IPv6 one, or the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        teredo = address.teredo
        return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
    return address


@dataclass(slots=True, kw_only=True)
class Fetcher:
    """Fetches addresses, politely. Close it, or use it in a `with`.

    `is_allowed` says which addresses of hosts may be asked; `delay` is the pause between two requests to a host in seconds.
    """

    is_allowed: Callable[[Address], bool] = is_public
    delay: float = 1.0
    _client: httpx.Client | None = None
    _robots: dict[str, RobotFileParser | None] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Return the fetcher."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close its connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched | None:
        """Return what an address answers, or None if that is what it answered before.

        Args:
            url: the address.
            etag: what it said of itself before.
            last_modified: the same.

        Raises:
            IngestError: it cannot be fetched; `NoTextError` if its robots.txt does not want that.
        """
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in asked.items() if value}
        request = _Request(url=url, target=url, headers=headers)
        for _ in range(MAX_REDIRECTS + 1):
            _check_target(request)
            self._ask_robots(request)
            self._pause(request.target)
            answer = self._get(request)
            if answer.status not in REDIRECTS:
                return _fetched(request, answer)
            request = request.redirected(answer)
        raise IngestError(f"{url}: more than {MAX_REDIRECTS} redirects; give the address that a browser ends at")

    # ---------------------------------------------------------------- manners

    def _ask_robots(self, request: _Request) -> None:
        """Refuse an address that its site's robots.txt keeps programs from."""
        site = _site(request.target)
        if site not in self._robots:
            self._robots[site] = self._read_robots(request.url, site)
        robots = self._robots[site]
        if robots is not None and not robots.can_fetch(AGENT, request.target):
            remedy = "save the page in a browser and give the file"
            raise NoTextError(f"{request.url}: its robots.txt keeps programs out{request.via()}; {remedy}")

    def _read_robots(self, url: str, site: str) -> RobotFileParser | None:
        """Return a site's rules, None if it has none (RFC 9309: what cannot be had just now forbids all)."""
        request = _Request(url=url, target=f"{site}/robots.txt", limit=MAX_ROBOTS_BYTES, cut=True)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._get(request)
            if answer.status not in REDIRECTS:
                break
            request = request.redirected(answer)
        if answer.status >= SERVER_ERROR:
            fault = f"{site}/robots.txt answered with status {answer.status}, so nothing is known of what may be read"
            raise IngestError(f"{url}: {fault}; try again later")
        if answer.status != OK:
            return None
        rules = RobotFileParser()
        rules.parse(answer.data.decode("utf-8", "replace").splitlines())
        return rules

    def _pause(self, target: str) -> None:
        """Wait until the host may be asked again."""
        site = _site(target)
        robots = self._robots.get(site)
        wished = robots.crawl_delay(AGENT) if robots is not None else None
        pause = max(self.delay, min(float(wished or 0), MAX_DELAY_SECONDS))
        now = time.monotonic()
        wait = self._last.get(site, now - pause) + pause - now
        if wait > 0:
            time.sleep(wait)
        self._last[site] = time.monotonic()

    # ---------------------------------------------------------------- one request

    def _get(self, request: _Request) -> _Answer:
        """Send one request, to an address that was checked."""
        import httpx  # noqa: PLC0415  not needed but for addresses

        address = self._resolve(request)
        url, parts = request.url, urlsplit(request.target)
        headers = {"Host": parts.netloc, "User-Agent": _agent(), "Accept": ACCEPT, "Accept-Encoding": "gzip", **request.headers}
        deadline = time.monotonic() + MAX_SECONDS
        try:
            with _until(deadline) as trace, self._open().stream(
                "GET", httpx.URL(request.target).copy_with(host=str(address)), headers=headers,
                extensions={"sni_hostname": _server_name(parts.hostname or ""), "trace": trace},
            ) as response:
                data = _body(request, response, deadline) if response.status_code == OK else b""
                return _Answer(status=response.status_code, headers=response.headers, data=data)
        except httpx.TimeoutException as error:
            raise IngestError(f"{url}: no answer within {WAIT_SECONDS:.0f} seconds; try again later") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            if time.monotonic() > deadline:
                raise IngestError(f"{url}: {TOO_SLOW}") from error
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise IngestError(f"{url}: cannot be fetched ({reason}); check the address and the connection") from error

    def _open(self) -> httpx.Client:
        if self._client is not None:
            self._client.cookies.clear()
        else:
            import httpx  # noqa: PLC0415  not needed but for addresses

            limits = httpx.Limits(max_connections=1, max_keepalive_connections=0)
            self._client = httpx.Client(follow_redirects=False, timeout=WAIT_SECONDS, trust_env=False, limits=limits)
        return self._client

    def _resolve(self, request: _Request) -> Address:
        """Return an address of a host, all of which are allowed."""
        _check_target(request)
        url, parts = request.url, urlsplit(request.target)
        try:
            port = parts.port or PORTS[parts.scheme.lower()]
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, ValueError) as error:
            raise IngestError(f"{url}: no host is called {parts.hostname!r}; check the address and the connection") from error
        candidates = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        for address in candidates:
            if not self.is_allowed(address):
                trusted = "give --allow-private if you trust every address that you read"
                remedy = trusted if is_host(address) else "such an address is never read"
                raise IngestError(f"{url}: leads into a private network ({address}){request.via()}; {remedy}")
        return candidates[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A request: `url` is the address that was given, `target` the one to ask, behind redirects.

    `limit` is how many bytes the body may have; `cut` whether to take as many of a larger one, or to refuse it.
    """

    url: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    limit: int = MAX_BYTES
    cut: bool = False

    def via(self) -> str:
        return "" if self.target == self.url else f", at {self.target}"

    def redirected(self, answer: _Answer) -> _Request:
        location = answer.headers.get("location", "")
        try:
            target = urljoin(self.target, location).partition("#")[0]
        except ValueError:
            location = ""
        if not location:
            raise IngestError(f"{self.url}: a redirect that leads nowhere; give the address that a browser ends at")
        return replace(self, target=target)


def _fetched(request: _Request, answer: _Answer) -> Fetched | None:
    if answer.status == NOT_MODIFIED and request.headers:
        return None
    if answer.status != OK:
        remedy = "open it in a browser to see why, or give the page as a file"
        raise IngestError(f"{request.url}: answered with status {answer.status}; {remedy}")
    return Fetched(
        url=request.target, data=answer.data, encoding=_charset(answer.headers.get("content-type", "")),
        etag=answer.headers.get("etag"), last_modified=answer.headers.get("last-modified"),
    )


@contextmanager
def _until(deadline: float) -> Iterator[Callable[[str, Mapping[str, Any]], None]]:
    """End a request's connection when its time is up, however slowly a server sends: give what notes its socket."""
    sockets: list[socket.socket] = []

    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            sockets.append(info["return_value"].get_extra_info("socket"))

    def end() -> None:
        for each in sockets[-1:]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    try:
        yield trace
    finally:
        timer.cancel()


def _body(request: _Request, response: httpx.Response, deadline: float) -> bytes:
    """Return a body, unpacked piece by piece; `deadline` is when to give up (`time.monotonic`)."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise IngestError(f"{request.url}: packed as {encoding[:40]!r}, which was not asked for; save it and give the file")
    unpack = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    data = bytearray()
    try:
        for chunk in response.iter_raw(CHUNK_BYTES):
            data += chunk if unpack is None else unpack.decompress(chunk, request.limit + 1 - len(data))
            if len(data) > request.limit:
                if request.cut:
                    return bytes(data[: request.limit])
                raise IngestError(f"{request.url}: more than {request.limit:,} bytes; download it and give the file")
            if time.monotonic() > deadline:
                break
    except zlib.error as error:
        raise IngestError(f"{request.url}: its gzip is damaged ({error}); try again later") from error
    if time.monotonic() > deadline:
        raise IngestError(f"{request.url}: {TOO_SLOW}")
    if unpack is not None and not unpack.eof:
        raise IngestError(f"{request.url}: its gzip is damaged (it ends too early); try again later")
    return bytes(data)


def _check_target(request: _Request) -> None:
    if not is_web_address(request.target):
        remedy = "give one that begins with http:// or https:// and names a host"
        raise IngestError(f"{request.url}: no address that can be fetched{request.via()}; {remedy}")
    parts = urlsplit(request.target)
    if parts.username or parts.password:
        fault = "a name or password in an address, which would be published"
        raise IngestError(f"{request.url}: {fault}; give it without, or the page as a file")


def _site(target: str) -> str:
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc}"


def _charset(content_type: str) -> str | None:
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None


def _server_name(host: str) -> str:
    """Return a host's name as it is asked for in a certificate."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host.encode("idna").decode("ascii")


def _agent() -> str:
    return f"{AGENT}/{VERSION} (reads news for quotes)"
