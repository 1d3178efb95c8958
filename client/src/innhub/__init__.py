"""The Python client of iNNvestigate Hub.

from innhub import Hub

hub = Hub("http://localhost:8080")            # token from INNHUB_TOKEN
data = hub.datasets.get("photos")
explanation = hub.explain("lite0", data[3], method="lrp.epsilon")
explanation.image(overlay=0.6).save("why.png")
"""

from innhub.datasets import Dataset, Sample
from innhub.errors import HubError
from innhub.explanations import Explanation
from innhub.hub import Hub
from innhub.me import Me
from innhub.models import Model
from innhub.quality import Quality
from innhub.runs import Run

__all__ = ["Dataset", "Explanation", "Hub", "HubError", "Me", "Model", "Quality", "Run", "Sample"]
