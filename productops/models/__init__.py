"""Rows that every app leans on: the organisation, the record of changes, links, queues."""

from productops.models.access import ApiToken, ApiTokenQuerySet, IdempotencyKey, Link, LinkQuerySet
from productops.models.cache import CacheEntry
from productops.models.changes import AppendOnly, ChangeEntry, ChangeQuerySet, ChangeSeal
from productops.models.files import ImportRun, ImportRunQuerySet, StoredFile
from productops.models.organisation import Organisation
from productops.models.records import Discardable, KeptManager, Record, stale_or_current
from productops.models.work import (
    Bounce,
    BounceQuerySet,
    DueJob,
    Heartbeat,
    OutboxMessage,
    OutboxQuerySet,
)

__all__ = [
    "ApiToken",
    "ApiTokenQuerySet",
    "AppendOnly",
    "Bounce",
    "BounceQuerySet",
    "CacheEntry",
    "ChangeEntry",
    "ChangeQuerySet",
    "ChangeSeal",
    "Discardable",
    "DueJob",
    "Heartbeat",
    "IdempotencyKey",
    "ImportRun",
    "ImportRunQuerySet",
    "KeptManager",
    "Link",
    "LinkQuerySet",
    "Organisation",
    "OutboxMessage",
    "OutboxQuerySet",
    "Record",
    "StoredFile",
    "stale_or_current",
]
