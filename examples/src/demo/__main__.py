"""`python -m demo prepare` fetches and converts; `python -m demo load` also puts the result into a running Hub."""

import argparse
import logging
import os
import sys

from demo import photographs
from demo.cache import made_directory
from demo.fetch import FetchError
from demo.networks import NETWORKS

DEFAULT_URL = "http://localhost:8080"


def main() -> int:
    """Run one of the two commands; the exit status is 1 if a package could not be fetched or the Hub refused."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("command", choices=("prepare", "load"))
    command = parser.parse_args().command
    logging.basicConfig(format="demo: %(message)s", stream=sys.stdout)
    logging.getLogger("demo").setLevel(logging.INFO)
    try:
        prepare()
    except FetchError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return load() if command == "load" else 0


def prepare() -> None:
    """Fill the cache."""
    photographs.prepare()
    for network in NETWORKS:
        network.prepare()
    print(f"demo: networks and photographs are in {made_directory()}")


def load() -> int:
    """Load the cache into the Hub at `INNHUB_URL`, as the owner of `INNHUB_TOKEN`."""
    from demo.load import load as load_into
    from innhub import Hub, HubError

    try:
        load_into(Hub(os.environ.get("INNHUB_URL", DEFAULT_URL), os.environ.get("INNHUB_TOKEN")))
    except HubError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
