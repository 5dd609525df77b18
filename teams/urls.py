from django.urls import path

from teams.views import setup

app_name = "teams"
urlpatterns = [
    path("set-up/", setup.set_up_page, name="set-up"),
]
