"""Signing in, and what a role permits."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.utils.module_loading import import_string


@cache
def role_permissions() -> Mapping[str, frozenset[str]]:
    """Return, for each role, its permissions as ``app_label.codename``."""
    return import_string(settings.ROLE_PERMISSIONS)


class RoleBackend(AuthenticationBackend):
    """Signs in by user name or e-mail address; permissions come from the role alone."""

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        return set(role_permissions()[user_obj.role])

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self.get_group_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(
            permission.startswith(f"{app_label}.")
            for permission in self.get_all_permissions(user_obj)
        )
