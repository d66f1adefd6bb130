"""WhatsApp by Meta."""
