"""YAML as plain data that remembers its lines; whatever is more than data is refused."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

LARGEST = 2_000_000  # bytes; the longest questionnaire shipped has 40,000


@dataclass(frozen=True)
class Fault:
    """Why a file was refused: where (``line`` from 1, ``key`` of a field or node) and why."""

    line: int | None
    key: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.key}" if self.line else self.key
        return f"{place}: {self.reason}"


class FrameworkRefused(ValueError):  # noqa: N818  a report for people, not a fault
    """The file is no questionnaire; ``faults`` say why, all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


class Lined(dict):
    """A mapping that remembers where each of its keys stands."""

    lines: dict[str, int]
    line: int


class Loader(yaml.SafeLoader):
    """Plain YAML only: no tags, no anchors (a few lines of them become gigabytes), no key twice."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark
            raise FrameworkRefused([Fault(mark.line + 1, "*", "references are not allowed.")])
        return super().compose_node(parent, index)

    def construct_lined(self, node: yaml.MappingNode) -> Iterator[Lined]:
        found = Lined()
        found.line, found.lines = node.start_mark.line + 1, {}
        yield found
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise FrameworkRefused([Fault(line, str(key), "the name of a field is a text.")])
            if key in found:
                raise FrameworkRefused([Fault(line, key, "stands there twice.")])
            found[key], found.lines[key] = self.construct_object(value_node, deep=True), line


Loader.add_constructor("tag:yaml.org,2002:map", Loader.construct_lined)


def load(text: str | bytes) -> Lined:
    if len(text) > LARGEST:
        raise FrameworkRefused([Fault(None, "file", "is larger than 2 MB.")])
    try:
        # The loader builds plain data only (a SafeLoader with its own mapping).
        head = yaml.load(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        raise FrameworkRefused([Fault(line, "file", f"is no YAML: {error.problem}.")]) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise FrameworkRefused([Fault(None, "file", "is no text in UTF-8.")]) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, FrameworkRefused):
            raise
        raise FrameworkRefused([Fault(None, "file", "cannot be read as YAML.")]) from None
    if not isinstance(head, Lined):
        raise FrameworkRefused([Fault(1, "file", "has to begin with fields: key, title, ...")])
    return head
