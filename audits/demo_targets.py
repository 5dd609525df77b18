"""What single teams of the demo want to reach, and how far their ways are written down."""

from random import Random

from audits.models import Answer, FrameworkVersion, LevelTarget
from productops.demo import Story

# Levels that a team wants instead of the framework's: one begins lower, one aims higher.
TARGETS = {
    ("Admin", "measurement"): 2.0,
    ("Admin", "customer-discovery"): 2.0,
    ("Growth", "customer-discovery"): 3.5,
    ("Growth", "measurement"): 3.5,
    ("Data", "data"): 3.5,
}
# How much more is written down than done, in levels; below 0 what is done and written nowhere.
PAPER = {
    "process-adoption": 1.2,
    "planning": 0.7,
    "roles-and-skills": 0.8,
    "strategy-and-goals": 0.4,
    "prioritisation": -0.1,
    "communication": -0.6,
    "measurement": -0.7,
}


def set_targets(story: Story, version: FrameworkVersion) -> None:
    """Before the audits close, so that their scores keep them."""
    for (team, key), level in TARGETS.items():
        if noun := story.cast.get(f"team {team}"):
            LevelTarget.objects.get_or_create(
                framework=version.framework,
                key=key,
                subject=noun.subject,
                defaults={"level": level},
            )


def write_down(rows: list[Answer], luck: Random) -> None:
    """Let answers say how far things are written down, where their questions ask that."""
    for row in rows:
        if row.node.documents and row.number is not None:
            lean = row.number + PAPER.get(row.node.parent.key, 0.0)
            row.documented = float(min(4, max(0, round(luck.gauss(lean, 0.6)))))
