"""Payments: how orders are paid, by whom, and what goes back."""

from core.payments import events, rules, states
from core.payments.errors import PaymentClosed, RefundTooLarge
from core.payments.service.applying import apply
from core.payments.service.opening import (
    adjust,
    cancel_payment,
    expire,
    open_payment,
    pay_by,
    pay_by_link,
    take_at_counter,
)
from core.payments.service.reading import advance, all_of_order, by_link, of_order, payment, refunds_of_order, still_due
from core.payments.service.refunding import refund, retried, retry_refund
from core.payments.service.tasks import begin_task, end_task, look_again, task_faulty, task_refused
from core.payments.views import Applied, PaymentView, ProviderFact, RefundView, Task

__all__ = [
    "Applied",
    "PaymentClosed",
    "PaymentView",
    "ProviderFact",
    "RefundTooLarge",
    "RefundView",
    "Task",
    "adjust",
    "advance",
    "all_of_order",
    "apply",
    "begin_task",
    "by_link",
    "cancel_payment",
    "end_task",
    "events",
    "expire",
    "look_again",
    "of_order",
    "open_payment",
    "pay_by",
    "pay_by_link",
    "payment",
    "refund",
    "refunds_of_order",
    "retried",
    "retry_refund",
    "rules",
    "states",
    "still_due",
    "take_at_counter",
    "task_faulty",
    "task_refused",
]
