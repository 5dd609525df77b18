from django.urls import path

from objectives.views import (
    alignment,
    cycles,
    habits,
    key_results,
    kpis,
    objectives,
    pillars,
    plans,
    tasks,
)

app_name = "objectives"
urlpatterns = [
    path("objectives/", objectives.objective_list, name="objective-list"),
    path("objectives/new/", objectives.objective_new, name="objective-new"),
    path("objectives/<int:pk>/", objectives.objective_detail, name="objective-detail"),
    path("objectives/<int:pk>/edit/", objectives.objective_edit, name="objective-edit"),
    path("objectives/<int:pk>/begin/", objectives.objective_begin, name="objective-begin"),
    path("objectives/<int:pk>/close/", objectives.objective_close, name="objective-close"),
    path("objectives/<int:pk>/approve/", objectives.objective_approve, name="objective-approve"),
    path(
        "objectives/<int:pk>/carry-over/",
        objectives.objective_carry_over,
        name="objective-carry-over",
    ),
    path("objectives/<int:pk>/align/", alignment.objective_align, name="objective-align"),
    path("objectives/alignments/<int:pk>/part/", alignment.alignment_part, name="alignment-part"),
    path("objectives/<int:pk>/reopen/", objectives.objective_reopen, name="objective-reopen"),
    path("objectives/<int:pk>/delete/", objectives.objective_delete, name="objective-delete"),
    path("objectives/<int:pk>/key-results/new/", key_results.key_result_new, name="key-result-new"),
    path("objectives/<int:pk>/actions/new/", tasks.action_new, name="action-new"),
    path(
        "objectives/key-results/<int:pk>/", key_results.key_result_detail, name="key-result-detail"
    ),
    path(
        "objectives/key-results/<int:pk>/edit/", key_results.key_result_edit, name="key-result-edit"
    ),
    path(
        "objectives/key-results/<int:pk>/delete/",
        key_results.key_result_delete,
        name="key-result-delete",
    ),
    path(
        "objectives/key-results/<int:pk>/check-in/", key_results.check_in_new, name="check-in-new"
    ),
    path(
        "objectives/key-results/<int:pk>/align/",
        alignment.key_result_align,
        name="key-result-align",
    ),
    path("objectives/key-results/<int:pk>/plan/", plans.key_result_plan, name="key-result-plan"),
    path(
        "objectives/key-results/<int:pk>/overrule/",
        plans.key_result_overrule,
        name="key-result-overrule",
    ),
    path("objectives/on-time/", habits.discipline, name="discipline"),
    path("work/calibration/", habits.calibration, name="calibration"),
    path("objectives/<int:pk>/follow/", habits.objective_follow, name="objective-follow"),
    path("objectives/<int:pk>/unfollow/", habits.objective_unfollow, name="objective-unfollow"),
    path("objectives/pillars/", pillars.pillar_list, name="pillar-list"),
    path("objectives/pillars/new/", pillars.pillar_new, name="pillar-new"),
    path("objectives/pillars/<int:pk>/edit/", pillars.pillar_edit, name="pillar-edit"),
    path("objectives/pillars/<int:pk>/up/", pillars.pillar_move, name="pillar-move"),
    path("objectives/pillars/<int:pk>/end/", pillars.pillar_end, name="pillar-end"),
    path("objectives/check-ins/<int:pk>/edit/", key_results.check_in_edit, name="check-in-edit"),
    path("work/check-ins/", key_results.check_in_run, name="check-in-run"),
    path("objectives/actions/<int:pk>/", tasks.action_detail, name="action-detail"),
    path("objectives/actions/<int:pk>/edit/", tasks.action_edit, name="action-edit"),
    path("objectives/actions/<int:pk>/finish/", tasks.action_finish, name="action-finish"),
    path("objectives/actions/<int:pk>/drop/", tasks.action_drop, name="action-drop"),
    path("objectives/actions/<int:pk>/reopen/", tasks.action_reopen, name="action-reopen"),
    path("t/<str:token>/", tasks.task_by_link, name="task-by-link"),
    path("objectives/cycles/", cycles.cycle_list, name="cycle-list"),
    path("objectives/cycles/new/", cycles.cycle_new, name="cycle-new"),
    path("objectives/cycles/<int:pk>/", cycles.cycle_detail, name="cycle-detail"),
    path("objectives/cycles/<int:pk>/close/", cycles.cycle_close, name="cycle-close"),
    path("objectives/cycles/<int:pk>/reopen/", cycles.cycle_reopen, name="cycle-reopen"),
    path("objectives/kpis/", kpis.kpi_list, name="kpi-list"),
    path("objectives/kpis/new/", kpis.kpi_new, name="kpi-new"),
    path("objectives/kpis/load/", kpis.kpi_load, name="kpi-load"),
    path("objectives/kpis/<slug:slug>/", kpis.kpi_detail, name="kpi-detail"),
    path("objectives/kpis/<slug:slug>/edit/", kpis.kpi_edit, name="kpi-edit"),
    path("objectives/kpis/<slug:slug>/redefine/", kpis.kpi_redefine, name="kpi-redefine"),
    path("objectives/kpis/<slug:slug>/certify/", kpis.kpi_certify, name="kpi-certify"),
    path("objectives/kpis/<slug:slug>/uncertify/", kpis.kpi_uncertify, name="kpi-uncertify"),
    path("objectives/kpis/<slug:slug>/delete/", kpis.kpi_delete, name="kpi-delete"),
    path("objectives/kpis/<slug:slug>/series/new/", kpis.series_new, name="series-new"),
    path("objectives/series/<int:pk>/target/", kpis.target_edit, name="target-edit"),
    path("objectives/series/<int:pk>/follow-ups/new/", tasks.follow_up_new, name="follow-up-new"),
]
