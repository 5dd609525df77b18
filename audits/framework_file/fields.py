"""Which fields go together in one node: what kind of node may have which, and with what in it."""

from collections.abc import Iterator

from audits.framework_file.loading import Fault, Lined

SUBJECTS = ("product", "team", "tool", "vendor")  # kinds of subject of which there are several
RELATIONS = ("equal", "superset", "subset", "intersect")
STRONGEST = 10
CHOOSING = ("single", "multiple")
ON_A_SCALE = ("level", "number", "boolean", "single")
UNASKED = ("note", "calculated")
# What only some kinds of question have; None: all that are asked.
ONLY_OF = {
    "constraint": None,
    "documents": ON_A_SCALE,
    "measure": (*ON_A_SCALE, "multiple"),
    "calculation": ("calculated",),
    "catalogue": ("subject",),
    "other": CHOOSING,
    "at_most": ("multiple", "subject"),
}
NEEDS = {
    "constraint_message": "constraint",
    "soft": "constraint",
    "fact": "measure",
}


def faults_of_fields(node: Lined) -> Iterator[Fault]:
    kind = "section" if "children" in node else node.get("type")
    yield from _of_the_kind(node, str(kind))
    for name, other in NEEDS.items():
        if node.get(name) and not node.get(other):
            yield Fault(node.lines[name], name, f"says nothing without {other}.")
    for name in ("repeat", "catalogue"):
        yield from one_of(node, name, SUBJECTS)
    for row in node.get("maps") or []:
        if isinstance(row, Lined):
            yield from _faults_of_mapping(row)


def _of_the_kind(node: Lined, kind: str) -> Iterator[Fault]:
    for name, kinds in ONLY_OF.items():
        if node.get(name) and not _may_have(kind, kinds):
            whose = "what is asked" if kinds is None else " or ".join(kinds)
            yield Fault(node.lines[name], name, f"belongs to {whose}, not to a {kind}.")
    if node.get("repeat") and kind != "section":
        yield Fault(node.lines["repeat"], "repeat", "belongs to a section.")
    if kind == "calculated" and not node.get("calculation"):
        yield Fault(node.line, "calculation", "is missing.")
    if kind == "subject" and not node.get("catalogue"):
        yield Fault(node.line, "catalogue", "is missing.")


def _may_have(kind: str, kinds: tuple[str, ...] | None) -> bool:
    return kind not in ("section", *UNASKED) if kinds is None else kind in kinds


def one_of(row: Lined, name: str, known: tuple[str, ...]) -> Iterator[Fault]:
    if row.get(name) and row[name] not in known:
        yield Fault(row.lines[name], name, f"has to be one of {', '.join(known)}.")


def _faults_of_mapping(row: Lined) -> Iterator[Fault]:
    yield from one_of(row, "relation", RELATIONS)
    strength = row.get("strength")
    if isinstance(strength, (int, float)) and not 0 <= strength <= STRONGEST:
        yield Fault(row.lines["strength"], "strength", f"has to lie between 0 and {STRONGEST}.")
