"""The guard at the gate: every request, whatever its route, shows whom it wants (Host) and whence it comes (Origin).

A server on a loopback address is reachable by every web page in the user's browser. The Host check stops a foreign
name that was pointed at 127.0.0.1 (DNS rebinding); the Origin and Sec-Fetch-Site checks stop a foreign page that
posts to us (CSRF). Programs that are not browsers send neither header and pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phasescope.core.errors import Refused
from phasescope.server.errors import answer

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})  # `none`: typed into the address bar

# Styles are set inline by the component kit and by Plotly; scripts come from our files only.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


EMBEDDED = re.compile(r"/embed/[\w-]+")  # what others may show inside their pages: the route answers for shares made so
EMBEDDED_HEADERS = {
    **{name: value for name, value in SECURITY_HEADERS.items() if name != "X-Frame-Options"},
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *"),
}


class Guard:
    """Refuses foreign hosts on every request, and foreign origins on every API request and every unsafe method."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self.app = app
        self.hosts = frozenset(name.lower().strip("[]") for name in (*LOOPBACK_NAMES, *hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # there are none; a handshake would skip the checks
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                embedded = EMBEDDED.fullmatch(scope["path"]) and message["status"] == 200
                headers.update(EMBEDDED_HEADERS if embedded else SECURITY_HEADERS)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            self.check(scope)
        except Refused as error:
            await answer(403, "refused", str(error))(scope, receive, with_headers)
            return
        await self.app(scope, receive, with_headers)

    def check(self, scope: Scope) -> None:
        """Raises Refused."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or host_name(host) not in self.hosts:
            raise Refused(
                f"The host {host!r} is not served; allowed: {', '.join(sorted(self.hosts))}, with any port. "
                "Open the address that the server printed (PHASESCOPE_HOST and PHASESCOPE_PORT set it)."
            )
        if scope["method"] in SAFE_METHODS and not scope["path"].startswith("/api/"):
            return  # a page may be opened from a link anywhere
        origin = headers.get("origin")
        if origin is not None and not same_origin(origin, host):
            raise Refused(f"A page of {origin!r} may not use this server; only its own page on {host!r} may.")
        site = headers.get("sec-fetch-site")
        if site is not None and site not in OWN_SITES:
            raise Refused(
                f"A request from another site ({site}) is not allowed; open the page that the server printed."
            )


def host_name(host: str) -> str | None:
    """The name without the port, in lower case; None when it cannot be read."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises when it is not a number
        plain = parts.netloc == host and "@" not in host
        return parts.hostname if plain else None
    except ValueError:
        return None


def same_origin(origin: str, host: str) -> bool:
    """Whether the origin is the very host and port that was asked (`null` is not)."""
    scheme, separator, rest = origin.partition("://")
    return bool(separator) and scheme in ("http", "https") and rest.lower() == host.lower()
