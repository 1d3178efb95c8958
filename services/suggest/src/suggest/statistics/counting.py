"""Counting how often two numbers meet, over millions of rows: quicker, and in less memory, than grouping frames."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer]


def pairs(first: Numbers, second: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The pairs that occur, in order: their first and second numbers, and their counts.

    Args:
        first: (rows,), from 0.
        second: (rows,), from 0.
    """
    width = int(second.max(initial=0)) + 1
    codes, counts = np.unique(first.astype(np.int64) * width + second, return_counts=True)
    return codes // width, codes % width, counts
