"""A person takes over a conversation: ownership, queue, chat, closing, and the live feed."""
