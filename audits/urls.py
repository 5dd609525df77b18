from django.urls import path

from audits.views import (
    answering,
    answers,
    audits,
    differences,
    frameworks,
    gap_choosing,
    gaps,
    invitations,
)

app_name = "audits"

urlpatterns = [
    path("audits/", audits.audit_list, name="audit-list"),
    path("audits/new/", audits.audit_new, name="audit-new"),
    path("audits/<int:pk>/", audits.audit_detail, name="audit-detail"),
    path("audits/<int:pk>/edit/", audits.audit_edit, name="audit-edit"),
    path("audits/<int:pk>/send/", audits.audit_send, name="audit-send"),
    path("audits/<int:pk>/remind/", audits.audit_remind, name="audit-remind"),
    path("audits/<int:pk>/close/", audits.audit_close, name="audit-close"),
    path("audits/<int:pk>/delete/", audits.audit_delete, name="audit-delete"),
    path("audits/<int:pk>/compare/", audits.audit_compare, name="audit-compare"),
    path("audits/<int:pk>/answers/", answers.answer_list, name="answer-list"),
    path("audits/<int:pk>/differences/", differences.difference_list, name="difference-list"),
    path(
        "audits/<int:pk>/differences/agree/",
        differences.difference_agree,
        name="difference-agree",
    ),
    path(
        "audits/consensus/<int:pk>/withdraw/",
        differences.consensus_withdraw,
        name="consensus-withdraw",
    ),
    path("audits/<int:pk>/gaps/", gaps.audit_gaps, name="audit-gaps"),
    path("audits/<int:pk>/invitations/", invitations.invitation_list, name="invitation-list"),
    path("audits/<int:pk>/invitations/new/", invitations.invitation_new, name="invitation-new"),
    path("audits/<int:pk>/answer/", invitations.invitation_own, name="invitation-own"),
    path(
        "audits/invitations/<int:pk>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path("audits/gaps/", gaps.gap_list, name="gap-list"),
    path("audits/gaps/new/", gaps.gap_new, name="gap-new"),
    path("audits/gaps/choose/", gap_choosing.gap_choose, name="gap-choose"),
    path("audits/gaps/assign/", gap_choosing.gap_assign, name="gap-assign"),
    path("audits/gaps/accept/", gap_choosing.gap_accept, name="gap-accept"),
    path("audits/gaps/close/", gap_choosing.gap_close, name="gap-close"),
    path("audits/gaps/merge/", gap_choosing.gap_merge, name="gap-merge"),
    path("audits/gaps/<int:pk>/", gaps.gap_detail, name="gap-detail"),
    path("audits/gaps/<int:pk>/edit/", gaps.gap_edit, name="gap-edit"),
    path("audits/gaps/<int:pk>/confirm/", gaps.gap_confirm, name="gap-confirm"),
    path("audits/gaps/<int:pk>/reopen/", gaps.gap_reopen, name="gap-reopen"),
    path("audits/gaps/<int:pk>/delete/", gaps.gap_delete, name="gap-delete"),
    path("audits/templates/", frameworks.framework_list, name="framework-list"),
    path("audits/templates/load/", frameworks.framework_load, name="framework-load"),
    path("audits/templates/import/", frameworks.framework_import, name="framework-import"),
    path(
        "audits/templates/<int:pk>/v<int:number>/",
        frameworks.framework_detail,
        name="framework-detail",
    ),
    path(
        "audits/templates/<int:pk>/v<int:number>/yaml/",
        frameworks.framework_export,
        name="framework-export",
    ),
    path("a/<str:token>/", answering.invitation_intro, name="invitation-intro"),
    path("a/<str:token>/start/", answering.invitation_start, name="invitation-start"),
    path(
        "a/<str:token>/q/<int:number>/", answering.invitation_question, name="invitation-question"
    ),
    path("a/<str:token>/check/", answering.invitation_check, name="invitation-check"),
    path("a/<str:token>/done/", answering.invitation_done, name="invitation-done"),
    path("a/<str:token>/renew/", answering.invitation_renew, name="invitation-renew"),
]
