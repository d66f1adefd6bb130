"""Invoices of Telegram."""
