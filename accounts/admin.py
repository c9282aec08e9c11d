"""People and their access tokens, for operators (superusers)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import AccessToken, User
from accounts.tokens import revoke_token
from common.errors import NotFound

if TYPE_CHECKING:
    _UserAdmin = DjangoUserAdmin[User]
else:
    _UserAdmin = DjangoUserAdmin

# Roles are flags of the user (docs/decisions/0006-admin-permissions-by-role.md).
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


class OperatorsAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows that only superusers see."""

    list_filter_sheet = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the app to superusers."""
        return _is_operator(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Show rows to superusers."""
        return _is_operator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let superusers add."""
        return _is_operator(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let superusers change."""
        return _is_operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let nobody delete: an account is switched off, a token revoked."""
        return False


def _is_operator(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


@admin.register(User)
class UserAdmin(OperatorsAdmin, _UserAdmin):
    """Accounts. “Staff” makes an organizer, “superuser” an operator."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "role", "is_active", "date_joined", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": (("first_name", "last_name"), "email")}),
        (
            "Role",
            {
                "fields": ("is_active", "is_staff", "is_superuser"),
                "description": "Staff users are organizers: they create competitions and run "
                "their own. Superusers run everything.",
            },
        ),
        ("Times (UTC)", {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "password1", "password2", "is_staff")}),
    )

    @admin.display(description="Role")
    def role(self, user: User) -> str:
        """Name the role."""
        if user.is_superuser:
            return "Operator"
        return "Organizer" if user.is_staff else "Participant"


@admin.register(EmailAddress)
class EmailAddressAdmin(OperatorsAdmin):
    """Which addresses are confirmed."""

    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    search_fields = ("email", "user__username")
    list_select_related = ("user",)
    fields = ("user", "email", "primary", "verified")
    readonly_fields = ("user", "email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody add by hand: people add their own."""
        return False


@admin.register(AccessToken)
class AccessTokenAdmin(OperatorsAdmin):
    """Live and dead tokens, by their first characters. The secret itself is stored nowhere."""

    list_display = ("name", "user", "prefix", "state", "created_at", "expires_at", "last_used_at")
    search_fields = ("name", "user__username", "prefix")
    list_select_related = ("user",)
    list_filter = ("revoked_at",)
    fields = (
        ("name", "user"),
        ("prefix", "state"),
        ("created_at", "expires_at"),
        ("last_used_at", "revoked_at"),
    )
    readonly_fields = ("state", "created_at")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody make a token for somebody else."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let nobody change a token; it is revoked from the list."""
        return False

    @admin.display(description="State")
    def state(self, token: AccessToken) -> str:
        """Say whether it can be used."""
        if token.revoked_at is not None:
            return "Revoked"
        return "Live" if token.expires_at > timezone.now() else "Expired"

    @admin.action(description="Revoke the chosen tokens", permissions=["view"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[Any]) -> None:
        """Make tokens useless from now on."""
        done = 0
        for token in tokens.select_related("user"):
            try:
                revoke_token(user=token.user, token_id=token.pk)
                done += 1
            except NotFound:
                continue
        messages.success(request, f"{done} token(s) revoked.")
