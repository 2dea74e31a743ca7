"""The picture of a share: what its view shows at a glance, as a PNG made with the standard library alone."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from sqlalchemy.orm import Session

from phasescope.analyses.bands import band
from phasescope.core.catalogue import Catalogue
from phasescope.core.comparison import Comparison
from phasescope.core.curves import Floats
from phasescope.core.view import View
from phasescope.figures import FIGURES, picture, style
from phasescope.figures.comparisons import COMPARISONS
from phasescope.figures.curves import by_cell, names_of
from phasescope.figures.lines import drawn
from phasescope.figures.material import Material, selected
from phasescope.figures.picture import HEIGHT, MARGIN, WIDTH, Pixels
from phasescope.server.admission import whole_catalogue
from phasescope.server.comparing import gather_sides
from phasescope.server.context import Context
from phasescope.server.drawing import gather
from phasescope.server.sharing import find_share

Curve = tuple[Floats, Floats, str]
LEFT = (MARGIN, MARGIN, MARGIN + HEIGHT - 2 * MARGIN, HEIGHT - MARGIN)
RIGHT = (LEFT[2] + MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
WHOLE = (MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)


def picture_of(context: Context, token: str) -> bytes:
    """Raises NotFound when the link opens nothing."""
    with context.store.read() as session:
        view = find_share(session, token).view
        catalogue = whole_catalogue(context, session)
        if isinstance(view, Comparison):
            return png(_of_comparison(session, view, catalogue))
        return png(_of_view(session, view, catalogue))


def png(pixels: Pixels) -> bytes:
    """(height, width, 3) as a PNG."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _of_view(session: Session, view: View, catalogue: Catalogue) -> Pixels:
    """The phase diagram; beside it the curves of what is selected."""
    pixels = picture.blank()
    diagram = gather(session, FIGURES["phase_diagram"], view, catalogue)
    some = bool(selected(view))
    box = LEFT if some else WHOLE
    if diagram.runs:
        picture.paint_cells(pixels, picture.cells(diagram), box)
        picture.paint_frame(pixels, box)
    if some:
        picture.paint_curves(pixels, _curves(gather(session, FIGURES["curves"], view, catalogue)), RIGHT)
        picture.paint_frame(pixels, RIGHT)
    return pixels


def _curves(material: Material) -> list[Curve]:
    """The median of each selected cell, in the colour it has in the figure."""
    own = {run.id: run for run in material.runs}
    groups = by_cell(material, [own[run] for run in selected(material.view) if run in own])[: style.RUN_COLOURS]
    steps = material.curves.steps.astype(np.float64)
    name = names_of(material.view.series)[0]
    return [(steps, band(drawn(material, group.runs, name)).median, group.colour) for group in groups]


def _of_comparison(session: Session, comparison: Comparison, catalogue: Catalogue) -> Pixels:
    """The curves of all sides."""
    pixels = picture.blank()
    name = names_of(comparison.series)[0]
    curves = []
    for side in gather_sides(session, COMPARISONS["curves_together"], comparison, catalogue):
        steps = side.material.curves.steps.astype(np.float64)
        if len(side.runs) and len(steps):
            curves.append((steps, band(drawn(side.material, side.runs, name)).median, side.colour))
    picture.paint_curves(pixels, curves, WHOLE)
    picture.paint_frame(pixels, WHOLE)
    return pixels
