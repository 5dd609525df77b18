"""Where people, teams, products and skills live."""

from django.urls import path

from teams.views import people, products, setup, skills, teams

app_name = "teams"

urlpatterns = [
    path("set-up/", setup.set_up_page, name="set-up"),
    path("settings/organisation/", setup.organisation_edit, name="organisation-edit"),
    path("teams/", teams.team_list, name="team-list"),
    path("teams/new/", teams.team_new, name="team-new"),
    path("teams/<int:pk>/", teams.team_detail, name="team-detail"),
    path("teams/<int:pk>/edit/", teams.team_edit, name="team-edit"),
    path("teams/<int:pk>/archive/", teams.team_archive, name="team-archive"),
    path("teams/<int:pk>/members/", teams.membership_new, name="membership-new"),
    path("teams/<int:pk>/seats/", teams.seat_new, name="seat-new"),
    path("teams/members/<int:pk>/end/", teams.membership_end, name="membership-end"),
    path("teams/seats/<int:pk>/fill/", teams.seat_fill, name="seat-fill"),
    path("teams/products/", products.product_list, name="product-list"),
    path("teams/products/new/", products.product_new, name="product-new"),
    path("teams/products/<int:pk>/", products.product_detail, name="product-detail"),
    path("teams/products/<int:pk>/edit/", products.product_edit, name="product-edit"),
    path("teams/products/<int:pk>/archive/", products.product_archive, name="product-archive"),
    path("teams/skills/", skills.skill_list, name="skill-list"),
    path("teams/skills/matrix/", skills.skill_matrix, name="skill-matrix"),
    path("teams/skills/experts/", skills.expert_list, name="expert-list"),
    path("teams/skills/starter-pack/", skills.starter_pack_load, name="starter-pack-load"),
    path("teams/skills/<int:pk>/", skills.skill_detail, name="skill-detail"),
    path("teams/skills/<int:pk>/rate/", skills.rating_new, name="rating-new"),
    path("teams/roles/<int:pk>/", skills.role_detail, name="role-detail"),
    path("teams/learning/", skills.learning_plan_list, name="learning-plan-list"),
    path("teams/learning/new/", skills.learning_plan_new, name="learning-plan-new"),
    path("teams/learning/<int:pk>/", skills.learning_plan_detail, name="learning-plan-detail"),
    path("teams/learning/<int:pk>/edit/", skills.learning_plan_edit, name="learning-plan-edit"),
    path("teams/learning/<int:pk>/state/", skills.learning_plan_state, name="learning-plan-state"),
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<int:pk>/", people.person_detail, name="person-detail"),
    path("people/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("people/<int:pk>/deactivate/", people.person_deactivate, name="person-deactivate"),
    path("people/<int:pk>/reactivate/", people.person_reactivate, name="person-reactivate"),
]
