"""What a link says about itself where it is pasted: title, note and picture of a share, in the head of its page."""

from __future__ import annotations

import re
from html import escape

from phasescope.core.errors import Missing
from phasescope.server.context import Context
from phasescope.server.run_memory import remembered_experiment
from phasescope.server.sharing import find_share

LONGEST = 300  # letters of a note or description
EXPERIMENT = re.compile(r"experiments/(\d{1,10})", re.ASCII)
OWN = re.compile(r"""<title>.*?</title>|<meta name="description"[^>]*>""", re.DOTALL)
"""What the page says of itself, which must not come before what a share or an experiment says."""


def head_of(context: Context, token: str, origin: str) -> str:
    """The tags of the Open Graph protocol; nothing for a link that opens nothing. Everything in them is escaped.

    They stand instead of the page's own title and description (`OWN`).
    """
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
    named = {
        "description": told["og:description"],
        "twitter:card": "summary_large_image",  # where this is not read, the picture may be as small as a stamp
        "robots": "noindex",
    }
    tags = [f'<meta property="{name}" content="{escape(value)}">' for name, value in told.items()]
    tags += [f'<meta name="{name}" content="{escape(value)}">' for name, value in named.items()]
    return "".join([f"<title>{escape(share.title)} · Phasescope</title>", *tags])


def words_of(context: Context, address: str) -> str:
    """Title and description of the experiment at this address of the page; nothing for any other. All is escaped."""
    found = EXPERIMENT.fullmatch(address)
    if found is None:
        return ""
    try:
        with context.store.read() as session:
            experiment = remembered_experiment(session, int(found[1]))
    except Missing:
        return ""
    said = experiment.spec.description[:LONGEST] or "An experiment of Phasescope."
    return f'<title>{escape(experiment.name)} · Phasescope</title><meta name="description" content="{escape(said)}">'


def may_be_embedded(context: Context, token: str) -> bool:
    """Whether the link opens something, and was made to be shown inside other pages."""
    try:
        with context.store.read() as session:
            return find_share(session, token).embeddable
    except Missing:
        return False
