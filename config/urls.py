"""All addresses; the public ones are in lessons/urls.py."""

import taggit.models
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.urls import include, path
from django.views.i18n import set_language
from django_tasks_db.models import DBTaskResult

from accounts import single_sign_on
from config import metrics
from lessons.api.urls import urls as api

admin.autodiscover()
# What other apps register and nobody here uses; taggit's page of merging asks for no permission.
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])
admin.site.unregister([SocialAccount, SocialApp, SocialToken, DBTaskResult, taggit.models.Tag])
# One door: the admin is entered by the same sign-in page, with its rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("lessons.urls")),
    path("api/v1/", api),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    # Before allauth's own, which fails where the provider does not answer.
    path("accounts/oidc/<str:provider_id>/login/", single_sign_on.begin),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("admin/", admin.site.urls),
    path("metrics", metrics.page, name="metrics"),
    path("language/", login_not_required(set_language), name="set_language"),
]

handler500 = "config.failing.server_error"
