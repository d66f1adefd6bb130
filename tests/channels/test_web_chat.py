"""The web chat, by a real server: sessions, messages once, news in order, also after a break."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from channels import web
from channels.web.limits import Rate
from comanda.live import Live
from core import merchants, messaging
from core.messaging import Content
from core.settings import Settings
from tests.channels.served import Json, Served, bearer, hear, hear_until, saying, tell, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from comanda.drain import Drain
    from core.db.session import Database
    from core.merchants import MerchantView

NOTHING: Json = {
    "type": "cart",
    "lines": [],
    "subtotal": "$0.00",
    "tax": "",
    "total": "$0.00",
    "currency": "USD",
    "order": None,
}


@pytest.fixture
def serve(database: Database, shop: MerchantView, drain: Drain, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts the web chat of the shop; arguments replace those of `web.Deps`."""
    running: list[Served] = []

    def choose(slug: str) -> MerchantView:
        with database.read() as session:
            return merchants.by_slug(session, slug or shop.slug)

    def served(**changes: Any) -> Served:  # noqa: ANN401 - as documented
        live = Live()
        database.on_commit(lambda committed: live.publish(committed.topics))
        given = {
            "database": database,
            "drain_lane": drain.lane,
            "quietly": drain.quietly,
            "live": live,
            "settings": Settings(_env_file=None, data_path=tmp_path, chat_origins=["https://bakery.example"]),
            "choose_shop": choose,
        }
        running.append(Served(web.Deps(**{**given, **changes})))
        return running[-1]

    yield served
    for server in running:
        server.stop()


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    """The web chat as it is."""
    return serve()


def _of(frames: list[Json], kind: str) -> list[Json]:
    return [frame for frame in frames if frame["type"] == kind]


def test_the_reply_is_there_when_the_message_is_posted(served: Served) -> None:
    token = served.token()
    frame = saying("a flat white")
    answer = served.post(token, frame)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["type"], body["client_msg_id"], body["seq"]) == ("ack", frame["client_msg_id"], 1)
    reply, cart = body["events"]
    assert (reply["seq"], reply["direction"], reply["text"]) == (2, "out", "You said: a flat white")
    assert (reply["kind"], reply["options"], "client_msg_id" in reply) == ("text", [], False)
    assert cart == NOTHING
    assert served.get(token, "cart") == NOTHING


def test_a_message_posted_again_counts_once(served: Served) -> None:
    token = served.token()
    frame = saying("a flat white")
    first, again = served.post(token, frame).json(), served.post(token, frame).json()
    assert first == again
    assert texts(served.get(token, "messages", after=0)["events"]) == [
        (1, "in", "a flat white"),
        (2, "out", "You said: a flat white"),
    ]


def test_another_session_cannot_use_up_an_id(served: Served) -> None:
    frame = saying("mine")
    for _ in range(2):
        token = served.token()
        assert served.post(token, frame).json()["seq"] == 1
        assert len(texts(served.get(token, "messages")["events"])) == 2


def test_a_session_goes_on_with_its_token_and_only_at_its_shop(
    served: Served, database: Database, shop: MerchantView
) -> None:
    with database.begin() as uow:
        other = merchants.create_merchant(uow, name="Other", slug="other", currency="EUR", locale="de-DE")
        merchants.add_location(uow, other.id, name="Platz")
    token = served.token()
    served.post(token, saying("hello"))
    answer = served.http.post("/api/v1/chat/session", json={"shop": "juniper", "token": token}).json()
    assert answer["shop"] == {"name": "Juniper", "locale": "en-US", "slug": "juniper"}
    with database.read() as session:
        assert [c.id for c in messaging.conversations(session, shop.id)] == [answer["conversation"]]
    assert len(texts(served.get(answer["token"], "messages")["events"])) == 2
    elsewhere = served.http.post("/api/v1/chat/session", json={"shop": "other", "token": token}).json()
    assert elsewhere["conversation"] is None
    assert served.get(elsewhere["token"], "messages", wait=0)["events"][0]["total"] == "0,00\xa0€"


def test_a_shop_that_is_not_there_is_not_found(served: Served) -> None:
    assert served.http.post("/api/v1/chat/session", json={"shop": "nowhere"}).status_code == 404


@pytest.mark.parametrize("header", [{}, bearer("x.y"), {"Authorization": "Bearer"}, {"Authorization": "Basic x"}])
def test_without_a_token_of_ours_nothing_is_said_or_read(
    served: Served, database: Database, shop: MerchantView, header: dict[str, str]
) -> None:
    assert served.http.post("/api/v1/chat/messages", json=saying("hello"), headers=header).status_code == 401
    assert served.http.get("/api/v1/chat/messages", headers=header).status_code == 401
    assert served.http.get("/api/v1/chat/cart", headers=header).status_code == 401
    with database.read() as session:
        assert messaging.conversations(session, shop.id) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_msg_id": "1"}, "client_msg_id"),
        ({"text": ""}, "text"),
        ({"text": "\u200b \x00"}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"choice": "x" * 201}, "choice"),
        ({"choice": 7}, "choice"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_on_both_ways(
    served: Served, database: Database, shop: MerchantView, changes: Json, field: str
) -> None:
    token = served.token()
    frame = saying("hello") | changes
    answer = served.post(token, frame)
    assert (answer.status_code, field in answer.json()["detail"]) == (422, True)
    with served.chat(token) as line:
        assert hear(line) == NOTHING
        tell(line, frame)
        problem = hear(line)
        assert (problem["type"], problem["code"], field in problem["message"]) == ("error", "invalid_input", True)
        assert problem.get("client_msg_id") == (None if field == "client_msg_id" else frame["client_msg_id"])
        tell(line, {"type": "ping"})
        assert hear(line) == {"type": "pong"}
    with database.read() as session:
        assert messaging.conversations(session, shop.id) == ()


def test_a_talk_over_a_socket(served: Served) -> None:
    token = served.token()
    with served.chat(token) as line:
        assert hear(line) == NOTHING
        frame = saying("ask")
        tell(line, frame)
        heard = hear_until(line, lambda f: f.get("direction") == "out")
        assert _of(heard, "ack") == [{"type": "ack", "client_msg_id": frame["client_msg_id"], "seq": 1}]
        said, question = _of(heard, "message")
        assert (said["direction"], said["client_msg_id"]) == ("in", frame["client_msg_id"])
        assert (question["kind"], question["options"]) == (
            "question",
            [{"id": "small", "label": "Small cup"}, {"id": "large", "label": "Large cup"}],
        )
        tell(line, saying("free coffee", choice="large"))
        heard = hear_until(line, lambda f: f.get("direction") == "out")
        assert texts(heard) == [(3, "in", "Large cup"), (4, "out", "You said: Large cup (large)")]


def test_a_message_sent_again_over_another_socket_counts_once(served: Served) -> None:
    token = served.token()
    frame = saying("once")
    for _ in range(3):
        with served.chat(token) as line:
            tell(line, frame)
            heard = hear_until(line, lambda f: f["type"] == "ack")
            assert heard[-1]["seq"] == 1
    assert len(texts(served.get(token, "messages")["events"])) == 2


def test_after_a_break_everything_missed_comes_once_and_in_order(served: Served) -> None:
    token = served.token()
    for number in range(3):
        served.post(token, saying(f"message {number}"))
    with served.chat(token, last_seq=3) as line:
        heard = hear_until(line, lambda f: f["type"] == "cart")
    assert [seq for seq, _, _ in texts(heard)] == [4, 5, 6]


def test_breaks_at_every_moment_lose_and_double_nothing(served: Served) -> None:
    token = served.token()
    dice = random.Random(7)
    seen: dict[int, str] = {}
    frames = [saying(f"message {number}") for number in range(12)]
    for frame in frames:
        acknowledged = False
        while not acknowledged:
            with served.chat(token, max(seen, default=0)) as line:
                tell(line, frame)
                for _ in range(dice.randrange(4)):
                    try:
                        event = hear(line, within=2)
                    except TimeoutError:
                        break  # all there is to hear was heard over an earlier line
                    if event["type"] == "message":
                        assert event["seq"] not in seen
                        assert event["seq"] == max(seen, default=0) + 1
                        seen[event["seq"]] = event["text"]
                    acknowledged = acknowledged or event["type"] == "ack"
    # The last reply may still be on its way: nobody listens on a socket any more.
    served.get(token, "messages", after=2 * len(frames) - 1, wait=20)
    log = texts(served.get(token, "messages")["events"])
    assert [text for _, way, text in log if way == "in"] == [frame["text"] for frame in frames]
    assert [text for _, way, text in log if way == "out"] == [f"You said: {frame['text']}" for frame in frames]
    assert seen == {seq: text for seq, _, text in log[: len(seen)]}


def test_two_tabs_see_the_same(served: Served) -> None:
    token = served.token()
    with served.chat(token) as left, served.chat(token) as right:
        assert hear(right) == NOTHING
        tell(left, saying("hello from the left"))
        heard = hear_until(right, lambda f: f.get("direction") == "out")
    assert texts(heard) == [(1, "in", "hello from the left"), (2, "out", "You said: hello from the left")]


def test_what_the_shop_says_by_itself_is_pushed(served: Served, database: Database, shop: MerchantView) -> None:
    token = served.token()
    with served.chat(token) as line:
        tell(line, saying("hello"))
        hear_until(line, lambda f: f.get("direction") == "out")
        with database.read() as session:
            (conversation,) = messaging.conversations(session, shop.id)
        with database.begin() as uow:
            messaging.say(uow, conversation.id, Content("Your order is ready.", "notice"), ref="ready:1")
        event = hear_until(line, lambda f: f["type"] == "message")[-1]
        assert (event["seq"], event["kind"], event["text"]) == (3, "notice", "Your order is ready.")


def test_a_page_without_a_socket_waits_for_news(served: Served) -> None:
    token = served.token()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(served.get, token, "messages", after=0, wait=10)
        time.sleep(0.2)
        assert not waiting.done()
        served.post(token, saying("hello"))
        assert texts(waiting.result(timeout=60)["events"])[0] == (1, "in", "hello")
    began = time.monotonic()
    assert texts(served.get(token, "messages", after=2, wait=0.2)["events"]) == []
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "hello",
    [
        {"type": "hello", "token": "forged.token", "last_seq": 0},
        {"type": "hello", "last_seq": 0},
        {"type": "hello", "token": "TOKEN", "last_seq": -1},
        {"type": "hello", "token": "TOKEN", "last_seq": "0"},
        {"type": "message", "token": "TOKEN"},
    ],
)
def test_a_socket_without_a_good_hello_is_closed(served: Served, hello: Json) -> None:
    token = served.token()
    with served.socket() as line:
        tell(line, {k: token if v == "TOKEN" else v for k, v in hello.items()})
        assert hear(line)["type"] == "error"
        with pytest.raises(ConnectionClosed) as closed:
            hear(line)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


@pytest.mark.parametrize("raw", ["", "no json", "[]", "7", "null", '{"type":"dance"}', "{}", "[" * 9000])
def test_a_strange_frame_is_answered_and_the_talk_goes_on(served: Served, raw: str) -> None:
    with served.chat(served.token()) as line:
        assert hear(line) == NOTHING
        line.send(raw)
        assert hear(line)["type"] == "error"
        tell(line, {"type": "ping"})
        assert hear(line) == {"type": "pong"}


@pytest.mark.parametrize(("frame", "code"), [("x" * 16_385, 1009), (b"{}", 1008), ("é" * 8_193, 1009)])
def test_a_frame_too_large_or_not_text_ends_the_talk(served: Served, frame: str | bytes, code: int) -> None:
    with served.chat(served.token()) as line:
        line.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                hear(line)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        ("http://HOST", True),
        ("https://bakery.example", True),
        ("http://localhost:8000", True),
        ("https://evil.example", False),
        ("http://bakery.example", False),
        ("https://bakery.example.evil.example", False),
        ("null", False),
        (None, True),
    ],
)
def test_only_our_pages_and_those_that_embed_us_open_sockets(
    served: Served, origin: str | None, *, welcome: bool
) -> None:
    origin = origin.replace("HOST", served.host) if origin else None
    if welcome:
        with served.socket(origin=origin) as line:
            tell(line, {"type": "hello", "token": served.token(), "last_seq": 0})
            assert hear(line)["type"] == "resume"
    else:
        with pytest.raises(InvalidStatus) as refused, served.socket(origin=origin):
            pass
        assert refused.value.response.status_code == 403


def test_who_sends_too_fast_is_told_to_wait_and_others_are_not(serve: Callable[..., Served]) -> None:
    served = serve(messages=Rate(burst=3, per_second=0.001))
    token, other = served.token(), served.token()
    statuses = [served.post(token, saying("hello")).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert served.post(other, saying("hello")).status_code == 200
    assert len(texts(served.get(token, "messages")["events"])) == 6
    with served.chat(token) as line:
        frame = saying("hello")
        tell(line, frame)
        problem = _of(hear_until(line, lambda f: f["type"] == "error"), "error")[0]
        assert (problem["code"], problem["client_msg_id"]) == ("too_many", frame["client_msg_id"])


def test_sessions_are_not_made_without_end(serve: Callable[..., Served]) -> None:
    served = serve(sessions=Rate(burst=2, per_second=0.001))
    statuses = [served.http.post("/api/v1/chat/session", json={}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_quiet_line_is_kept_awake(serve: Callable[..., Served]) -> None:
    served = serve(ping_seconds=0.05)
    with served.chat(served.token()) as line:
        assert hear(line) == NOTHING
        assert hear(line) == {"type": "ping"}
        tell(line, {"type": "pong"})
        assert hear(line) == {"type": "ping"}


def test_the_reply_comes_though_another_worker_has_the_lane(serve: Callable[..., Served], drain: Drain) -> None:
    served = serve(drain_lane=lambda _: 0)
    drain.start(1)
    try:
        body = served.post(served.token(), saying("hello")).json()
    finally:
        assert drain.stop()
    assert texts(body["events"]) == [(2, "out", "You said: hello")]


def test_the_page_and_its_files_come_with_a_strict_policy(served: Served) -> None:
    for path, kind in (("/", "text/html"), ("/widget.js", "text/javascript"), ("/static/chat.js", "text/javascript")):
        answer = served.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert policy.endswith("frame-ancestors 'self' https://bakery.example")
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = served.http.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert served.http.get("/static/nothing.js").status_code == 404
    assert served.http.get("/static/..%2f__init__.py").status_code == 404
