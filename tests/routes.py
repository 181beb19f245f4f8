"""Every address there is: who gets what, and what stands in it for a test."""

from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Role, User
from lessons import alerts, collecting, reviewing
from lessons.models import Citation, Cue, Job, ReadingList, Record, Report, Tag
from tests import api
from tests.accounts import routes as accounts
from tests.factories import (
    cite,
    make_published,
    make_record,
    make_report,
    make_suggestion,
    make_theme,
    make_user,
)
from tests.history import last_act
from tests.importers.tables.importing import lesson, looked_at
from tests.pdf import pdf

WHO = ("anonymous", *Role.values)
SIGN_IN = "to the sign-in page"


def everyone(answer: int | str) -> tuple[int | str, ...]:
    return (answer,) * len(WHO)


def signed_in(answer: int | str, anonymous: int | str = SIGN_IN) -> tuple[int | str, ...]:
    return (anonymous, *everyone(answer)[1:])


def desk(answer: int | str, reader: int | str = SIGN_IN) -> tuple[int | str, ...]:
    return (SIGN_IN, reader, answer, answer, answer)


def desk_page(answer: int | str) -> tuple[int | str, ...]:
    """Return the answers of a page outside the admin that only the desk may open."""
    return desk(answer, reader=403)


# Other people's, whoever one is; the one made here is the admin's.
OWN_IMPORT = (SIGN_IN, 403, 404, 404, 200)
# Route → what a GET answers to anonymous, reader, analyst, reviewer, admin: a status, or where
# it redirects to. The admin's pages of a model follow from its permissions, see below.
ROUTES: dict[str, tuple[int | str, ...]] = {
    "": everyone(200),
    "records/<code:code>/": everyone(200),
    "records/<code:code>.<suffix:suffix>": everyone(200),
    "records/<code:code>/history/": everyone(200),
    "records/<code:code>/history/<int:number>/": (SIGN_IN, 403, 200, 200, 200),
    "insights/": everyone(200),
    "insights/chain/": everyone(200),
    "insights/recurrence/": everyone(200),
    "insights/uptake/": everyone(200),
    "insights/matrix/": everyone(200),
    "insights/quality/": everyone(200),
    "insights/use/": desk_page(200),
    "insights/use/<slug:period>/": desk_page(200),
    "curate/reports/<slug:slug>/agreement/": desk_page(200),
    "insights/compare/": everyone(200),
    "insights/time/": everyone(200),
    "insights/<slug:name>.<table:suffix>": everyone(200),
    "changes/": everyone(200),
    "curate/undo/<act:act>/": (SIGN_IN, 403, 200, 200, 200),
    "<kind:kind>/": everyone(200),
    "<kind:kind>.<suffix:suffix>": everyone(200),
    "<kind:kind>/export/": everyone(200),
    "themes.<suffix:suffix>": everyone(200),
    "themes/<slug:slug>.<suffix:suffix>": everyone(200),
    "reports.<suffix:suffix>": everyone(200),
    "reports/<slug:slug>.<suffix:suffix>": everyone(200),
    "themes/": everyone(200),
    "themes/<slug:slug>/": everyone(200),
    "reports/": everyone(200),
    "reports/<slug:slug>/": everyone(200),
    "reports/<slug:slug>/file": everyone(200),
    "reports/<slug:slug>/pages/<int:number>.webp": everyone(200),
    "curate/reports/": desk_page(200),
    "curate/reports/add/": desk_page(200),
    "curate/uploads/<int:number>/": desk_page("/curate/reports/add/"),  # where it was confirmed
    "curate/jobs/": desk_page(200),
    "curate/jobs/<int:number>/": (SIGN_IN, 403, 404, 404, 200),  # other people's, see permissions
    "curate/jobs/<int:number>/cancel/": desk_page(405),
    "curate/reports/<slug:slug>/": desk_page(200),
    "curate/reports/<slug:slug>/readings/": desk_page(405),
    "curate/reports/<slug:slug>/<int:ordinal>/": desk_page(200),
    "curate/reports/<slug:slug>/<int:ordinal>/new/<str:kind>/": desk_page(200),
    "curate/reports/<slug:slug>/<int:ordinal>/cite/": desk_page(200),
    "curate/reports/<slug:slug>/suggestions/": desk_page(200),
    "curate/suggestions/": desk_page(200),
    "curate/suggestions/<int:number>/": desk_page(200),
    "curate/cues/": desk_page(200),
    "curate/cues/<int:pk>/": desk_page(200),
    "curate/citable/": desk_page(200),
    # 405: they take what is sent to them alone
    "records/<code:code>/edit/": desk_page(200),
    "records/<code:code>/step/": desk_page(405),
    "records/<code:code>/assign/": desk_page(405),
    "records/<code:code>/comment/": desk_page(405),
    "records/new/<slug:kind>/": desk_page(200),
    "curate/": desk_page(200),
    "curate/records/": desk_page(200),
    "curate/bulk/": desk_page(405),
    "curate/bulk/perform/": desk_page(405),
    "curate/acts/<slug:act>/": desk_page(200),
    "curate/comments/<int:number>/resolve/": desk_page(405),
    "curate/link/<code:code>/": desk_page(200),
    "curate/unlink/<int:pk>/": desk_page(405),
    "curate/duplicates/": desk_page(200),
    "curate/merge/<code:survivor>/<code:absorbed>/": desk_page(200),
    "curate/import/": desk_page(200),
    "curate/import/<int:number>/": OWN_IMPORT,
    "curate/import/<int:number>/columns/": OWN_IMPORT,
    "curate/import/<int:number>/problems.csv": OWN_IMPORT,
    "curate/import/<int:number>/sheet/": desk_page(405),
    "curate/import/<int:number>/apply/": desk_page(405),
    "curate/import/<int:number>/discard/": desk_page(405),
    "curate/tags/": desk_page(200),
    "curate/tags/<int:pk>/": desk_page(200),
    "curate/themes/": desk_page(200),
    "curate/themes/<slug:slug>/": desk_page(200),
    "curate/lost/": desk_page(200),
    "curate/lost/<int:number>/": desk_page(200),
    "accounts/tokens/": signed_in(200),
    "accounts/tokens/<int:pk>/revoke/": signed_in(405),
    "oai": everyone(200),
    "robots.txt": everyone(200),
    "llms.txt": everyone(200),
    "sitemap.xml": everyone(200),
    "sitemap-<slug:section>.xml": everyone(200),
    "feeds/<kind:kind>/": everyone(200),
    "feeds/records/<code:code>/": everyone(200),
    "feeds/themes/<slug:slug>/": everyone(200),
    "feeds/reports/<slug:slug>/": everyone(200),
    "feeds/lists/<slug:slug>/": everyone(200),
    "feeds/lists/shared/<uuid:token>/": everyone(200),
    # the lists are the administrator's own: a public one, and one that is shared by its link
    "lists/": everyone(200),
    "lists/<slug:slug>/": everyone(200),
    "lists/<slug:slug>.<suffix:suffix>": everyone(200),
    "lists/shared/<uuid:token>/": everyone(200),
    "lists/shared/<uuid:token>.<suffix:suffix>": everyone(200),
    "lists/new/": signed_in(200),
    "lists/collect/": signed_in(405),
    "lists/current/": signed_in(405),
    "lists/<slug:slug>/edit/": (SIGN_IN, 404, 404, 404, 200),
    "lists/<slug:slug>/items/": signed_in(405),
    "lists/<slug:slug>/sharing/": signed_in(405),
    "lists/<slug:slug>/delete/": (SIGN_IN, 404, 404, 404, 200),
    "alerts/": signed_in(200),
    "alerts/save/": signed_in(405),
    "alerts/<int:pk>/": signed_in(405),
    "alerts/unsubscribe/<str:token>/": everyone(200),
    "healthz": everyone(200),
    "metrics": everyone(404),  # until a token is set
    "readyz": everyone(200),
    "language/": everyone("/"),
    "accounts/login/": signed_in("/", anonymous=200),
    "accounts/logout/": signed_in(200, anonymous="/"),
    "accounts/inactive/": everyone(200),
    "accounts/signup/": signed_in("/", anonymous=200),  # says that it is closed
    "accounts/reauthenticate/": signed_in(200),
    "accounts/email/": signed_in(200),
    "accounts/confirm-email/": everyone(200),
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": everyone(200),
    "accounts/password/change/": signed_in(200),
    "accounts/password/set/": signed_in("/accounts/password/change/"),
    "accounts/password/reset/": everyone(200),
    "accounts/password/reset/done/": everyone(200),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": everyone(200),
    "accounts/password/reset/key/done/": everyone(200),
    "accounts/login/code/confirm/": signed_in("/", anonymous="/accounts/login/"),
    "admin/": desk(200),
    "admin/login/": desk("/admin/", reader=403),
    "admin/logout/": desk(405, reader="/admin/"),
    "admin/password_change/": desk(200),
    "admin/password_change/done/": desk(200),
    "admin/autocomplete/": desk(200),
    "admin/jsi18n/": desk(200),
    "admin/r/<path:content_type_id>/<path:object_id>/": desk(404),
    "admin/^(?P<app_label>accounts|lessons)/$": desk(200),
    "admin/(?P<url>.*)$": desk(404),
    "admin/lessons/report/<path:object_id>/text/": desk(200),
    "admin/lessons/passage/<path:object_id>/text/": desk(200),
    "admin/accounts/user/<id>/password/": (SIGN_IN, SIGN_IN, 403, 403, 200),
}
ROUTES |= {route: everyone(status) for route, status in api.ROUTES.items()} | accounts.ROUTES
# What stands in an address; a callable is given the person who asks.
ARGUMENTS: dict[str, Any] = {
    **accounts.ARGUMENTS,
    "<int:pk>": "1",
    "<citation>": 1,
    "<link>": 1,
    "<slug>": "x",
    "<code:code>": lambda _user: make_published().code,
    "<code:code>/edit/": lambda _user: f"{make_record().code}/edit/",
    "records/new/<slug:kind>/": "records/new/lesson/",
    "<slug:act>": lambda _user: act_of(make_record()),
    "comments/<int:number>/": lambda _user: f"comments/{comment_on(make_record())}/",
    "<slug:section>": "records",
    "<suffix:suffix>": "csv",
    "<slug:name>.<table:suffix>": "recurrence.csv",
    "<int:number>": 1,
    "import/<int:number>/": lambda user: f"import/{looked_at([lesson()], by=user).pk}/",
    "jobs/<int:number>/": lambda _user: f"jobs/{make_job().pk}/",
    "<act:act>": lambda _user: (make_record(), last_act())[1],
    "<kind:kind>": "lessons",
    "<int:ordinal>": 1,
    "<str:kind>": "lesson",
    "<slug:period>": "month",
    "<slug:slug>": None,  # by what stands before it
    "themes/<slug:slug>": lambda _user: f"themes/{make_theme().slug}",
    "reports/<slug:slug>": lambda _user: f"reports/{make_report().slug}",
    "lists/<slug:slug>": lambda user: f"lists/{make_list(user, 'public').slug}",
    "<uuid:token>": lambda user: make_list(user, "link").token,
    "unsubscribe/<str:token>": lambda user: (
        "unsubscribe/" + alerts.token_of(alerts.save_search("", "All", by=user, frequency="daily"))
    ),
    "reports/<slug:slug>/file": lambda _user: f"reports/{make_filed_report().slug}/file",
    "reports/<slug:slug>/pages/<int:number>.webp": lambda _user: (
        f"reports/{make_filed_report().slug}/pages/1.webp"
    ),
    "v1/reports/<slug:slug>": lambda _user: f"v1/reports/{make_report().slug}",
    "curate/link/<code:code>/": lambda _user: f"curate/link/{make_record().code}/",
    "curate/merge/<code:survivor>/<code:absorbed>/": lambda _user: (
        f"curate/merge/{make_record().code}/{make_record().code}/"
    ),
    "curate/tags/<int:pk>/": lambda _user: f"curate/tags/{make_tag().pk}/",
    "curate/themes/<slug:slug>/": lambda _user: f"curate/themes/{make_theme().slug}/",
    "suggestions/<int:number>/": lambda _user: f"suggestions/{make_suggestion().pk}/",
    "curate/cues/<int:pk>/": lambda _user: f"curate/cues/{make_cue().pk}/",
    "lost/<int:number>/": lambda _user: f"lost/{lost_citation().pk}/",
    "^confirm-email/(?P<key>[-:\\w]+)/$": "confirm-email/abc/",
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-a-b/",
    "admin/autocomplete/": (
        "admin/autocomplete/?app_label=lessons&model_name=link&field_name=target&term=x"
    ),
    "admin/r/<path:content_type_id>/<path:object_id>/": "admin/r/0/0/",
    "^(?P<app_label>accounts|lessons)/$": "lessons/",
    "admin/(?P<url>.*)$": "admin/nowhere/",
    "<id>": lambda _user: make_user().pk,
}


def make_tag() -> Tag:
    return Tag.objects.get_or_create(name="mandate", slug="mandate")[0]


def make_filed_report() -> Report:
    """Make a report whose file is kept here, a PDF with one page."""
    report = make_report(file_sha256=f"{Report.objects.count():064}")
    report.file.save("report.pdf", ContentFile(pdf("One.")))
    return report


def make_job() -> Job:
    return Job.objects.create(kind="read upload", title="Reading")


def make_list(owner: User, visibility: str) -> ReadingList:
    return collecting.make_list("Mine", by=owner, visibility=visibility)


def make_cue() -> Cue:
    return Cue.objects.get_or_create(phrase="lack of", kind="failure")[0]


def comment_on(record: Record) -> int:
    return reviewing.comment(record, "Why?", by=None).pk


def act_of(record: Record) -> str:
    return record.events.first().pgh_context.metadata["act"]


def lost_citation() -> Citation:
    citation = cite(make_record()).citations.get()
    Citation.objects.filter(pk=citation.pk).update(state="lost")
    return citation
