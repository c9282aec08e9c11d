"""Every address of the site: pages of each app, the API, the admin."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from config.api import UnknownAddress
from config.health import healthz

api = [
    path("", include("accounts.api_urls")),
    path("", include("competitions.api_urls")),
    path("", include("submissions.api_urls")),
    path("", include("scoring.api_urls")),
    path("", include("publications.api_urls")),
]

# One door for passwords: the site's, with its rate limit.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/", include((api, "api"))),
    re_path(r"^api/", UnknownAddress.as_view(), name="unknown-api-address"),
    path("", include("accounts.urls")),
    path("", include("publications.urls")),
    path("", include("scoring.urls")),
    path("", include("submissions.urls")),
    path("", include("competitions.urls")),
]

handler400 = "config.api.bad_request"
handler500 = "config.api.server_error"
