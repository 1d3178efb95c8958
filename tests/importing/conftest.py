"""Import of models as people and Keras itself make them, held against the original models."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
