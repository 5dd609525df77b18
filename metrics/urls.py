"""Addresses of metrics, relative to the root: KPIs, improvements, dashboards, walls."""

from django.urls import include, path

from metrics.views import (
    alerts,
    arranging,
    dashboards,
    frozen,
    hooks,
    improvements,
    ingest,
    kpis,
    methods,
    notes,
    points,
    promises,
    source_steps,
    sources,
    subscriptions,
)

app_name = "metrics"

of_improvements = [
    path("", improvements.improvement_list, name="improvement-list"),
    path("new/", improvements.improvement_new, name="improvement-new"),
    path("<int:pk>/", improvements.improvement_detail, name="improvement-detail"),
    path("<int:pk>/edit/", improvements.improvement_edit, name="improvement-edit"),
    path("<int:pk>/delete/", improvements.improvement_delete, name="improvement-delete"),
    path("<int:pk>/approve/", improvements.improvement_approve, name="improvement-approve"),
    path("<int:pk>/go-live/", improvements.improvement_go_live, name="improvement-go-live"),
    path("<int:pk>/stop/", improvements.improvement_stop, name="improvement-stop"),
    path("<int:pk>/rule/", improvements.improvement_rule, name="improvement-rule"),
    path("<int:pk>/gaps/<int:gap>/close/", improvements.gap_close, name="gap-close"),
    path("<int:pk>/promises/new/", promises.registration_new, name="registration-new"),
    path("promises/outlook/", promises.promise_outlook, name="promise-outlook"),
    path("rechecks/<int:pk>/answer/", promises.recheck_answer, name="recheck-answer"),
    path("promises/<int:pk>/", promises.registration_edit, name="registration-edit"),
    path(
        "promises/<int:pk>/withdraw/",
        promises.registration_withdraw,
        name="registration-withdraw",
    ),
]
of_observations = [
    path("new/", ingest.observation_new, name="observation-new"),
    path("import/", ingest.observation_import, name="observation-import"),
]
of_sources = [
    path("", sources.source_list, name="source-list"),
    path("new/", source_steps.source_new, name="source-new"),
    path("new/<slug:kind>/", source_steps.source_begin, name="source-begin"),
    path("runs/<int:pk>/", sources.source_run, name="source-run"),
    path("<slug:slug>/", sources.source_detail, name="source-detail"),
    path("<slug:slug>/settings/", source_steps.source_edit, name="source-edit"),
    path("<slug:slug>/look/", source_steps.source_look, name="source-look"),
    path("<slug:slug>/mapping/", source_steps.source_mapping, name="source-mapping"),
    path("<slug:slug>/schedule/", source_steps.source_schedule, name="source-schedule"),
    path("<slug:slug>/run/", sources.source_ask, name="source-ask"),
    path("<slug:slug>/pause/", sources.source_pause, name="source-pause"),
    path("<slug:slug>/resume/", sources.source_resume, name="source-resume"),
    path("<slug:slug>/delete/", sources.source_delete, name="source-delete"),
    path("<slug:slug>/secret/", sources.secret_renew, name="secret-renew"),
]
of_series = [
    path("notes/new/", notes.note_new, name="note-new"),
    path("points/exclude/", notes.point_exclude, name="point-exclude"),
    path("points/<int:exclusion>/include/", notes.point_include, name="point-include"),
    path("points/<slug:period>/", points.point_detail, name="point-detail"),
    path("limits/split/", notes.limits_split, name="limits-split"),
    path("limits/<int:segment>/join/", notes.limits_join, name="limits-join"),
    path("limits/lock/", notes.limits_lock, name="limits-lock"),
    path("limits/release/", notes.limits_release, name="limits-release"),
    path("method/", methods.method_choose, name="method-choose"),
]
of_comments = [
    path("answer/", points.comment_answer, name="comment-answer"),
    path("edit/", points.comment_edit, name="comment-edit"),
    path("resolve/", points.comment_resolve, name="comment-resolve"),
    path("reopen/", points.comment_reopen, name="comment-reopen"),
    path("follow-up/", points.comment_follow_up, name="comment-follow-up"),
]
of_a_dashboard = [
    path("", dashboards.dashboard_detail, name="dashboard-detail"),
    path("edit/", dashboards.dashboard_edit, name="dashboard-edit"),
    path("delete/", dashboards.dashboard_delete, name="dashboard-delete"),
    path("copy/", arranging.dashboard_copy, name="dashboard-copy"),
    path("groups/rename/", arranging.group_rename, name="group-rename"),
    path("groups/up/", arranging.group_raise, name="group-raise"),
    path("groups/down/", arranging.group_lower, name="group-lower"),
    path("rows/add/", arranging.row_add, name="row-add"),
    path("rows/<int:pk>/up/", arranging.row_raise, name="row-raise"),
    path("rows/<int:pk>/down/", arranging.row_lower, name="row-lower"),
    path("rows/<int:pk>/remove/", arranging.row_remove, name="row-remove"),
    path("frozen/", frozen.frozen_list, name="frozen-list"),
    path("freeze/", frozen.frozen_new, name="frozen-new"),
    path("frozen/<int:pk>/", frozen.frozen_detail, name="frozen-detail"),
    path("frozen/<int:pk>/shares/add/", frozen.share_add, name="share-add"),
    path("frozen/<int:pk>/shares/<int:link>/revoke/", frozen.share_revoke, name="share-revoke"),
    path("walls/add/", dashboards.wall_add, name="wall-add"),
    path("walls/<int:pk>/revoke/", dashboards.wall_revoke, name="wall-revoke"),
]
of_subscriptions = [
    path("", subscriptions.subscription_list, name="subscription-list"),
    path("new/", subscriptions.subscription_new, name="subscription-new"),
    path("<int:pk>/", subscriptions.subscription_edit, name="subscription-edit"),
    path("<int:pk>/pause/", subscriptions.subscription_pause, name="subscription-pause"),
    path("<int:pk>/resume/", subscriptions.subscription_resume, name="subscription-resume"),
    path("<int:pk>/end/", subscriptions.subscription_end, name="subscription-end"),
    path("<int:pk>/preview/", subscriptions.subscription_preview, name="subscription-preview"),
]
urlpatterns = [
    path("metrics/", kpis.kpi_list, name="kpi-list"),
    path("metrics/how-to-read/", kpis.chart_guide, name="chart-guide"),
    path("metrics/improvements/", include(of_improvements)),
    path("metrics/observations/", include(of_observations)),
    path("metrics/sources/", include(of_sources)),
    path("hooks/<slug:slug>/", hooks.source_hook, name="source-hook"),
    path("metrics/measures/run/", ingest.measure_run, name="measure-run"),
    path("metrics/series/<int:pk>/", include(of_series)),
    path("metrics/comments/<int:pk>/", include(of_comments)),
    path("metrics/notes/<int:pk>/edit/", notes.note_edit, name="note-edit"),
    path("metrics/notes/<int:pk>/delete/", notes.note_delete, name="note-delete"),
    path("dashboards/", dashboards.dashboard_list, name="dashboard-list"),
    path("dashboards/new/", dashboards.dashboard_new, name="dashboard-new"),
    path("d/", dashboards.dashboard_default, name="dashboard-default"),
    path("d/<slug:slug>/", include(of_a_dashboard)),
    path("share/<str:token>/", frozen.dashboard_share, name="dashboard-share"),
    path("alerts/", alerts.alert_list, name="alert-list"),
    path("subscriptions/", include(of_subscriptions)),
    path("m/<str:token>/", subscriptions.mails_choose, name="mails-choose"),
    path("tv/<str:token>/", dashboards.dashboard_wall, name="dashboard-wall"),
    # Last, since it takes every name that is not one of those above.
    path("metrics/<slug:slug>/", kpis.kpi_chart, name="kpi-chart"),
]
