"""Every address. A route belongs to the app that computes its answer, whatever its prefix."""

from django.urls import include, path

from productops import appearance, health, trash
from productops.doors import for_roles, open_to_all
from productops.styleguide import styleguide
from productops.views import bounces, changes, imports, pages, settings, tokens

urlpatterns = [
    path("", pages.home, name="home"),
    path("work/", pages.work, name="work"),
    path("work/count/", pages.work_count, name="work-count"),
    path("search/", pages.search, name="search"),
    path("trace/<slug:kind>/<int:pk>/", pages.trace, name="trace"),
    path("settings/", settings.index, name="settings"),
    path("settings/account/", settings.account, name="account"),
    path("settings/appearance/", open_to_all(appearance.appearance_choose), name="appearance"),
    path("settings/ui/", for_roles("admin")(styleguide), name="styleguide"),
    path("settings/tokens/", tokens.token_list, name="token-list"),
    path("settings/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("settings/bounces/", bounces.bounce_list, name="bounce-list"),
    path("settings/bounces/<int:pk>/clear/", bounces.bounce_clear, name="bounce-clear"),
    path("settings/changes/", changes.change_list, name="change-list"),
    path("settings/imports/", imports.import_list, name="import-list"),
    path("settings/imports/new/<slug:name>/", imports.import_new, name="import-new"),
    path("settings/imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("settings/imports/<int:pk>/apply/", imports.import_apply, name="import-apply"),
    path(
        "settings/exports/<slug:name>.<slug:form>",
        imports.export_download,
        name="export-download",
    ),
    path("trash/<str:label>/<int:pk>/restore/", trash.trash_restore, name="trash-restore"),
    path("health/live", open_to_all(health.live), name="health-live"),
    path("health/ready", open_to_all(health.ready), name="health-ready"),
    path("health/freshness", open_to_all(health.freshness), name="health-freshness"),
    path("accounts/", include("productops.account_urls")),
    path("api/v1/", include("productops.api.urls")),
    path("", include("teams.urls")),
    path("", include("audits.urls")),
    path("", include("objectives.urls")),
    path("", include("processes.urls")),
    path("", include("tooling.urls")),
    path("", include("metrics.urls")),
]

handler400 = "productops.errors.bad_request"
handler403 = "productops.errors.forbidden"
handler404 = "productops.errors.not_found"
handler429 = "productops.errors.too_many"
handler500 = "productops.errors.failed"
