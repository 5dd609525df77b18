"""What a long-lived process tells Python's collector of cycles.

A request makes tens of thousands of short-lived objects; by default the collector then walks the
whole program again and again to find that all of it is still needed, which cost a third of a large
body's time. What a process has loaded by the time that it starts to serve stays for good.
"""

import gc

YOUNG = 10_000  # new objects before a look at them; Python's own 700 suits small programs


def settle() -> None:
    """Set aside what is loaded by now, and look at what comes later in larger steps."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
