"""Why nothing came back: four kinds, each a sentence for people that names the host at most.

A host that refuses, is silent, speaks no HTTP or has a wrong certificate is the same to whoever
reads the sentence: it could not be reached. Otherwise one could look for open doors with it.
"""

from django.utils.translation import gettext as _


class EgressError(Exception):
    """Nothing came back; the message is a sentence for people, without address or secret."""


class Refused(EgressError):  # noqa: N818  a sentence for people
    """We will not go there."""


class Unreachable(EgressError):  # noqa: N818
    """The host gave no answer, for whatever reason; it may another time."""

    def __init__(self, host: str) -> None:
        super().__init__(_("%(host)s could not be reached.") % {"host": host})


class TimedOut(EgressError):  # noqa: N818
    """The answer had begun and did not end in time."""

    def __init__(self, host: str) -> None:
        super().__init__(_("%(host)s took too long to answer.") % {"host": host})


class TooLarge(EgressError):  # noqa: N818
    """The answer is larger than we take."""

    def __init__(self, host: str, most: int) -> None:
        super().__init__(
            _("The answer of %(host)s is larger than %(most)s MB.")
            % {"host": host, "most": max(1, most >> 20)}
        )
