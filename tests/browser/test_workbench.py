"""The workbench in a browser: real selections, keys, and what appears without a reload."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from lessons import evidence
from lessons.models import Kind, PassageReading, Record, Report
from tests.browser.conftest import Open
from tests.browser.test_journeys import sign_in
from tests.factories import make_published, make_record, make_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# The first holds a character of two UTF-16 units before what is selected, and the same words twice.
TEXTS = (
    "\U0001f54a The mission was warned in January. Nobody acted. Nobody acted on it in March.",
    "The force was cut instead. It should have been made larger, as Gen. Dallaire had asked.",
    "A clear mandate must come before a deployment, not after it.",
    "The annex lists who was present.",
    "The cable was read in New York.",
)
BENCH = "/curate/reports/{}/"

# Where words stand on the screen, so that a mouse can be dragged over them.
BOXES = """(text, words) => {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    const start = text.textContent.lastIndexOf(words), range = document.createRange();
    let at = 0;
    for (let node = walker.nextNode(); node; at += node.length, node = walker.nextNode()) {
        const place = (offset) => Math.min(Math.max(offset - at, 0), node.length);
        if (start >= at && start < at + node.length) range.setStart(node, place(start));
        const end = start + words.length;
        if (end > at && end <= at + node.length) range.setEnd(node, place(end));
    }
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
    const first = boxes[0], last = boxes[boxes.length - 1];
    return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
}"""


@pytest.fixture(scope="module")
def reports(seeded: str, django_db_blocker: Any) -> Iterator[Report]:
    """Make a report for each test, committed before any test begins its transaction."""
    with django_db_blocker.unblock():
        made = [make_report(TEXTS, title=f"Report {n}", language="en") for n in range(20)]
        for one in made:
            passage = one.passages.get(ordinal=2)
            draft = make_record(Kind.FAILURE, title=f"Force of {one.slug} cut")
            evidence.cite(draft, passage, "The force was cut instead", by=None)
            make_published(title=f"Force of {one.slug} praised", passage=passage)
    return iter(made)


@pytest.fixture
def report(reports: Iterator[Report]) -> Report:
    return next(reports)


@pytest.fixture
def bench(open_page: Open, report: Report) -> Callable[..., Page]:
    """Return a function that opens the report's workbench as the analyst."""

    def open_(name: str = "analyst", query: str = "", **options: Any) -> Page:
        page = open_page(**{"viewport": {"width": 1440, "height": 900}, **options})
        sign_in(page, name, BENCH.format(report.slug) + query)
        page.wait_for_load_state()
        return page

    return open_


def text(page: Page, ordinal: int) -> Locator:
    return page.locator(f"#p-{ordinal} .text")


def drag(page: Page, words: str, ordinal: int, to: tuple[str, int] | None = None) -> None:
    """Select ``words`` (their last place in the passage) with the mouse, or on to other words."""
    left, top, right, bottom = text(page, ordinal).evaluate(BOXES, words)
    if to:
        _left, _top, right, bottom = text(page, to[1]).evaluate(BOXES, to[0])
    page.mouse.move(left + 0.5, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=4)
    page.mouse.move(right - 0.5, bottom, steps=4)
    page.mouse.up()


def selected(page: Page) -> str:
    return page.evaluate("getSelection().toString()")


def without_reload(page: Page) -> None:
    """Leave a mark on the window that a new document would not have."""
    page.evaluate("window.hereBefore = true")


def still_there(page: Page) -> None:
    assert page.evaluate("window.hereBefore") is True


def record_of(title: str) -> Record:
    return Record.objects.get(title=title)


def said(page: Page) -> Locator:
    return page.locator("#main > .message")


def test_words_selected_with_the_mouse_become_a_lesson(bench: Any, report: Report) -> None:
    page = bench()
    without_reload(page)
    drag(page, "Nobody acted", 1)
    assert selected(page) == "Nobody acted"
    page.get_by_role("toolbar").get_by_role("button", name="lesson").click()
    expect(page.locator("#id_title")).to_be_focused()
    expect(page.locator(".panel blockquote")).to_have_text("Nobody acted")
    page.keyboard.type(f"Act on a warning, {report.slug}")
    page.get_by_label("Statement").fill("A warning binds whoever receives it.")
    page.get_by_label("Tags").fill("warning")
    page.get_by_role("button", name="Save the draft").click()
    record_code = page.locator("#p-1 .chip")
    expect(record_code).to_have_count(1)
    record = record_of(f"Act on a warning, {report.slug}")
    expect(record_code).to_have_text(record.code)
    expect(text(page, 1).locator("mark.lesson")).to_have_text("Nobody acted")
    expect(page.locator(f"#r-{record.pk}")).to_contain_text(record.title)
    expect(said(page)).to_contain_text(record.code)
    expect(page.locator("#p-1")).to_be_focused()
    expect(page.locator("#panel")).to_be_empty()
    still_there(page)
    citation = record.citations.get()
    assert (citation.exact, citation.start) == ("Nobody acted", TEXTS[0].rindex("Nobody acted"))
    assert page.evaluate("document.querySelectorAll('#toolbar').length") == 1


def test_selected_words_go_from_the_analyst_over_the_reviewer_to_the_public(
    bench: Any, report: Report, open_page: Open
) -> None:
    title = f"Heed the first warning, {report.slug}"
    analyst = bench()
    drag(analyst, "warned in January", 1)
    analyst.get_by_role("toolbar").get_by_role("button", name="lesson").click()
    analyst.get_by_label("Title").fill(title)
    analyst.get_by_label("Statement").fill("A warning binds whoever receives it.")
    analyst.get_by_role("button", name="Save the draft").click()
    expect(analyst.locator("#p-1 .chip")).to_have_count(1)
    address = record_of(title).get_absolute_url()
    analyst.goto(address)
    analyst.get_by_role("button", name="Send to review").click()

    reviewer = bench("reviewer")
    reviewer.goto("/curate/")
    reviewer.get_by_role("link", name=title).click()
    expect(reviewer.locator(".evidence blockquote")).to_have_text("warned in January")
    reviewer.get_by_role("button", name="Publish").click()

    public = open_page(viewport={"width": 390, "height": 844})
    public.goto(address)
    expect(public.locator(".evidence blockquote")).to_have_text("warned in January")
    public.get_by_role("link", name="Read it in the report").click()
    expect(text(public, 1).locator("mark.cited")).to_have_text("warned in January")


def test_the_last_step_can_be_undone_where_it_was_taken(bench: Any, report: Report) -> None:
    page = bench()
    page.locator("#p-5").focus()
    page.keyboard.press("r")
    expect(page.locator("#p-5")).to_have_class(re.compile("read"))
    page.locator("form.undo").get_by_role("button").click()
    expect(page.locator("#p-5")).not_to_have_class(re.compile(r"\bread\b"))
    assert not PassageReading.objects.filter(passage=report.passages.get(ordinal=5)).exists()


def test_everything_goes_by_keyboard(bench: Any, report: Report) -> None:
    page = bench()
    without_reload(page)
    for _step in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("#p-2")).to_be_focused()
    page.keyboard.press("s")
    assert selected(page).strip() == "The force was cut instead."
    page.keyboard.press("s")
    assert selected(page).startswith("It should have been made larger")
    page.keyboard.press("j")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert selected(page) == "A clear mandate"
    expect(page.get_by_role("toolbar")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type(f"Mandate first, {report.slug}; rejectm")  # no key of ours in a field
    page.keyboard.press("Tab")
    page.keyboard.type("Give a mandate before the force.")
    page.get_by_label("Tags").focus()
    page.keyboard.press("Enter")
    expect(text(page, 3).locator("mark.recommendation")).to_have_text("A clear mandate")
    expect(page.locator("#p-3")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("#p-4.empty")).to_have_count(1)
    expect(page.locator("#p-5")).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator("#p-5.read")).to_have_count(1)
    still_there(page)
    states = PassageReading.objects.filter(passage__report=report).order_by("passage__ordinal")
    assert [one.state for one in states] == ["empty", "read"]
    expect(page.locator(".figures")).to_contain_text("1 of 5 passages left")


def test_the_keyboard_quotes_a_sentence_with_nothing_selected(bench: Any, report: Report) -> None:
    page = bench()
    page.keyboard.press("j")
    page.keyboard.press("f")
    box = page.get_by_label("Nobody acted.", exact=True)
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_contain_text("New failure")
    expect(page.locator(".panel blockquote")).to_have_text("Nobody acted.")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_empty()
    expect(page.locator("#p-1")).to_be_focused()


def test_words_are_cited_in_a_record_that_is_there(bench: Any, report: Report) -> None:
    page = bench()
    without_reload(page)
    draft = record_of(f"Force of {report.slug} cut")
    drag(page, "made larger", 2)
    page.keyboard.press("c")
    expect(page.locator("#find-record")).to_be_focused()
    page.keyboard.type(f"force of {report.slug}")
    choices = page.locator("#candidates label")
    expect(choices.filter(has_text=draft.title)).to_have_count(1)
    expect(choices.filter(has_text="praised")).to_have_count(0)  # published: a reviewer's
    choices.filter(has_text=draft.title).click()
    page.get_by_role("button", name="Cite", exact=True).click()
    expect(text(page, 2).locator(f'mark[data-records~="{draft.pk}"]')).to_have_count(2)
    still_there(page)
    assert set(draft.citations.values_list("exact", flat=True)) == {
        "The force was cut instead", "made larger",
    }  # fmt: skip


def test_overlapping_quotations_show_all_their_records(bench: Any, report: Report) -> None:
    page = bench()
    both = text(page, 2).locator("mark.deep")
    expect(both).to_have_text("The force was cut instead")
    both.hover()
    lit = page.locator(".bench-records .lit")
    expect(lit).to_have_count(2)
    draft = record_of(f"Force of {report.slug} cut")
    page.locator(f"#r-{draft.pk}").hover()
    expect(page.locator("#text mark.lit")).to_have_text(["The force was cut instead"])
    whole = record_of(f"Force of {report.slug} praised")
    page.locator(f"#r-{whole.pk} .title a").focus()
    expect(page.locator("#text mark.lit")).to_have_count(2)
    page.locator("h1").hover()
    expect(page.locator(".lit")).to_have_count(0)


def test_a_selection_over_two_passages_quotes_the_first_and_says_so(
    bench: Any, report: Report
) -> None:
    page = bench()
    drag(page, "after it.", 3, to=("annex", 4))
    expect(page.locator("#spilled")).to_be_visible()
    page.get_by_role("toolbar").get_by_role("button", name="actor").click()
    expect(page.locator(".panel blockquote")).to_have_text("after it.")


def test_a_mistake_in_the_form_is_shown_where_it_is(bench: Any, report: Report) -> None:
    page = bench()
    drag(page, "A clear mandate", 3)
    page.keyboard.press("l")
    page.get_by_label("Title").fill("Mandates")
    page.get_by_label("Statement").fill("   ")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator(".panel .errorlist")).to_contain_text("This field is required.")
    expect(page.get_by_label("Title")).to_have_value("Mandates")
    expect(page.locator(".panel blockquote")).to_have_text("A clear mandate")


def test_a_form_is_fetched_once_and_leaves_the_text_alone(bench: Any, report: Report) -> None:
    page = bench()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#p-4").evaluate("passage => { passage.hereBefore = true; }")
    page.locator("#p-4").get_by_role("link", name="Quote").click()
    expect(page.locator(".panel .sentences")).to_be_visible()
    page.locator(".panel").get_by_role("link", name="Close").click()
    expect(page.locator("#panel")).to_be_empty()
    assert [url.partition("/curate/")[2] for url in asked] == [f"reports/{report.slug}/4/"]
    assert page.locator("#p-4").evaluate("passage => passage.hereBefore")


def test_the_keys_can_be_switched_off(bench: Any, report: Report) -> None:
    page = bench()
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator(".passage:focus")).to_have_count(0)
    page.reload()
    page.keyboard.press("j")
    expect(page.locator(".passage:focus")).to_have_count(0)
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".passage:focus")).to_have_count(1)


def test_it_works_without_scripts(bench: Any, report: Report) -> None:
    page = bench(java_script_enabled=False)
    page.locator("#p-3").get_by_role("link", name="Quote").click()
    page.get_by_label("A clear mandate must come").check()
    page.get_by_role("button", name="New lesson").click()
    page.get_by_label("Title").fill(f"Mandates, {report.slug}")
    page.get_by_label("Statement").fill("First the mandate.")
    page.get_by_role("button", name="Save the draft").click()
    expect(text(page, 3).locator("mark.lesson")).to_have_text(TEXTS[2])
    page.locator("#p-4").get_by_role("button", name="Nothing here").click()
    expect(page.locator("#p-4.empty")).to_have_count(1)
    page.locator("#p-5").get_by_role("link", name="Quote").click()
    page.get_by_label("The cable was read").check()
    page.get_by_role("button", name="Cite in an existing record").click()
    page.get_by_label("Code or words").fill(f"Mandates, {report.slug}")
    page.get_by_role("button", name="Find").click()
    page.get_by_label(f"Mandates, {report.slug}").check()
    page.get_by_role("button", name="Cite", exact=True).click()
    expect(text(page, 5).locator("mark.lesson")).to_have_text(TEXTS[4])


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SELECT = """text => {
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


@pytest.mark.parametrize("locale", ["en-GB", "fr-CA"])
def test_it_fits_a_phone_and_answers_to_touch(locale: str, bench: Any, report: Report) -> None:
    page = bench(**PHONE, locale=locale)
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) == 390
    text(page, 3).evaluate(SELECT)
    tool = page.locator("#toolbar button[data-what=lesson]")
    expect(tool).to_be_in_viewport()
    assert page.evaluate(wide) == 390
    tool.tap()
    expect(page.locator(".panel blockquote")).to_have_text(TEXTS[2])
    assert page.evaluate(wide) == 390
    page.locator("#id_title").fill(f"Touched, {report.slug}")
    page.locator("#id_statement").fill("By hand.")
    page.locator(".panel .made button").tap()
    expect(text(page, 3).locator("mark.lesson")).to_have_text(TEXTS[2])
    page.locator(".to-records a").first.tap()
    expect(page.locator("#records-title")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_of_it_shuts_anybody_out(scheme: Any, bench: Any, report: Report) -> None:
    page = bench(color_scheme=scheme, reduced_motion="reduce")
    states = {
        "plain": lambda: None,
        "toolbar": lambda: drag(page, "A clear mandate", 3),
        "new": lambda: page.keyboard.press("l"),
        "choose": lambda: page.locator("#p-1").get_by_role("link", name="Quote").click(),
        "cite": lambda: page.goto(f"{BENCH.format(report.slug)}1/cite/?quotation=warned&q=force"),
        "keys": lambda: page.get_by_role("button", name="Keys").click(),
        "list": lambda: page.goto("/curate/reports/"),
    }
    found = {}
    for state, reach in states.items():
        reach()
        page.wait_for_load_state("networkidle")
        violations = Axe().run(page).response["violations"]
        grave = [
            (one["id"], [node["html"][:160] for node in one["nodes"]][:3])
            for one in violations
            if one["impact"] in {"serious", "critical", "moderate"}
        ]
        if grave:
            found[state] = grave
    assert not found
