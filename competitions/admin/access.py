"""Who may do what in the admin: by role, never by hand-picked permissions.

A superuser runs everything. A staff user is an organizer: they see and change the competitions
they organize, and what belongs to these (docs/decisions/0006-admin-permissions-by-role.md).
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.models import User
from competitions.models import Competition
from competitions.selectors import is_organizer

_Model = TypeVar("_Model", bound=models.Model)
_FILTER_ENDINGS = frozenset({"exact", "isnull", "id__exact", "pk__exact", "gte", "lt"})


def staff_user(request: HttpRequest) -> User:
    """Return the organizer or operator behind a request; raises PermissionDenied for others."""
    user = request.user
    if not isinstance(user, User) or not (user.is_active and user.is_staff):
        raise PermissionDenied
    return user


def is_staff(request: HttpRequest) -> bool:
    """Tell whether the admin's doors are open to the person behind a request."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.is_staff


def organized_rows(
    rows: QuerySet[_Model], request: HttpRequest, competition_path: str
) -> QuerySet[_Model]:
    """Keep the rows whose competition (``competition_path`` from the row) the user organizes."""
    user = request.user
    if not isinstance(user, User):
        return rows.none()
    if user.is_superuser:
        return rows
    return rows.filter(**{f"{competition_path}__in": user.organized_competitions.values("pk")})


class OrganizersAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows that belong to competitions: organizers see those of theirs, superusers all.

    ``competition_path`` is the lookup from a row to its competition (``pk`` for itself).
    """

    competition_path = "competition"
    list_filter_sheet = False
    list_per_page = 50

    class Media:
        css = {"all": ("competitions/admin.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what the person behind the request may see."""
        return organized_rows(super().get_queryset(request), request, self.competition_path)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Filter by what the page offers and by nothing else.

        Any other filter would tell hidden fields (the split key) character by character.
        """
        offered = [each[0] if isinstance(each, tuple) else each for each in self.list_filter]
        for name in (each for each in offered if isinstance(each, str)):
            if lookup == name or lookup.removeprefix(f"{name}__") in _FILTER_ENDINGS:
                return True
        return False

    def competition_of(self, obj: models.Model) -> Competition:
        """Follow ``competition_path`` from a row."""
        found: Any = obj
        for name in self.competition_path.split("__"):
            found = found if name == "pk" else getattr(found, name)
        if not isinstance(found, Competition):
            raise TypeError(f"{self.competition_path} does not lead to a competition")
        return found

    def has_role(self, request: HttpRequest, obj: models.Model | None) -> bool:
        """Tell whether the person may be here at all (no row) or has to do with this row."""
        if not is_staff(request):
            return False
        return obj is None or is_organizer(staff_user(request), self.competition_of(obj))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the app to staff."""
        return is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Show a row to its organizers."""
        return self.has_role(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let staff add."""
        return is_staff(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let organizers change their rows."""
        return self.has_role(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let nobody delete, unless an admin says otherwise."""
        return False


class ReadOnlyAdmin(OrganizersAdmin):
    """What the platform wrote down: looked at, never added, changed or deleted by hand."""

    actions: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let nobody change."""
        return False
