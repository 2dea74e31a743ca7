"""What a link says about itself where it is pasted: title, note and picture of a share, in the head of its page."""

from __future__ import annotations

from html import escape

from phasescope.core.errors import Missing
from phasescope.server.context import Context
from phasescope.server.sharing import find_share

LONGEST = 300  # letters of a note


def head_of(context: Context, token: str, origin: str) -> str:
    """The tags of the Open Graph protocol; nothing for a link that opens nothing. Everything in them is escaped."""
    try:
        with context.store.read() as session:
            share = find_share(session, token)
    except Missing:
        return ""
    picture = f"{origin}/api/shared/{token}/picture"
    told = {
        "og:type": "website",
        "og:site_name": "Phasescope",
        "og:title": share.title,
        "og:description": share.note[:LONGEST] or "A shared view, read-only.",
        "og:image": picture,
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
    }
    tags = [f'<meta property="{name}" content="{escape(value)}">' for name, value in told.items()]
    return "".join(
        [f"<title>{escape(share.title)} · Phasescope</title>", *tags, '<meta name="robots" content="noindex">']
    )


def may_be_embedded(context: Context, token: str) -> bool:
    """Whether the link opens something, and was made to be shown inside other pages."""
    try:
        with context.store.read() as session:
            return find_share(session, token).embeddable
    except Missing:
        return False
