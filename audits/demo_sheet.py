"""An audit that is open and asks in every way: it branches, repeats, doubts and takes photos."""

from collections.abc import Callable

from audits.actions.frameworks import load_framework
from audits.actions.keeping import keep_progress_of
from audits.framework_file import read_framework_file
from audits.models import Audit, FrameworkVersion, Repeat
from productops import clock
from productops.demo import Story
from teams.models import Subject

TITLE = "How we release"
LEVELS = """
        choices:
          - {value: 0, score: 0, name: Not at all, text: Everybody does as they see fit.}
          - {value: 1, score: 1, name: By habit, text: Some of us do it and nobody has to.}
          - {value: 2, score: 2, name: Agreed, text: We agreed on a way and mostly keep to it.}
          - {value: 3, score: 3, name: Practised, text: It is the normal way and others can see it.}
          - {value: 4, score: 4, name: Improving, text: We measure it and change it by what we see.}
"""
ASKED = f"""
key: how-we-release
title: How we release
description: From the last change that is done to the customer who notices.
minutes: 5
target: 3
scale: {{min: 0, max: 4}}
nodes:
  - key: readiness
    title: Ready to go
    children:
      - {{key: think-of, type: note, text: 'Think of the last two releases, not of the best one.'}}
      - key: checklist
        type: level
        text: How do you know that a change is ready to go out?
        hint: Who decides, and by what
        documents: true
        maps:
          - {{framework: product-practice, key: delivery-release, relation: intersect, strength: 6}}
        suggests: {{gap: No shared idea of ready, cause: process}}
{LEVELS}
      - key: skipped
        type: multiple
        text: What is skipped when time is short?
        relevant: ${{checklist}} >= 1
        required: false
        weight: 0
        other: true
        choices:
          - {{value: tests, score: 0, name: Tests by hand}}
          - {{value: notes, score: 0, name: Release notes}}
          - {{value: support, score: 0, name: Telling support}}
      - key: lead-days
        type: number
        text: How many days lie between done and released?
        unit: days
        min: 0
        max: 365
        weight: 0
        constraint: . <= 30
        constraint_message: More than a month is rare here. Is that the usual time?
        soft: true
      - {{key: rolls-back, type: boolean, text: 'Can you roll back within an hour?'}}
  - key: per-product
    title: Product by product
    repeat: product
    children:
      - key: told
        type: level
        text: How do customers learn what changed?
{LEVELS}
      - key: last-release
        type: date
        text: When was the last release?
        weight: 0
        required: false
  - key: proof
    title: To show
    children:
      - key: partner
        type: subject
        text: Which team waits for you most often?
        catalogue: team
        at_most: 1
        weight: 0
        required: false
      - {{key: board, type: file, text: 'A photo of your board', weight: 0, required: false}}
      - {{key: else, type: text, text: 'What should we have asked?', weight: 0, required: false}}
"""
Opens = Callable[..., Audit]


def open_with_all_kinds(story: Story, opens: Opens, closes) -> None:
    """Ask two teams how they release, product by product."""
    file = read_framework_file(ASKED)
    now = clock.start_of(story.on)
    version = load_framework(file=file, by=story.cast["ines"], now=now)[0]
    teams = [story.cast["team Growth"], story.cast["team Mobile"]]
    audit = opens(story, version, TITLE, teams, closes)
    _repeat(audit, version, teams)


def _repeat(audit: Audit, version: FrameworkVersion, teams: list) -> None:
    section = version.nodes.get(key="per-product")
    for scope in audit.scopes.filter(subject__in=[team.subject_id for team in teams]):
        for subject in Subject.objects.filter(product__teams__subject=scope.subject_id):
            Repeat.objects.get_or_create(scope=scope, node=section, subject=subject)
    keep_progress_of(audit)
