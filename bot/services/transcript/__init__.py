"""What was said, filed and found again, and what the assistant learns from it."""
