"""Pages of the competitions app."""

from django.urls import path

from competitions import pages

app_name = "competitions"
urlpatterns = [
    path("", pages.competition_list, name="list"),
    path("competitions/<slug:slug>/", pages.overview, name="overview"),
    path("competitions/<slug:slug>/rules/", pages.rules, name="rules"),
    path("competitions/<slug:slug>/tasks/", pages.tasks, name="tasks"),
    path("competitions/<slug:slug>/data/", pages.data, name="data"),
    path("competitions/<slug:slug>/join/", pages.join_page, name="join"),
]
