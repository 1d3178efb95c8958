"""One explanation through all of the containers, asked for with the command line of the image of the pages."""

from images.containers import Container

_PICTURES = """
from pathlib import Path
from PIL import Image

folder = Path("/tmp/pictures")
folder.mkdir()
for number, colour in enumerate(["red", "green", "blue"]):
    Image.new("RGB", (96, 96), colour).save(folder / f"{number}.png")
"""
_LOOK = """
from PIL import Image

print(Image.open("/tmp/why.png").size)
"""


def explain(pages: Container) -> str:
    """Brings in a network and three pictures, predicts, explains one, and returns what the picture of it is like.

    Args:
        pages: the container of the pages, which knows where the gateway is and has the token.

    Raises:
        HubError: one of the steps failed.
    """
    pages.execute("python", "-", given=_PICTURES)
    for command in (
        ("models", "add", "keras:MobileNetV2", "--weights", "none", "--name", "untrained"),
        ("datasets", "add", "/tmp/pictures", "--name", "colours"),
        ("predict", "colours", "untrained", "--wait"),
        ("explain", "untrained", "colours", "0", "--method", "gradient", "-o", "/tmp/why.png"),
    ):
        pages.execute("innhub", *command)
    return pages.execute("python", "-", given=_LOOK).strip()
