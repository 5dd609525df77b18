"""What is refused because of the state that something is in, told to pages, API and imports."""


class NotNow(Exception):  # noqa: N818  a sentence for people, not a fault
    """The state does not allow it (409); the message says why, and what would."""


class AnswerIsStale(NotNow):
    """Somebody (often the same person in another tab) answered meanwhile; ``current`` is what
    stands there now, as content of a revision, ``revision`` its number."""

    def __init__(self, message: str, *, current: dict | None, revision: int) -> None:
        super().__init__(message)
        self.current, self.revision = current, revision


class DraftIsStale(NotNow):
    """Somebody else saved the draft meanwhile; ``current`` is the draft as it stands, ``since``
    the edition that the person had read."""

    def __init__(self, message: str, *, current, since: int) -> None:
        super().__init__(message)
        self.current, self.since = current, since
