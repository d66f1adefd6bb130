"""The museum: bugs of other shop systems, each a history that is lived through here, each with a broken control.

`HISTORIES` says where each is: the test, and the control that fails for certain.
"""

from __future__ import annotations

from typing import Final

_FIRST: Final = "tests.orders.test_museum"
_MONEY: Final = "tests.museum.test_money"
_GOODS: Final = "tests.museum.test_goods"

HISTORIES: Final[dict[str, tuple[str, str]]] = {
    "vendure 3508, concurrent checkout of the last unit": (
        f"{_FIRST}:test_the_last_unit_is_sold_once_and_nobody_pays_for_nothing",
        f"{_FIRST}:test_control_checking_before_taking_sells_it_twice",
    ),
    "vendure 3065, paid without goods": (
        f"{_FIRST}:test_the_last_unit_is_sold_once_and_nobody_pays_for_nothing",
        f"{_FIRST}:test_control_checking_before_taking_sells_it_twice",
    ),
    "vendure 4811, an order discount moved onto the remaining lines by a refund": (
        f"{_FIRST}:test_a_refund_leaves_the_discount_of_what_remains",
        f"{_MONEY}:test_control_pricing_what_remains_anew_moves_the_discount",
    ),
    "vendure 2385, a price below zero after a discount": (
        f"{_MONEY}:test_a_discount_never_takes_more_than_there_is",
        f"{_MONEY}:test_control_a_discount_without_a_bound_goes_below_zero",
    ),
    "vendure 2995, a fixed line discount that does not divide": (
        f"{_MONEY}:test_a_discount_that_does_not_divide_is_given_to_the_cent",
        f"{_MONEY}:test_control_rounding_every_unit_loses_a_cent",
    ),
    "medusa 16502, two lines of one stock item": (
        f"{_FIRST}:test_two_lines_of_one_item_are_one_demand",
        f"{_GOODS}:test_control_looking_at_each_line_alone_sells_too_much",
    ),
    "medusa 16569, reservations outside the lock": (
        f"{_GOODS}:test_what_is_reserved_is_counted_where_it_is_locked",
        f"{_GOODS}:test_control_reading_before_the_lock_promises_it_twice",
    ),
    "medusa 16825, an order left without stock or payment when a parallel step fails": (
        f"{_FIRST}:test_no_order_is_left_without_stock_or_payment",
        f"{_GOODS}:test_control_a_step_in_a_transaction_of_its_own_leaves_a_part",
    ),
    "medusa 12401, a negative reserved quantity that cannot be repaired": (
        "tests.inventory.test_repair:test_a_negative_reserved_quantity_is_refused_and_if_forced_in_can_be_repaired",
        f"{_GOODS}:test_control_giving_back_without_a_guard_goes_below_zero",
    ),
    "saleor 12652, completing a checkout against its payment webhook": (
        f"{_FIRST}:test_a_webhook_beside_the_change_of_its_order_charges_once",
        f"{_MONEY}:test_control_a_webhook_that_is_not_known_again_counts_twice",
    ),
    "openfoodnetwork 3925, three cards charged for one order": (
        f"{_MONEY}:test_of_three_cards_one_pays_and_the_others_get_their_money_back",
        f"{_MONEY}:test_control_a_webhook_that_is_not_known_again_counts_twice",
    ),
    "odoo 152259, offline orders synchronised twice": (
        f"{_GOODS}:test_an_order_that_a_till_took_offline_is_one_however_often_it_is_sent",
        f"{_GOODS}:test_control_sent_under_another_name_it_is_two_orders",
    ),
    "wallacepos 83, the same item with and without a modifier in one order": (
        f"{_FIRST}:test_the_same_item_with_and_without_a_modifier_stays_two_lines",
        f"{_GOODS}:test_control_lines_known_by_their_item_alone_become_one",
    ),
    "brot74 61, a negative quantity that raises stock": (
        f"{_FIRST}:test_a_negative_quantity_raises_no_stock_and_pays_nothing_out",
        f"{_GOODS}:test_control_a_quantity_that_nobody_looks_at_changes_the_shelf",
    ),
}
