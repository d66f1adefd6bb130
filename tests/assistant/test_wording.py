"""Other words may stand for ours only around the same values."""

from __future__ import annotations

import pytest

from assistant.replies.speaker import languages, templates
from assistant.replies.wording import problems, rewordable, sound

PLACED = "placed"  # Your order is placed. Your number is {code}, {total} in total. Thank you!


def _kinds(key: str, text: str, language: str = "en") -> list[str]:
    return [p.kind for p in problems(language, key, text)]


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_template_may_stand_for_itself(language: str) -> None:
    texts = rewordable(language)
    assert len(texts) > 60
    assert sound(language, texts) == texts


def test_other_words_around_the_same_values_may_be_said() -> None:
    assert _kinds(PLACED, "Woohoo, {code} it is! That makes {total}. See you soon!") == []
    assert _kinds("held", "Not a problem. What shall we change?") == []
    assert _kinds("fulfilment", "Bien sûr: {way}.", "fr") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("All done, your number is {code}!", "values"),
        ("{code}, {code}: {total}!", "values"),
        ("{code} for {total}, {name}!", "values"),
        ("{code} is {total.__class__}", "values"),
        ("{code!r} is {total}", "values"),
        ("{code:>900} is {total}", "values"),
        ("{} {}", "values"),
        ("{code {total}", "values"),
        ("{code} is {total}, and 10 more tomorrow", "number"),
        ("{code} is {total}, and \u0661\u0660 more tomorrow", "number"),
        ("{code} is {total}, and ten more tomorrow", "number"),
        ("{code} is {total} $", "number"),
        ("{code}, {total}: pay at https://example.test", "address"),
        ("{code}, {total}. Mail me@example.test", "address"),
        ("{code} for {total}?", "question"),
        ("{code}, {total}. We will not cook it.", "negation"),
        ("{code}, {total}. " + "Thank you ever so much! " * 9, "length"),
        ("{code}\n{total}", "length"),
        ("{code} {total} \u202ethanks", "characters"),
    ],
)
def test_what_would_say_something_else_is_refused(text: str, kind: str) -> None:
    assert kind in _kinds(PLACED, text)
    assert sound("en", {PLACED: text}) == {}


def test_a_shop_greets_in_its_own_words_but_says_that_a_machine_speaks() -> None:
    assert _kinds("disclosure", "Ahoy, this is {shop}'s robot waiter.") == []
    assert _kinds("disclosure", "Willkommen bei {shop}, hier bedient der Automat.", "de") == []
    assert _kinds("disclosure", "Ahoy, this is Anna of {shop}.") == ["machine"]
    assert _kinds("disclosure", "Hier die besten Angebote: {shop}.", "de") == ["machine"]
    assert _kinds("disclosure", "안녕하세요, {shop}의 자동 도우미예요.", "ko") == []


@pytest.mark.parametrize("key", ["privacy_stop", "contains_no", "allergens_unknown", "diet_yes", "injection"])
def test_what_must_be_said_as_it_is_cannot_be_reworded(key: str) -> None:
    assert _kinds(key, str(templates("en")[key])) == ["fixed"]
    assert _kinds("nonsense", "Hello") == ["fixed"]
    assert rewordable("tlh") == {}
