"""Submitted demands: their matters, who serves them, what is told, found and counted."""
