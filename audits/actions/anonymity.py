"""Cut the tie from the answers of an anonymous audit to the people who gave them."""

from datetime import datetime

from django.db import connection

from audits.models import Answer, AnswerRevision, Audit, Evidence, Invitation, ReviewNote, Scope

# What a copy does not take over: its own key, who gave it, when and after how many changes.
CUT = ("id", "invitation_id", "answered_at", "revision")


def cut_ties(audit: Audit, *, now: datetime) -> None:
    """Write the answers anew without their people, in an order that says nothing.

    Only those that count: what nobody submitted would say who began and did not finish. Revisions
    go, for their moments would tell. By statements of our own: models would read and write each of
    a hundred thousand rows.
    """
    ReviewNote.objects.filter(answer__scope__audit=audit).delete()
    Evidence.objects.filter(answer__scope__audit=audit).delete()
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(COPY, [moment, audit.pk])
        cursor.execute(FORGET_REVISIONS, [audit.pk])
        cursor.execute(FORGET, [audit.pk])
    Answer.objects.of_audit(audit).update(answered_at=now)
    # How much somebody was asked, and how often they changed it, would tell what they answered.
    audit.invitations.update(progress=None, edition=0)


def _table(model) -> str:
    return connection.ops.quote_name(model._meta.db_table)


KEPT = ", ".join(one.column for one in Answer._meta.concrete_fields if one.column not in CUT)
OURS = f"""invitation_id IS NOT NULL
    AND scope_id IN (SELECT id FROM {_table(Scope)} WHERE audit_id = %s)"""
COPY = f"""INSERT INTO {_table(Answer)} (answered_at, revision, {KEPT})
    SELECT %s, 1, {KEPT} FROM {_table(Answer)} WHERE {OURS} AND invitation_id IN
        (SELECT id FROM {_table(Invitation)} WHERE submitted_at IS NOT NULL)
    ORDER BY random()"""
FORGET_REVISIONS = f"""DELETE FROM {_table(AnswerRevision)} WHERE answer_id IN
    (SELECT id FROM {_table(Answer)} WHERE {OURS})"""
FORGET = f"DELETE FROM {_table(Answer)} WHERE {OURS}"
