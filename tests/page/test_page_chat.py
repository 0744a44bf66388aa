from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

HTML = "<img src=x onerror='window.hit = 1'>"


def say(page: Page, text: str) -> None:
    page.locator("#message").fill(text)
    page.keyboard.press("Enter")


def done(page: Page) -> None:
    # `expect` would describe the whole page each time it looks, which takes long for long logs.
    page.wait_for_selector("#send:not([hidden]):enabled")


def messages(page: Page) -> Locator:
    return page.locator("#messages > li")


def row(page: Page, kind: str) -> Locator:
    return page.locator("#panel-events .entry").filter(has=page.get_by_text(kind, exact=True))


def show(page: Page, tab: str) -> Locator:
    page.get_by_role("tab", name=tab).click()
    return page.get_by_role("tabpanel", name=tab)


def test_an_answer_streams_into_one_message(page: Page) -> None:
    say(page, "Draw something")
    expect(messages(page).last).to_contain_text("Here is your picture")
    done(page)
    expect(messages(page).filter(has_text="Here is")).to_have_count(1)
    expect(page.locator("#announcer")).to_contain_text("keeper: Here is")
    row(page, "Model").locator("> summary").click()
    expect(row(page, "Model").locator(".facts-line")).to_contain_text(re.compile(r"\d+ fragments"))


def test_tools_show_what_they_got_and_gave(page: Page) -> None:
    say(page, "Draw something")
    done(page)
    expect(page.locator(".call-row")).to_contain_text("draw(size: 32)")
    page.locator(".call-row").click()
    call = row(page, "Tool call")
    expect(call.locator("> summary")).to_be_focused()
    expect(call.locator("pre.json").first).to_contain_text('"size": 32')
    expect(call.locator("> summary")).to_contain_text("tok")
    row(page, "Tool result").locator("> summary").click()
    expect(row(page, "Tool result")).to_contain_text('"version": 0')
    expect(page.locator(".run-head")).to_contain_text("2 model calls")


def test_text_of_anyone_is_never_markup(page: Page) -> None:
    say(page, f"Draw {HTML}")
    done(page)
    say(page, "Pay")
    done(page)
    for tab in ("State", "Artifacts", "Config", "Events"):
        show(page, tab)
    for details in page.locator("details").all():
        details.evaluate("(element) => (element.open = true)")
    for place in ("#messages", "#sessions", "#panel-state", "#panel-artifacts", "#panel-events"):
        expect(page.locator(place)).to_contain_text("onerror=")
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("window.hit") is None


def test_files_can_be_attached_and_taken_away(page: Page) -> None:
    one = {"name": "one.txt", "mimeType": "text/plain", "buffer": b"first"}
    two = {"name": "two.txt", "mimeType": "text/plain", "buffer": b"second"}
    page.locator("#files").set_input_files([one, two])
    page.get_by_role("button", name="Remove two.txt").click()
    say(page, "Look at this")
    done(page)
    with page.expect_download() as downloading:
        messages(page).first.get_by_role("link", name="one.txt").click()
    assert downloading.value.suggested_filename == "one.txt"
    expect(page.get_by_role("link", name="two.txt")).to_have_count(0)


def test_a_tool_waits_for_the_person(page: Page) -> None:
    say(page, "Draw")
    done(page)
    say(page, "Pay")
    expect(page.get_by_text("May this tool run?")).to_be_visible()
    expect(row(page, "Question")).to_contain_text("May pay(amount: 12.5) run?")
    page.get_by_role("button", name="Approve").click()
    done(page)
    expect(page.get_by_text("May this tool run?")).to_have_count(0)
    expect(page.locator(".call-row").last).to_contain_text('{"paid":12.5}'.strip("{}"))


def test_late_results_and_credentials_are_asked_for(page: Page) -> None:
    page.get_by_label("App", exact=True).select_option("tasks")
    expect(page.locator("#empty")).to_contain_text("tasks")
    say(page, "Order")
    result = page.get_by_label("Result, as JSON")
    result.fill("{no")
    page.get_by_role("button", name="Send the result").click()
    assert result.evaluate("(field) => field.validationMessage").startswith("This is not JSON")
    result.fill('{"came": true}')
    page.get_by_role("button", name="Send the result").click()
    expect(messages(page).last).to_contain_text("It has come")
    done(page)
    say(page, "Any mail?")
    page.get_by_label("Key or token").fill("s3cret-key")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator(".call-row").last).to_contain_text('"characters":10')
    done(page)
    assert "s3cret-key" not in page.content()


def test_a_failure_is_told_once(page: Page) -> None:
    for text, button in (("Draw", None), ("Pay", "Reject"), ("More", None)):
        say(page, text)
        if button:
            page.get_by_role("button", name=button).click()
        done(page)
    expect(page.locator("#messages .failure")).to_have_count(1)
    expect(page.locator("#messages .failure")).to_contain_text("the quota is used up")
    expect(row(page, "Error")).to_contain_text("429")


def test_a_run_can_be_stopped(page: Page) -> None:
    page.get_by_label("App", exact=True).select_option("slow")
    expect(page.locator("#empty")).to_contain_text("slow")
    say(page, "Hurry")
    expect(page.locator(".waiting")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    done(page)
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator("#messages .failure")).to_have_count(0)


def test_state_and_files_can_be_inspected(page: Page) -> None:
    say(page, "Draw")
    done(page)
    state = show(page, "State")
    expect(state.get_by_role("heading", name="User")).to_be_visible()
    expect(state.locator("dd").filter(has_text="blue")).to_have_count(1)
    files = show(page, "Artifacts")
    files.get_by_text("blue.png").click()
    picture = files.get_by_alt_text("Preview")
    expect(picture).to_have_js_property("naturalWidth", 32)
    with page.expect_download() as downloading:
        files.get_by_role("button", name="Download").click()
    assert downloading.value.suggested_filename == "blue.png"


def test_a_rewind_takes_state_and_messages_back(page: Page) -> None:
    say(page, "Draw")
    done(page)
    messages(page).first.hover()
    page.get_by_role("button", name="Rewind to before this message").click()
    page.get_by_role("button", name="Rewind", exact=True).click()
    expect(messages(page)).to_have_count(0)
    expect(page.get_by_label("Message", exact=True)).to_have_value("Draw")
    expect(row(page, "Rewind")).to_have_count(1)
    expect(page.locator("#panel-events .rewound")).to_have_count(4)
    expect(show(page, "State")).not_to_contain_text("basket")


def test_sessions_are_chosen_renamed_and_deleted(page: Page) -> None:
    say(page, "The first one")
    done(page)
    page.get_by_role("button", name="New", exact=True).click()
    say(page, "The second one")
    done(page)
    sessions = page.locator("#sessions")
    expect(sessions.locator(".session")).to_have_count(2)
    sessions.get_by_role("button", name="The first one").first.click()
    expect(messages(page).first).to_contain_text("The first one")
    page.reload()
    expect(messages(page).first).to_contain_text("The first one")
    sessions.locator("li", has_text="The first one").hover()
    page.get_by_role("button", name="Rename The first one").click()
    page.get_by_label("Name", exact=True).fill(f"Renamed {HTML}")
    page.keyboard.press("Enter")
    expect(page.locator("#chat-title")).to_have_text(f"Renamed {HTML}")
    sessions.locator("li", has_text="Renamed").hover()
    page.get_by_role("button", name="Delete Renamed").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(sessions.locator(".session")).to_have_count(1)
    expect(page.locator("#chat-title")).to_have_text("New session")


@pytest.mark.parametrize("slow", ["**/list-apps", "**/sessions", "**/sessions/*"])
def test_what_is_said_while_a_session_is_opened_goes_to_it(page: Page, slow: str) -> None:
    say(page, "Draw")
    done(page)
    held: list[Route] = []
    page.route(slow, lambda route: held.append(route), times=1)
    with page.expect_request(slow):
        page.reload()
    say(page, "Pay")
    held[0].continue_()
    expect(page.get_by_text("May this tool run?")).to_be_visible()
    expect(page.locator("#messages .mine .bubble")).to_have_text(["Draw", "Pay"])
    expect(page.locator("#sessions .session")).to_have_count(1)
    assert page.locator("#message").input_value() == ""


def test_everything_works_by_keyboard(page: Page) -> None:
    expect(page.locator("#empty")).to_contain_text("shop")
    page.locator("#chat-title").click()
    page.keyboard.press("/")
    page.keyboard.type("Draw")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("please")
    page.keyboard.press("Control+Enter")
    done(page)
    expect(messages(page).first.locator(".bubble")).to_have_text("Draw\nplease")
    page.locator("#message").blur()
    page.keyboard.press("1")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(row(page, "User").locator("> summary")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row(page, "Tool call").locator("pre.json").first).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Artifacts")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_agents_that_speak_at_the_same_time_have_a_message_each(page: Page) -> None:
    said = [
        {"author": author, "partial": True, "content": {"parts": [{"text": text}]}}
        for author, text in [("a", "One "), ("b", "Three "), ("a", "two."), ("b", "four.")]
    ]
    noted: Any = {"author": "a", "actions": {"agentState": {}}}
    whole = {"author": "b", "content": {"parts": [{"text": "Three four."}]}}
    texts = page.evaluate(
        """async (events) => {
            const { Log, textOf } = await import("/page/log.js");
            const log = new Log(events);
            return [log.growing.size, ...log.entries.map((entry) => textOf(entry.event))];
        }""",
        [*said, noted, whole],
    )
    assert texts == [1, "One two.", "Three four.", ""]


def test_a_long_log_stays_quick(page: Page, opened: Callable[..., Any], site: Any) -> None:
    path = f"/apps/shop/users/{page.evaluate('localStorage[`adkconf.user`]')}/sessions"
    events = [
        {"author": "user" if n % 2 else "keeper", "invocationId": f"e-{n // 4}",
         "content": {"role": "user", "parts": [{"text": f"event {n} " + "word " * 20}]}}
        for n in range(1000)
    ]  # fmt: skip
    page.request.post(f"{site.url}{path}", data={"sessionId": "long", "events": events})
    page.reload()
    page.locator("#sessions .session").click()
    page.wait_for_selector("#panel-events .run:nth-child(250)")
    say(page, "One more")
    done(page)
    assert page.evaluate("document.querySelectorAll('*').length") < 25_000
    scrolled = "(list) => list.scrollHeight - list.scrollTop - list.clientHeight"
    assert page.locator("#scroll").evaluate(scrolled) < 2
