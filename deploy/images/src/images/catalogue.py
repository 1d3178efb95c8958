"""The five images, and what is promised of each."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "deploy" / "images"
GRPC_PORT = 50051


@dataclass(frozen=True)
class Image:
    """One image.

    Args:
        service: the module that runs in it, which gives the Dockerfile its name.
        page: port and path of the HTTP probe; None where the probe is gRPC.
        tensorflow: whether it may hold TensorFlow.
    """

    service: str
    page: tuple[int, str] | None = None
    tensorflow: bool = False

    @property
    def dockerfile(self) -> Path:
        """Where it is described."""
        return FOLDER / f"{self.service}.Dockerfile"

    def name(self, tensorflow: str) -> str:
        """What it is called here, without a registry of its own."""
        variant = "-cuda" if self.tensorflow and tensorflow == "cuda" else ""
        return f"localhost/innhub-{self.service}{variant}:checked"


# In the order of their start: whom the gateway asks comes before it.
IMAGES = (
    Image("suggest"),
    Image("inference", tensorflow=True),
    Image("explainer", tensorflow=True),
    Image("gateway", page=(8080, "/healthz")),
    Image("ui", page=(8050, "/healthz")),
)
