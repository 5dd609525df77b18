"""Where questionnaires are written, compared and given targets."""

from django.urls import path

from audits.views import drafts, frameworks, targets

urlpatterns = [
    path("new/", frameworks.framework_new, name="framework-new"),
    path("<int:pk>/edit/", drafts.draft_start, name="draft-start"),
    path("<int:pk>/draft/", drafts.draft_edit, name="draft-edit"),
    path("<int:pk>/draft/<slug:key>/", drafts.draft_edit, name="draft-node"),
    path("<int:pk>/draft/<slug:key>/move/", drafts.draft_move, name="draft-move"),
    path("<int:pk>/draft/<slug:key>/duplicate/", drafts.draft_duplicate, name="draft-duplicate"),
    path("<int:pk>/draft/<slug:key>/remove/", drafts.draft_remove, name="draft-remove"),
    path("<int:pk>/add/", drafts.draft_add, name="draft-add"),
    path("<int:pk>/preview/", drafts.draft_preview, name="draft-preview"),
    path("<int:pk>/publish/", drafts.draft_publish, name="draft-publish"),
    path("<int:pk>/discard/", drafts.draft_discard, name="draft-discard"),
    path("<int:pk>/targets/", targets.framework_targets, name="framework-targets"),
    path("<int:pk>/retire/", frameworks.framework_retire, name="framework-retire"),
    path("<int:pk>/reopen/", frameworks.framework_reopen, name="framework-reopen"),
    path(
        "<int:pk>/diff/v<int:older>/v<int:newer>/", frameworks.framework_diff, name="framework-diff"
    ),
    path(
        "<int:pk>/v<int:number>/<slug:form>/", frameworks.framework_export, name="framework-export"
    ),
]
