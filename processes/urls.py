"""Where the register, its revisions and what people say of them live."""

from django.urls import path

from processes.views import acknowledgements, adoptions, processes, revisions

app_name = "processes"

urlpatterns = [
    path("processes/", processes.process_list, name="process-list"),
    path("processes/new/", processes.process_new, name="process-new"),
    path("processes/from-template/", processes.process_copy, name="process-copy"),
    path("processes/adoption/", adoptions.adoption_matrix, name="adoption-matrix"),
    path("processes/<int:pk>/", processes.process_detail, name="process-detail"),
    path("processes/<int:pk>/edit/", processes.process_edit, name="process-edit"),
    path("processes/<int:pk>/delete/", processes.process_delete, name="process-delete"),
    path("processes/<int:pk>/reviewed/", processes.process_review, name="process-review"),
    path("processes/<int:pk>/draft/", revisions.revision_new, name="revision-new"),
    path("processes/<int:pk>/v/<int:number>/", revisions.revision_detail, name="revision-detail"),
    path("processes/<int:pk>/v/<int:number>/edit/", revisions.revision_edit, name="revision-edit"),
    path(
        "processes/<int:pk>/v/<int:number>/submit/",
        revisions.revision_submit,
        name="revision-submit",
    ),
    path(
        "processes/<int:pk>/v/<int:number>/publish/",
        revisions.revision_publish,
        name="revision-publish",
    ),
    path(
        "processes/<int:pk>/v/<int:number>/request-changes/",
        revisions.revision_request_changes,
        name="revision-request-changes",
    ),
    path(
        "processes/<int:pk>/diff/<int:older>..<int:newer>/",
        revisions.revision_diff,
        name="revision-diff",
    ),
    path(
        "processes/<int:pk>/v/<int:number>/read/",
        acknowledgements.revision_read,
        name="revision-read",
    ),
    path(
        "processes/<int:pk>/v/<int:number>/readers/",
        acknowledgements.acknowledgement_list,
        name="acknowledgement-list",
    ),
    path(
        "processes/<int:pk>/v/<int:number>/readers/remind/",
        acknowledgements.acknowledgement_remind,
        name="acknowledgement-remind",
    ),
    path(
        "processes/<int:pk>/adoption/<int:subject>/",
        adoptions.adoption_edit,
        name="adoption-edit",
    ),
    path("k/<str:token>/", acknowledgements.read_by_link, name="read-by-link"),
]
