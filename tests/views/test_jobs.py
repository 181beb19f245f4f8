"""The pages of jobs: how far they are, what came of them, and the button that cancels."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from lessons import jobs
from lessons.models import Job
from tests.job_worker import DATABASE_TASKS, HANDLERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queued(settings):
    settings.JOBS, settings.TASKS = HANDLERS, DATABASE_TASKS


@pytest.fixture
def job(analyst: User) -> Job:
    return jobs.start("count", by=analyst, title="Counting to three", to=3)


def test_a_running_job_shows_how_far_it_is_and_asks_again(signed_in, analyst, job: Job) -> None:
    Job.objects.update(state="running", done=1, total=3, message="Chapter 2")
    page = signed_in(analyst).get(job.get_absolute_url()).content.decode()
    assert '<progress id="bar-' in page
    assert 'value="1" max="3"' in page
    assert "Chapter 2" in page
    assert f'hx-get="{job.get_absolute_url()}"' in page
    assert "<noscript>" in page


def test_a_page_that_asks_gets_the_progress_alone_and_at_the_end_loads_anew(
    signed_in, analyst: User, job: Job
) -> None:
    client = signed_in(analyst)
    part = client.get(job.get_absolute_url(), headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith("<div")
    jobs.perform.call(job.pk)
    end = client.get(job.get_absolute_url(), headers={"HX-Request": "true"})
    assert end["HX-Refresh"] == "true"
    page = client.get(job.get_absolute_url()).content.decode()
    assert "hx-get" not in page
    assert 'href="/lessons/"' in page


def test_a_job_that_failed_says_why_where_it_is_looked_for(
    signed_in, analyst: User, job: Job
) -> None:
    Job.objects.update(state="failed", error="Line 3 has <no> title.", ended_at=timezone.now())
    client = signed_in(analyst)
    assert "Line 3 has &lt;no&gt; title." in client.get(job.get_absolute_url()).content.decode()
    assert "failed" in client.get("/curate/jobs/").content.decode()


def test_it_is_said_when_nobody_works(signed_in, analyst: User, job: Job) -> None:
    page = signed_in(analyst).get(job.get_absolute_url())
    assert b"no worker is running" not in page.content
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert b"no worker is running" in signed_in(analyst).get(job.get_absolute_url()).content


def test_the_button_cancels_and_a_second_press_says_that_it_is_over(
    signed_in, analyst: User, job: Job
) -> None:
    client = signed_in(analyst)
    address = f"{job.get_absolute_url()}cancel/"
    assert client.post(address, follow=True).status_code == 200
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert b"ended already" in client.post(address, follow=True).content


def test_the_jobs_of_others_are_seen_by_admins_alone(
    signed_in, reviewer: User, admin: User, job: Job
) -> None:
    client = signed_in(reviewer)
    assert b"Counting to three" not in client.get("/curate/jobs/").content
    assert client.get(job.get_absolute_url()).status_code == 404
    assert client.post(f"{job.get_absolute_url()}cancel/").status_code == 404
    assert b"Counting to three" in signed_in(admin).get("/curate/jobs/").content


def test_the_list_asks_the_same_queries_for_many(
    signed_in, analyst: User, job: Job, django_assert_max_num_queries
) -> None:
    client = signed_in(analyst)
    for _number in range(3):
        jobs.start("count", by=analyst, title="Counting", to=3)
    with django_assert_max_num_queries(3):  # session, user, jobs
        client.get("/curate/jobs/")
