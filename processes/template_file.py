"""Processes as YAML: what the library ships, what people import and export."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from processes.choices import Family
from productops import parsing

TEXTS = ("purpose", "trigger", "inputs", "outputs")
STEP_TEXTS = ("title", "role", "text", "why", "evidence")
LONGEST_FILE = 2_000_000  # characters; a process is a page or two
MOST_STEPS = 100


class Unreadable(Exception):  # noqa: N818  answered with the line and a sentence
    """Why a file is refused; ``line`` counts from 1, ``place`` names the key."""

    def __init__(self, reason: str, *, line: int | None = None, place: str = "") -> None:
        super().__init__(reason)
        self.line, self.place = line, place


@dataclass(frozen=True)
class ProcessText:
    """One process as a file says it; ``steps`` are mappings fit for ``Step``."""

    slug: str
    title: str
    family: str
    purpose: str = ""
    trigger: str = ""
    inputs: str = ""
    outputs: str = ""
    body: str = ""
    criticality: int = 2
    review_months: int = 12
    owner_role: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)


def read_processes(text: str) -> list[ProcessText]:
    """Read one process, or a list of them under ``processes``. Raises ``Unreadable``."""
    if len(text) > LONGEST_FILE:
        raise Unreadable("The file is too large for processes.")
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(
            f"This is not YAML: {getattr(error, 'problem', error)}.",
            line=mark.line + 1 if mark else None,
        ) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("This YAML cannot be read.") from error
    found = content.get("processes") if _is_pack(content) else [content]
    if not isinstance(found, list) or not found:
        raise Unreadable("There is no process in this file.")
    return [_process(item, f"processes[{at}]") for at, item in enumerate(found)]


def _is_pack(content: Any) -> bool:
    return isinstance(content, dict) and "processes" in content


def _process(item: Any, place: str) -> ProcessText:
    if not isinstance(item, dict):
        raise Unreadable("A process is a mapping of keys to values.", place=place)
    title = _text(item, "title", place, needed=True)
    slug = _text(item, "slug", place) or title
    family = _text(item, "family", place, needed=True)
    if family not in Family.values:
        raise Unreadable(f"The family is one of {', '.join(Family.values)}.", place=place)
    return ProcessText(
        slug=parsing.to_slug(slug),
        title=title,
        family=family,
        body=_text(item, "body", place),
        criticality=_whole(item, "criticality", place, 2, 1, 3),
        review_months=_whole(item, "review_months", place, 12, 1, 60),
        owner_role=_text(item, "owner_role", place),
        steps=_steps(item.get("steps", []), place),
        **{name: _text(item, name, place) for name in TEXTS},
    )


def _steps(items: Any, place: str) -> list[dict[str, Any]]:
    if not isinstance(items, list) or len(items) > MOST_STEPS:
        raise Unreadable(f"Steps are a list of at most {MOST_STEPS}.", place=place)
    return [_step(item, f"{place}.steps[{at}]") for at, item in enumerate(items)]


def _step(item: Any, place: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise Unreadable("A step is a mapping of keys to values.", place=place)
    step: dict[str, Any] = {
        name: _text(item, name, place, needed=name == "title") for name in STEP_TEXTS
    }
    for name in ("time_box_minutes", "due_days"):
        step[name] = _whole(item, name, place, None, 0, 32_000)
    return step


def _text(item: dict, name: str, place: str, *, needed: bool = False) -> str:
    value = item.get(name, "")
    if isinstance(value, list):
        value = "\n".join(f"- {line}" for line in value)
    try:
        text = parsing.clean_text("" if value is None else value, longest=20_000, has_lines=True)
    except parsing.Unreadable as problem:
        raise Unreadable(str(problem), place=f"{place}.{name}") from problem
    if needed and not text:
        raise Unreadable("This is missing.", place=f"{place}.{name}")
    if name == "title" and len(text) > 200:
        raise Unreadable("The title is longer than 200 characters.", place=f"{place}.{name}")
    return text


def _whole(item: dict, name: str, place: str, default: int | None, low: int, high: int):
    value = item.get(name, default)
    if value is None:
        return default
    try:
        return parsing.to_whole(value, low=low, high=high)
    except parsing.Unreadable as problem:
        raise Unreadable(str(problem), place=f"{place}.{name}") from problem
