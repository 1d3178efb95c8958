"""What the service knows of methods crosses from the child process to one without TensorFlow."""

import pickle
import subprocess
import sys

from explainer import child

_LOADED = "import pickle, sys; cards = pickle.load(sys.stdin.buffer); print(len(cards), 'tensorflow' in sys.modules)"


def test_whoever_is_given_the_cards_does_not_load_tensorflow() -> None:
    cards = child.catalogue()
    given = subprocess.run(
        [sys.executable, "-c", _LOADED], input=pickle.dumps(cards), capture_output=True, check=True, timeout=60
    )
    assert given.stdout.split() == [str(len(cards)).encode(), b"False"]
