"""Who may sign in, and in which role."""

from typing import Any

import pgtrigger
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


# However a role is changed, and whether by a verb, in bulk or by hand: it is written down, with
# who did it where the statement says so (pghistory tells the database).
NOTE_ACCESS = """
    INSERT INTO accounts_accessevent (at, what, who, by, address, detail)
    SELECT clock_timestamp(), 'access', NEW.username, COALESCE((
        SELECT username FROM accounts_user WHERE id = (
            NULLIF(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user'
        )::bigint
    ), ''), '', {before} || NEW.role || CASE WHEN NEW.is_active THEN '' ELSE ', closed' END;
    RETURN NEW;
"""


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
        triggers = [
            pgtrigger.Trigger(
                name="note_new",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=NOTE_ACCESS.format(before="''"),
            ),
            pgtrigger.Trigger(
                name="note_access",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("role", "is_active"),
                func=NOTE_ACCESS.format(before="OLD.role || ' → '"),
            ),
        ]
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


class Scope(models.TextChoices):
    """What a token opens of all that its holder's role allows."""

    READ = "read", pgettext_lazy("scope of a token", "read")
    WRITE = "write", pgettext_lazy("scope of a token", "read and write")


class Token(models.Model):
    """A key to the API; accounts/tokens.py makes and finds them."""

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(_("name"), max_length=100)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.READ)
    digest = models.CharField(_("SHA-256 of the secret"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="token_scope_is_known", condition=models.Q(scope__in=Scope.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RequestCount(models.Model):
    """How often somebody has asked within a stretch of time; accounts/limits.py counts here."""

    who = models.CharField(_("who"), max_length=100)
    began = models.DateTimeField(_("began"))
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("count of requests")
        verbose_name_plural = _("counts of requests")
        constraints = [
            models.UniqueConstraint(fields=["who", "began"], name="request_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.number}"


class AccessEvent(models.Model):
    """Who came in, who could not, who was trusted with what, and what was taken along; rows are
    only ever added.

    People stand here by name: a row outlives the account it speaks of.
    """

    class What(models.TextChoices):
        """What has happened."""

        SIGNED_IN = "signed in", _("signed in")
        REFUSED = "refused", _("sign-in refused")
        SIGNED_OUT = "signed out", _("signed out")
        INVITED = "invited", _("invited")
        ACCESS = "access", _("role or account changed")
        EXPORTED = "exported", _("taken along")

    at = models.DateTimeField(_("when"), db_default=Now(), db_index=True)
    what = models.CharField(_("what"), max_length=20, choices=What.choices)
    who = models.CharField(_("who"), max_length=254)
    by = models.CharField(_("by"), max_length=150, blank=True, db_default="")
    address = models.CharField(_("network address"), max_length=60, blank=True, db_default="")
    detail = models.CharField(_("detail"), max_length=1000, blank=True, db_default="")

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access events")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.get_what_display()}"
