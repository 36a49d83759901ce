"""Bounds on work that hold on any machine, however busy it is.

Work is measured in processor time, and beside it a piece of reference work: a slow processor, or
one that is shared, slows both.
"""

import gc
import re
from time import perf_counter, thread_time

REFERENCE = re.compile(r"(\d+),(?:\d+,)*?\1000,")


def reference():
    """Sort, format and match: about a tenth of a second where this was written."""
    text = ",".join(sorted(str(number * 7919 % 60_000) for number in range(60_000)))
    return REFERENCE.search(text[:6_000])


def processor_seconds(work):
    """Measure without the garbage collector, which walks all that other tests left."""
    gc.collect()
    gc.disable()
    try:
        began = thread_time()
        work()
        return thread_time() - began
    finally:
        gc.enable()


def effort(work):
    """Return how many times the reference work some work is."""
    before, seconds = processor_seconds(reference), processor_seconds(work)
    return 2 * seconds / (before + processor_seconds(reference))


def lag():
    """Return how many times longer than its processor time work takes here now; 1 if alone."""
    began = perf_counter()
    seconds = processor_seconds(reference)
    return max(1.0, (perf_counter() - began) / seconds)
