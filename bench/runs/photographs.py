"""Many photographs out of the few of the demo: each is a part of one of them, of another size and turned around."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from demo import photographs

_LEAST, _MOST = 0.6, 0.95
"""Which share of a photograph's sides is kept."""


def write(folder: Path, count: int, seed: int) -> Path:
    """Writes JPEG files; the same for the same seed."""
    originals = [Image.open(path).convert("RGB") for path in sorted(photographs.prepare().photographs.rglob("*.*"))]
    chance = np.random.default_rng(seed)
    folder.mkdir()
    for number in range(count):
        original = originals[number % len(originals)]
        width, height = (round(side * chance.uniform(_LEAST, _MOST)) for side in original.size)
        left, top = int(chance.integers(original.width - width)), int(chance.integers(original.height - height))
        part = original.crop((left, top, left + width, top + height))
        turned = ImageOps.mirror(part) if chance.random() < 0.5 else part
        turned.save(folder / f"{number:05d}.jpg", quality=90)
    return folder
