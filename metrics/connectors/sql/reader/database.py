"""What the dialects share, and how one says what went wrong."""

from datetime import date

OURS = ("productops_outboxmessage", "metrics_observation")


class Wrong(Exception):  # noqa: N818  a code, made a sentence by whoever started us
    def __init__(self, code, text=""):
        super().__init__(code)
        self.code = code
        self.text = text


class Database:
    def __init__(self, job) -> None:
        self.job = job
        self.seconds = job["seconds"]

    def parameter(self, value):
        return date.fromisoformat(value)
