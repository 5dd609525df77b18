"""Where the tools, their contracts, seats and rollouts live."""

from django.urls import path

from tooling.views import contracts, radar, rollouts, seats, tools

app_name = "tooling"

urlpatterns = [
    path("tools/", tools.tool_list, name="tool-list"),
    path("tools/new/", tools.tool_new, name="tool-new"),
    path("tools/radar/", radar.radar, name="radar"),
    path("tools/capabilities/", radar.overlap, name="overlap"),
    path("tools/capabilities/load/", radar.capabilities_load, name="capabilities-load"),
    path("tools/spend/", contracts.spend, name="spend"),
    path("tools/renewals/", contracts.renewal_list, name="renewal-list"),
    path("tools/contracts/", contracts.contract_list, name="contract-list"),
    path("tools/contracts/new/", contracts.contract_new, name="contract-new"),
    path("tools/contracts/<int:pk>/", contracts.contract_detail, name="contract-detail"),
    path("tools/contracts/<int:pk>/edit/", contracts.contract_edit, name="contract-edit"),
    path("tools/contracts/<int:pk>/delete/", contracts.contract_delete, name="contract-delete"),
    path("tools/contracts/<int:pk>/decide/", contracts.contract_decide, name="contract-decide"),
    path("tools/rollouts/", rollouts.rollout_list, name="rollout-list"),
    path("tools/rollouts/new/", rollouts.rollout_new, name="rollout-new"),
    path("tools/rollouts/<int:pk>/", rollouts.rollout_detail, name="rollout-detail"),
    path("tools/rollouts/<int:pk>/edit/", rollouts.rollout_edit, name="rollout-edit"),
    path("tools/rollouts/<int:pk>/state/", rollouts.rollout_state, name="rollout-state"),
    path("tools/rollouts/<int:pk>/delete/", rollouts.rollout_delete, name="rollout-delete"),
    path("tools/rollouts/<int:pk>/waves/", rollouts.wave_new, name="wave-new"),
    path("tools/rollouts/waves/<int:pk>/done/", rollouts.wave_done, name="wave-done"),
    path("tools/rollouts/waves/<int:pk>/remove/", rollouts.wave_remove, name="wave-remove"),
    path("tools/seats/<int:pk>/end/", seats.seat_end, name="seat-end"),
    path("tools/<int:pk>/", tools.tool_detail, name="tool-detail"),
    path("tools/<int:pk>/edit/", tools.tool_edit, name="tool-edit"),
    path("tools/<int:pk>/ring/", tools.tool_ring, name="tool-ring"),
    path("tools/<int:pk>/archive/", tools.tool_archive, name="tool-archive"),
    path("tools/<int:pk>/take-up/", tools.tool_take_up, name="tool-take-up"),
    path("tools/<int:pk>/seats/", seats.seat_list, name="seat-list"),
    path("tools/<int:pk>/seats/new/", seats.seat_new, name="seat-new"),
]
