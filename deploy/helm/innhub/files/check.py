"""What `helm test` runs in the image of the pages: is the hub ready, and does it explain?"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

url, deadline = os.environ["INNHUB_URL"], time.monotonic() + 120
while True:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
            print("ready:", json.load(answer), flush=True)
            break
    except urllib.error.HTTPError as error:
        problem = error.read().decode()
    except OSError as error:
        problem = str(error)
    if time.monotonic() > deadline:
        sys.exit(f"The hub is not ready after two minutes: {problem}")
    time.sleep(2)

if not os.environ.get("INNHUB_TOKEN"):
    print("People sign in by OIDC only: nothing is explained.")
    sys.exit()

from innhub import Hub  # noqa: E402  - where nothing is explained, the client is not needed

hub = Hub()
model = next((found for found in hub.models.list() if found.state == "ready"), None)
dataset = next((found for found in hub.datasets.list() if found.state == "ready" and len(found)), None)
if model is None or dataset is None:
    print("There is no model or no data set yet: nothing is explained.")
    sys.exit()
explanation = hub.explain(model.name, dataset[0], method="gradient")
print(f"explained: what {model.name} sees in sample 0 of {dataset.name}: {explanation.target_name}")
