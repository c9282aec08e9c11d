"""Pages of the accounts app."""

from django.urls import path

from accounts import pages

app_name = "accounts"
urlpatterns = [
    path("profile/", pages.profile, name="profile"),
    path("profile/tokens/", pages.create, name="create_token"),
    path("profile/tokens/<int:token_id>/revoke/", pages.revoke, name="revoke_token"),
]
