"""What invited people are told by mail. The link is kept as its id until the mail is sent."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Audit, Invitation, ReviewNote
from productops import clock, numbers
from productops.models import OutboxMessage
from productops.outbox import post_mail
from teams.models import Person


def invite(invitation: Invitation, audit: Audit, *, about: str) -> None:
    _post(
        invitation,
        audit,
        subject=about,
        once=f"audit-invitation:{invitation.pk}",
        first=_("%(owner)s asks for your answers. Nothing needs to be prepared."),
        button=_("Answer the questions"),
    )


def remind(
    invitation: Invitation,
    audit: Audit,
    *,
    about: str,
    on: date,
    not_before: datetime | None = None,
) -> None:
    _post(
        invitation,
        audit,
        subject=_("Reminder: %(subject)s") % {"subject": about},
        once=f"audit-reminder:{invitation.pk}:{on.isoformat()}",
        first=_("%(owner)s still waits for your answers. What you said so far is kept."),
        button=_("Continue") if invitation.is_started else _("Answer the questions"),
        not_before=not_before,
    )


def remind_of_several(
    invitations: Sequence[Invitation], *, on: date, not_before: datetime | None = None
) -> None:
    """One mail for one person about all that they are missing in: a daily mail, not three."""
    person = invitations[0].person
    post_mail(
        to=person,
        subject=_several_wait(len(invitations)),
        template="mail/message",
        once=f"audit-reminders:{person.pk}:{on.isoformat()}",
        links=[(one.link, one.audit.title) for one in invitations],
        not_before=not_before,
        context={
            "paragraphs": [_("What you said so far is kept.")],
            "header": [_("Audit"), _("Open until"), _("Asked by")],
            "rows": [_line(one.audit) for one in invitations],
            "closing": [
                _("Each link is yours alone and works until its audit ends. Stop when you like.")
            ],
            "why": _("You get this because you were asked to answer these audits."),
        },
    )


def _line(audit: Audit) -> list[str]:
    until = numbers.short_date(audit.closes_on, clock.today())
    return [audit.title, str(until), str(audit.owner)]


def _several_wait(count: int) -> str:
    text = ngettext(
        "Reminder: %(n)d audit waits for your answers",
        "Reminder: %(n)d audits wait for your answers",
        count,
    )
    return text % {"n": count}


def drop_waiting(invitations: Iterable[Invitation]) -> None:
    """Take back reminders that wait for a morning: nobody is missing there any more. A mail about
    several audits goes on about the others."""
    links = {one.link_id for one in invitations if one.link_id}
    ours = Q(payload__link__in=links) | Q(once__startswith="audit-reminders:")
    waiting = OutboxMessage.objects.unsent().filter(
        ours, once__startswith="audit-reminder", not_before__isnull=False
    )
    for message in waiting:
        _leave_out(message, links)


def _leave_out(message: OutboxMessage, links: set[int]) -> None:
    """Say nothing of these links; a mail that has nothing left to say does not go out."""
    payload = message.payload
    several = payload.get("links", [])
    kept = [at for at, (link, _words) in enumerate(several) if link not in links]
    if not kept:
        message.delete()
    elif len(kept) < len(several):
        payload["links"] = [several[at] for at in kept]
        payload["context"]["rows"] = [payload["context"]["rows"][at] for at in kept]
        payload["subject"] = _several_wait(len(kept))
        message.save(update_fields=["payload"])


def ask_again(note: ReviewNote, invitation: Invitation) -> None:
    """A reviewer's note, with the question that it is about and the same link as ever."""
    audit = invitation.audit
    post_mail(
        to=invitation.person,
        subject=_("Please look again: %(audit)s") % {"audit": audit.title},
        template="mail/message",
        once=f"audit-review:{note.pk}",
        link=invitation.link,
        context={
            "paragraphs": [
                _("%(by)s asks you to look at one answer again. Everything else stays as it is.")
                % {"by": note.by},
                note.answer.node.text,
                _("What %(by)s writes: %(note)s") % {"by": note.by, "note": note.text},
            ],
            "button": _("Look again"),
            "closing": [who_sees(audit)],
            "why": _("You get this because you submitted answers to %(audit)s.")
            % {"audit": audit.title},
        },
    )


def send_fresh_link(invitation: Invitation, audit: Audit, *, window: int) -> None:
    _post(
        invitation,
        audit,
        subject=_("Your fresh link: %(audit)s") % {"audit": audit.title},
        once=f"audit-link:{invitation.pk}:{window}",
        first=_("Here is the link that you asked for. Use this one from now on."),
        button=_("Answer the questions"),
    )


def hand_over(
    invitation: Invitation, audit: Audit, *, giver: Person, reason: str, at: datetime
) -> None:
    """Somebody who was asked says that this person is the one who knows."""
    first = _("%(giver)s was asked and says that you are the right person to answer.")
    _post(
        invitation,
        audit,
        subject=_("%(giver)s asks you to answer: %(about)s")
        % {"giver": giver, "about": about(audit)},
        once=f"audit-handed-over:{invitation.pk}:{at:%Y%m%d%H%M%S%f}",
        first=first % {"giver": giver},
        note=reason,
        button=_("Answer the questions"),
    )


def thank(invitation: Invitation, audit: Audit, said: list[list[str]]) -> None:
    """The receipt: a copy of the answers (not where they are anonymous) and the way to them."""
    until = numbers.short_date(audit.closes_on, clock.today())
    paragraphs = [_("Thank you. Your answers to %(audit)s are in.") % {"audit": audit.title}]
    if not audit.is_single_use:
        paragraphs += [_("You can change them by this link until %(day)s.") % {"day": until}]
    post_mail(
        to=invitation.person,
        subject=_("Received: %(audit)s") % {"audit": audit.title},
        template="mail/message",
        once=f"audit-receipt:{invitation.pk}:{invitation.submitted_at:%Y%m%d%H%M%S}",
        link=None if audit.is_single_use else invitation.link,
        context={
            "paragraphs": paragraphs,
            "button": "" if audit.is_single_use else _("See or change your answers"),
            "header": [_("Question"), _("Your answer")] if said else [],
            "rows": said,
            "why": _("You get this because you submitted your answers."),
        },
    )


def who_sees(audit: Audit) -> str:
    """Who sees the answers: the same words in the mail and on every page."""
    if audit.is_anonymous:
        return _(
            "Your answers carry no name. Results are shown only for groups of five or more; "
            "product operations sees who has answered, not what."
        )
    return _(
        "Product operations, executives and the product managers of what you answer for see "
        "your answers with your name."
    )


def about(audit: Audit) -> str:
    """ "Product practice audit: 27 questions, 9 minutes, until 13 Nov"."""
    version = audit.framework_version
    count = version.nodes.questions().count()
    facts = [ngettext("%(n)d question", "%(n)d questions", count) % {"n": count}]
    if version.minutes:
        facts.append(
            ngettext("%(n)d minute", "%(n)d minutes", version.minutes) % {"n": version.minutes}
        )
    until = numbers.short_date(audit.closes_on, clock.today())
    facts.append(_("until %(day)s") % {"day": until})
    return _("%(audit)s: %(facts)s") % {"audit": audit.title, "facts": ", ".join(facts)}


def _post(
    invitation: Invitation,
    audit: Audit,
    *,
    subject: str,
    once: str,
    first: str,
    button: str,
    note: str = "",
    not_before: datetime | None = None,
) -> None:
    paragraphs = [first.replace("%(owner)s", str(audit.owner)), *([note] if note else [])]
    paragraphs += [text for text in audit.intro.split("\n\n") if text.strip()]
    post_mail(
        to=invitation.person,
        subject=subject,
        template="mail/message",
        once=once,
        link=invitation.link,
        not_before=not_before,
        context={
            "paragraphs": paragraphs,
            "button": button,
            "closing": [
                who_sees(audit),
                _("The link is yours alone and works until the audit ends. Stop when you like."),
            ],
            "why": _("You get this because you were asked to answer %(audit)s.")
            % {"audit": audit.title},
        },
    )
