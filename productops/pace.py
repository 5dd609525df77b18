"""How often somebody may try: counts in the cache, which all processes share."""

from django.core.cache import cache


def within(key: str, *, most: int, seconds: int) -> bool:
    """Count one more try under ``key``; False once there were more than ``most`` in a while.

    The while begins with the first try. Two at once may count as one, which is no harm: it slows
    guessing down, and is no lock.
    """
    name = f"pace:{key}"
    if cache.add(name, 1, seconds):
        return True
    try:
        return cache.incr(name) <= most
    except ValueError:  # it ended between the two
        return True
