"""The smallest legal rows of audits: one questionnaire of two sections and three questions."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import cache

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from audits import actions
from audits.choices import AuditState, InvitationState
from audits.framework_file import read_framework_file
from audits.models import (
    Answer,
    AnswerRevision,
    Assignment,
    Audit,
    Gap,
    Invitation,
    Scope,
)
from productops import clock, links
from productops.models import Link
from tests.factories.teams import PersonFactory, ProductFactory

LEVELS = """
        choices:
          - {value: 0, score: 0, name: Not at all, text: It does not happen.}
          - {value: 1, score: 1, name: Sometimes, text: One person sees to it.}
          - {value: 2, score: 2, name: Agreed, text: There is an agreed way.}
          - {value: 3, score: 3, name: Practised, text: It is the normal way.}
          - {value: 4, score: 4, name: Improving, text: Its effect is measured.}
"""
SMALL = f"""
key: small
title: Small practice
description: Two sections, three questions.
minutes: 3
target: 3
scale:
  min: 0
  max: 4
  levels:
    - {{value: 0, name: Absent}}
    - {{value: 4, name: Improving}}
nodes:
  - key: measurement
    title: Measurement
    description: Whether you know where you stand.
    weight: 2
    children:
      - key: baseline
        type: level
        text: What do you know before a change?
        hint: Think of the last three changes
        evidence: A chart with the weeks before
        importance: mandatory
        weight: 2
        suggests: {{gap: No baseline before a change, cause: data, kpis: [changes-with-a-baseline]}}
{LEVELS}
      - key: dashboards
        type: level
        text: Where do you look?
        importance: recommended
{LEVELS}
  - key: discovery
    title: Customer discovery
    children:
      - key: interviews
        type: level
        text: How often do you talk to customers?
        importance: mandatory
        suggests: {{gap: Few interviews, cause: process}}
{LEVELS}
"""
KINDS = """
key: kinds
title: All kinds of questions
minutes: 6
target: 3
scale: {min: 0, max: 4}
nodes:
  - key: shares
    title: Where your time goes
    weight: 0
    sum: 100
    children:
      - key: share-strategy
        type: number
        text: Strategy?
        min: 0
        max: 100
        weight: 0
        counts_as: strategic
      - key: share-delivery
        type: number
        text: Delivery?
        min: 0
        max: 100
        weight: 0
        counts_as: delivery
  - key: others
    title: The other kinds
    children:
      - key: planned
        type: level
        text: Do you plan?
        choices:
          - {value: 0, score: 0, name: Rarely}
          - {value: 4, score: 4, name: Weekly}
      - key: away
        type: multiple
        text: What would you give away?
        required: false
        weight: 0
        at_most: 2
        choices:
          - {value: reports, score: 0, name: Reports}
          - {value: tools, score: 0, name: Tools}
          - {value: launch, score: 0, name: Launch}
      - key: one
        type: single
        text: Which one?
        weight: 0
        required: false
        choices:
          - {value: a, score: 0, name: First}
          - {value: b, score: 1, name: Second}
      - {key: remote, type: boolean, text: 'Do you work remotely?', weight: 0, required: false}
      - {key: since, type: date, text: 'Since when?', weight: 0, required: false}
      - {key: else, type: text, text: 'What else?', weight: 0, required: false}
"""


@cache
def read_once(text):
    # Reading takes longer than all else in most tests; nobody changes what was read.
    return read_framework_file(text)


def framework_version(text=SMALL):
    """A published version, read from a file as everywhere else; its content is its own."""
    file = read_once(text)
    own = replace(file, content=deepcopy(file.content))
    return actions.load_framework(file=own, by=None, now=timezone.now())[0]


class AuditFactory(DjangoModelFactory):
    """A draft without scopes or people."""

    class Meta:
        model = Audit

    title = factory.Sequence(lambda n: f"Audit {n}")
    framework_version = factory.LazyFunction(framework_version)
    owner = factory.SubFactory(PersonFactory)
    closes_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=14))


class OpenAuditFactory(AuditFactory):
    state = AuditState.OPEN
    opened_at = factory.LazyFunction(timezone.now)


class ClosedAuditFactory(OpenAuditFactory):
    state = AuditState.CLOSED
    closed_at = factory.LazyFunction(timezone.now)


class ScopeFactory(DjangoModelFactory):
    class Meta:
        model = Scope

    audit = factory.SubFactory(AuditFactory)
    subject = factory.LazyFunction(lambda: ProductFactory().subject)


class InvitationFactory(DjangoModelFactory):
    """Somebody who was asked about ``scopes``, with a link."""

    class Meta:
        model = Invitation
        skip_postgeneration_save = True

    audit = factory.SubFactory(OpenAuditFactory)
    person = factory.SubFactory(PersonFactory, role="")
    link = factory.LazyAttribute(
        lambda made: links.make(
            Link.Purpose.ANSWER, person=made.person, expires_at=made.audit.ends_at
        )
    )

    @factory.post_generation
    def scopes(self, create, extracted, **kwargs):
        Link.objects.filter(pk=self.link_id).update(target=str(self.pk))
        root = self.audit.framework_version.root()
        for scope in extracted or []:
            Assignment.objects.create(invitation=self, scope=scope, node=root)


class AnswerFactory(DjangoModelFactory):
    """A submitted level answer with its first revision."""

    class Meta:
        model = Answer
        skip_postgeneration_save = True

    state = "answered"
    number = 1
    subject = factory.LazyAttribute(lambda made: made.scope.subject)
    answered_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def kept(self, create, extracted, **kwargs):
        AnswerRevision.objects.create(
            answer=self, number=1, content=self.content, at=self.answered_at
        )


class GapFactory(DjangoModelFactory):
    class Meta:
        model = Gap

    title = factory.Sequence(lambda n: f"Gap {n}")
    subject = factory.LazyFunction(lambda: ProductFactory().subject)
    found_on = factory.LazyFunction(clock.today)


def token_of(invitation):
    return links.token_of(invitation.link)


def answered(invitation, scope, *, submitted=True, **levels):
    """Let an invited person give these levels: ``answered(mias, checkout, baseline=1)``."""
    nodes = {node.key: node for node in invitation.audit.framework_version.nodes.questions()}
    invitation.progress = None
    invitation.save(update_fields=["progress"])
    for key, level in levels.items():
        state = level if isinstance(level, str) else "answered"
        AnswerFactory(
            invitation=invitation,
            scope=scope,
            node=nodes[key],
            state=state,
            number=None if isinstance(level, str) else level,
        )
    if submitted:
        invitation.state = InvitationState.SUBMITTED
        invitation.started_at = invitation.submitted_at = timezone.now()
        invitation.save()
