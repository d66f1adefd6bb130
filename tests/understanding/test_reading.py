"""What the reading tells the dialogue: determiners, loose parts, questions, corrections, expectations, notes."""

from __future__ import annotations

import threading
import time

from assistant.understanding import Expecting, compile_menu, read, read_tokens, tokenize
from core.catalogue.format import menu_from_json
from tests.understanding import shop


def test_how_a_line_was_introduced() -> None:
    grammar = shop.grammar("espresso")
    said = {
        "a vanilla latte": "indefinite",
        "two cappuccinos": "number",
        "the cappuccino": "definite",
        "another cappuccino": "another",
        "one of the cappuccinos with oat milk": "partitive",
        "cappuccino": "none",
    }
    assert {text: read(grammar, text).lines[0].determiner for text in said} == said


def test_parts_without_an_item_are_loose() -> None:
    grammar = shop.grammar("espresso")
    modifier = read(grammar, "with oat milk please").loose[0]
    assert (modifier.kind, modifier.values[0]) == ("modifier", ("milk", "oat"))
    without = read(grammar, "no whipped cream").loose[0]
    assert (without.pre_modifier, without.values[0]) == ("no", ("add", "whip"))
    assert without.negation == (0,)
    number = read(grammar, "two").loose[0]
    assert (number.kind, number.quantity) == ("quantity", 2)
    size = read(shop.grammar("burgers"), "large").loose[0]
    assert size.kind == "variation"
    assert ("coca_cola", "large") in size.values


def test_a_question_orders_nothing() -> None:
    reading = read(shop.grammar("espresso"), "How much is a vanilla latte?")
    assert reading.lines == ()
    assert [r.line.item for r in reading.asked_lines] == ["vanilla_latte"]


def test_an_order_after_a_question_is_an_order() -> None:
    reading = read(shop.grammar("espresso"), "Do you have oat milk? Then a cappuccino please.")
    assert [r.line.item for r in reading.lines] == ["cappuccino"]


def test_what_is_taken_back_is_not_ordered_but_accounted_for() -> None:
    reading = read(shop.grammar("burgers"), "two cheeseburgers, no, make that three cheeseburgers")
    assert [(r.line.item, r.line.quantity) for r in reading.lines] == [("cheeseburger", 3)]
    assert "two" in [reading.tokens[p].folded for p in reading.retracted]


def test_declining_is_no_order_and_no_doubt() -> None:
    reading = read(shop.grammar("burgers"), "a hamburger and no sides or drinks")
    assert [r.line.item for r in reading.lines] == ["hamburger"]
    assert reading.words(reading.declined) == "no sides or drinks"
    assert reading.unexplained == ()


def test_a_size_of_an_item_sold_in_one_size_is_noted() -> None:
    reading = read(shop.grammar("burgers"), "a large coleslaw")
    assert [(r.line.item, r.line.variation) for r in reading.lines] == [("slaw", None)]
    assert reading.notes == ("one size: slaw",)


def test_options_of_what_is_unclear() -> None:
    unclear = read(shop.grammar("burgers"), "a chicken sandwich").unclear[0]
    assert (unclear.kind, set(unclear.options)) == ("item", {"crispy_chicken", "grilled_chicken"})


def test_this_or_that_is_asked() -> None:
    reading = read(shop.grammar("espresso"), "a cappuccino or a vanilla latte")
    assert reading.lines == ()
    assert set(reading.unclear[0].options) == {"cappuccino", "vanilla_latte"}


def test_an_expectation_chooses_between_senses_and_adds_none() -> None:
    grammar = shop.grammar("burgers")
    asked = Expecting(items=frozenset({"grilled_chicken"}))
    assert [r.line.item for r in read(grammar, "the chicken sandwich", expecting=asked).lines] == ["grilled_chicken"]
    assert read(grammar, "yes please", expecting=asked).lines == ()


def test_a_stretch_of_a_message_can_be_read_alone() -> None:
    text = "swap the fries for onion rings"
    tokens = tokenize(text)
    reading = read_tokens(shop.grammar("burgers"), tokens[4:], text=text)
    assert [r.line.item for r in reading.lines] == ["onion_rings"]


def test_spanish_over_an_english_menu() -> None:
    reading = read(shop.grammar("espresso"), "Dos chocolates calientes sin crema batida, por favor")
    assert [(r.line.item, r.line.quantity) for r in reading.lines] == [("cocoa", 2)]
    assert [(m.modifier, m.pre_modifier) for m in reading.lines[0].line.modifiers] == [("whip", "no")]


def test_a_grammar_is_shared_between_threads() -> None:
    grammar = compile_menu(shop.menu("burgers"))
    texts = [f"{n} chesseburgers wth bacn and smal fryes" for n in range(2, 40)]
    alone = [read(grammar, t) for t in texts]
    results: dict[int, list[object]] = {}

    def work(key: int) -> None:
        results[key] = [read(grammar, t) for t in texts]

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(results[k] == alone for k in range(4))


def test_prices_and_stock_do_not_change_what_is_understood() -> None:
    data = {
        "name": "Tiny",
        "currency": "USD",
        "items": [{"id": "soup", "name": "Lentil soup", "price": "4.00", "available": False}],
    }
    reading = read(compile_menu(menu_from_json(data)), "two lentil soups")
    assert [(r.line.item, r.line.quantity) for r in reading.lines] == [("soup", 2)]


def test_three_hundred_items_compile_in_about_a_second_of_work() -> None:
    dishes = ("soup", "salad", "burger", "curry", "bowl", "wrap")
    makers = ("chicken", "beef", "tofu", "salmon", "mushroom", "lentil", "shrimp", "egg", "bacon", "spinach")
    styles = ("spicy", "smoky", "classic", "golden", "honey garlic")
    data = {
        "name": "Large",
        "currency": "USD",
        "items": [
            {"id": f"{s}-{m}-{d}", "name": f"{s} {m} {d}", "price": "9.00", "category": d}
            for s in styles
            for m in makers
            for d in dishes
        ],
    }
    menu = menu_from_json(data)
    assert len(menu.items) == 300
    begun = time.thread_time()
    grammar = compile_menu(menu)
    assert time.thread_time() - begun < 4.0  # a second on a quiet core; others share its caches here
    begun = time.thread_time()
    reading = read(grammar, "can I get two spicy chicken burgers and a honey garlic tofu bowl please")
    assert time.thread_time() - begun < 0.1
    assert [(r.line.item, r.line.quantity) for r in reading.lines] == [
        ("spicy-chicken-burger", 2),
        ("honey garlic-tofu-bowl", 1),
    ]
