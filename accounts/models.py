"""Who may sign in, and in which role."""

from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is trusted with; ``settings.ROLE_PERMISSIONS`` says what each may do."""

    READER = "reader", _("reader")
    ANALYST = "analyst", _("analyst")
    REVIEWER = "reviewer", _("reviewer")
    ADMIN = "admin", _("administrator")


class Users(UserManager["User"]):
    """Makes users; ``createsuperuser`` makes an administrator."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the one spelling of an address: lower case, as sign-in looks for it."""
        return (email or "").lower()

    def create_user(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        user = self.model(
            username=self.model.normalize_username(username),
            email=self.normalize_email(email),
            **fields,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        return self.create_user(username, email, password, role=Role.ADMIN, **fields)


class User(AbstractUser):
    """A person with one role. Nobody bypasses the permission checks: administrators' powers are
    listed like everyone else's, so Django's superuser flag and per-user grants are gone."""

    is_superuser = False
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.READER)

    objects = Users()  # type: ignore[misc]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                name="user_role_is_known", condition=models.Q(role__in=Role.values)
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_unique",
                violation_error_message=_("Someone already has this e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        """Whether the admin opens its door: everyone but readers."""
        return self.role != Role.READER
