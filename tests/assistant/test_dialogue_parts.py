"""The pure parts of the dialogue, one by one: words, clauses, patterns, fitting, references, state."""

from __future__ import annotations

import pytest

from assistant.dialogue import references
from assistant.dialogue.clauses import clauses, sentences, without_lead, without_tail
from assistant.dialogue.draft import Draft
from assistant.dialogue.fitting import Parts, applied, carried_over, put_back, tidy
from assistant.dialogue.options import choose
from assistant.dialogue.phrases import compile_pattern, language_of, load
from assistant.dialogue.state import Asked, Question, State
from assistant.dialogue.words import words_of
from assistant.engine import Assistant
from assistant.execution import CartValue
from assistant.planner.suggestions import near, of_same_category
from assistant.understanding import read
from core.orders.lines import Choice, Line
from tests.assistant.menus import MENUS

GRILL, TEA = MENUS["grill"], MENUS["tea"]
EN = load("en")
NO_PICKLES = Choice("build", "pickles", "no")
BACON = Choice("add", "bacon")


def _draft(menu: str, *lines: Line, focus: tuple[tuple[int, ...], ...] = ()) -> Draft:
    grammar = Assistant().grammar(MENUS[menu])
    cart = CartValue(lines, ((),) * len(lines))
    return Draft.start(MENUS[menu], EN, lambda text: read(grammar, text), cart, State(focus=focus))


def test_words_know_where_they_stand() -> None:
    words = words_of("Two Lattes, please!")
    assert words.keys == "two lattes , please ! "
    assert words.part(1, 3).said == "Lattes,"
    assert words.without((0, 4)).said == "Lattes, please!"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a tea and make it large", ["a tea", "make it large"]),
        ("two teas no wait three teas", ["two teas", "no wait three teas"]),
        ("that's it, no drinks", ["that's it", "no drinks"]),
        ("a burger with bacon and cheddar", ["a burger with bacon and cheddar"]),
    ],
)
def test_clauses(text: str, parts: list[str]) -> None:
    found = [c.words.said for s, asked in sentences(words_of(text)) for c in clauses(EN, s, asked=asked)]
    assert found == parts


def test_talk_before_and_after_a_clause_is_left_out() -> None:
    assert without_lead(EN, words_of("ok, actually can you make it large")).said == "make it large"
    assert without_tail(EN, words_of("make it large please, thanks")).said == "make it large"


def test_patterns_compile_to_what_they_say() -> None:
    import re  # noqa: PLC0415

    pattern = re.compile(compile_pattern("(change|swap) [the] {old} (to|for) {new}", {}))
    match = pattern.fullmatch("swap the green tea for a red one ")
    assert match is not None
    assert (match["old"], match["new"]) == ("green tea ", "a red one ")
    assert pattern.fullmatch("swap the green tea ") is None


@pytest.mark.parametrize(
    ("text", "language"), [("quiero un café por favor", "es"), ("a tea please", "en"), ("7", "es")]
)
def test_the_language_is_the_one_whose_words_are_used(text: str, language: str) -> None:
    assert language_of(words_of(text), "es") == language


def test_a_no_is_kept_and_an_extra_disappears() -> None:
    plain = Line("classic")
    without = applied(GRILL, plain, Parts(choices=(NO_PICKLES,)))
    assert without.modifiers == (NO_PICKLES,)
    with_bacon = applied(GRILL, without, Parts(choices=(BACON,)))
    assert applied(GRILL, with_bacon, Parts(choices=(Choice("add", "bacon", "no"),))) == without
    assert put_back(GRILL, without, ("build", "pickles")) == plain


def test_a_choice_of_one_replaces_the_other() -> None:
    oat = applied(TEA, Line("taro"), Parts(choices=(Choice("base", "oat"),)))
    assert applied(TEA, oat, Parts(choices=(Choice("base", "coconut"),))).modifiers == (Choice("base", "coconut"),)


def test_a_refused_default_beside_the_one_chosen_says_nothing() -> None:
    line = Line("taro", 1, None, (Choice("base", "dairy", "no"), Choice("base", "oat")))
    assert tidy(TEA, line).modifiers == (Choice("base", "oat"),)


def test_another_item_keeps_what_it_can_have() -> None:
    old = Line("classic", 2, None, (BACON, NO_PICKLES, Choice("cook", "rare")))
    assert carried_over(GRILL, old, Line("halloumi")) == Line("halloumi", 1, None, (BACON, NO_PICKLES))


def test_references_find_lines_by_what_they_are_called() -> None:
    draft = _draft("grill", Line("halloumi", 2), Line("chicken", 1, None, (BACON,)), focus=((0,),))
    assert _meant(draft, "the veggie burgers") == [(0, None)]
    assert _meant(draft, "the bacon one") == [(1, None)]
    assert _meant(draft, "it") == [(0, None)]
    assert _meant(draft, "the second one") == [(0, 1)]
    assert _meant(draft, "one of the halloumi burgers") == [(0, 1)]
    assert _meant(draft, "all of them") == [(0, None), (1, None)]
    assert _meant(draft, "the crumble") == []


def _meant(draft: Draft, text: str) -> list[tuple[int, int | None]]:
    ref = references.whole(draft, words_of(text))
    return [(t.place.line, t.units) for t in references.resolve(draft, ref)] if ref else []


def test_options_are_chosen_by_the_words_they_do_not_share() -> None:
    options = {"mochi": ("Mango mochi",), "sesame": ("Black sesame mochi",)}
    assert choose(("sesam",), options) == ("sesame",)
    assert set(choose(("mochi",), {"a": ("red mochi",), "b": ("green mochi",)})) == {"a", "b"}
    assert choose(("pizza",), options) == ()


def test_near_things_are_suggested_and_only_what_can_be_had() -> None:
    assert near(GRILL, "onion wings")[0] == "rings"
    assert near(GRILL, "stout cakes") == ()
    assert of_same_category(TEA, "bun")[0] in {"mochi", "sesame_mochi", "waffle", "toast"}
    assert "bun" not in of_same_category(TEA, "waffle", limit=9)


def test_state_survives_json() -> None:
    state = State(
        locale="es",
        phase="confirming",
        question=Question("slot", 1, None, "side", ("rings", "slaw"), Line("meal", 2), "word"),
        focus=((1,), (0, 1)),
        past=((Line("cola"),), ()),
        offered=("cola",),
        asked=Asked("price", ("cola",)),
        last_choice=(0, "build", "pickles"),
        failures=1,
        greeted=True,
        finishing=True,
        cart_id="c",
        cart_version=4,
        told_total=1234,
    )
    assert State.from_json(state.to_json()) == state
    assert State.from_json({}) == State()
