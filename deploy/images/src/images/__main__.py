"""Builds the images and looks at them: `python -m images [SERVICE ...] [--base IMAGE] [--tensorflow cuda]`."""

import argparse
import os
import sys
from pathlib import Path

from domain.errors import HubError
from images.building import build
from images.catalogue import IMAGES, ROOT
from images.measured import table
from images.rehearsal import rehearse
from images.stand_in import stand_in_base

_OUT = ROOT / ".images"


def main() -> int:
    """0 where every image was built, and does what is promised."""
    asked = _asked()
    _OUT.mkdir(exist_ok=True)
    images = [image for image in IMAGES if image.service in asked.services]
    try:
        base = asked.base or stand_in_base(_OUT)
        built = {}
        for image in images:
            _say(f"building innhub-{image.service} on {base}")
            built[image] = build(image, base, asked.tensorflow, _OUT)
        rows = rehearse(built, base, asked.tensorflow, _OUT)
    except HubError as error:
        _say(str(error))
        return 1
    _say(table(rows))
    wrong = [f"{row.image} {text}" for row in rows for text in row.wrong]
    _say("\n".join(wrong) or f"All is as promised. What the images consist of is in {_OUT.relative_to(Path.cwd())}/.")
    return 1 if wrong else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m images", description=__doc__)
    services = [image.service for image in IMAGES]
    parser.add_argument(
        "services", nargs="*", metavar="SERVICE", help=f"of {', '.join(services)}; all where none is named"
    )
    parser.add_argument("--base", default="", help="the image below; where none is named, one is made here")
    parser.add_argument("--tensorflow", choices=("cpu", "cuda"), default="cpu")
    asked = parser.parse_args()
    if unknown := set(asked.services) - set(services):
        parser.error(f"there is no service {sorted(unknown)}; there are {', '.join(services)}")
    asked.services = asked.services or services
    return asked


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    if os.geteuid():
        sys.exit("Base images are made, and containers started, by root: run `sudo make images`.")
    sys.exit(main())
