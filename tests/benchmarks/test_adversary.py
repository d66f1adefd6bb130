"""The adversary and the seeded faults do no harm to the product, and do find what is broken on purpose."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from assistant.commands import AddLine, Command
from assistant.execution import CartValue, Outcome, execute
from assistant.understanding import compile_menu, read
from assistant.understanding.certificate import Certificate, certificate_of
from assistant.understanding.checker import Fault, check
from core.catalogue.menu import Menu
from scripts.benchmarks import gold
from scripts.benchmarks.adversary import attack
from scripts.benchmarks.checking import SEEDS, share_found


def test_no_proposal_breaks_a_rule() -> None:
    damage = attack(4000, 20, seed=7)
    assert damage.proposals == 4000
    assert damage.carried_out > 1000
    assert damage.refused > 1000
    assert dict(damage.violations) == {}
    assert dict(damage.exceptions) == {}


def _obedient(menu: Menu, cart: CartValue, command: Command) -> Outcome:
    """A broken executor: adds whatever it is told."""
    if isinstance(command, AddLine):
        return Outcome(replace(cart, lines=(*cart.lines, command.line), causes=(*cart.causes, command.causes)))
    return execute(menu, cart, command)


def test_an_executor_that_obeys_is_found_out() -> None:
    damage = attack(2000, 10, seed=7, carry_out=_obedient)
    broken = {what.split(": ", 1)[1] for what in damage.violations}
    assert broken >= {
        "a mad quantity",
        "an item that is not on the menu",
        "a modifier that the item does not take",
        "a variation that the item has not",
        "an order without limits",
        "more of a group than there may be",
        "more of what is sold out",
        "one modifier twice",
    }


def _raising(_menu: Menu, _cart: CartValue, command: Command) -> Outcome:
    raise KeyError(command.kind)


def test_exceptions_are_counted_and_do_not_stop_the_attack() -> None:
    damage = attack(200, 10, carry_out=_raising)
    assert damage.exceptions.total() == damage.proposals == 200
    assert damage.carried_out == 0


def _proof() -> tuple[Menu, Certificate]:
    menu = gold.menus(["coffee"])["coffee"]
    reading = read(compile_menu(menu), "two large lattes with oat milk no foam and a croissant")
    return menu, certificate_of(reading)


def _blind(_menu: Menu, _certificate: Certificate) -> list[Fault]:
    return []


def test_seeded_faults_change_a_certificate_that_was_right() -> None:
    menu, proof = _proof()
    assert check(menu, proof) == []
    for at in range(len(proof.lines)):
        for name, seed in SEEDS.items():
            assert seed(Random(1), menu, proof, at) != proof, name


def test_a_blind_checker_finds_nothing_and_ours_most() -> None:
    proofs = [_proof()] * 20
    seeded, found = share_found(proofs)
    assert set(seeded) >= {"no lost", "one more", "line dropped", "modifier of nowhere", "other item"}
    assert found.total() > 0.5 * seeded.total()
    assert found["one more"] == seeded["one more"] == 20
    assert share_found(proofs, _blind)[1].total() == 0
