"""Rasa's tracker and lock stores, made for how the gateway uses them (docs/decisions/0001)."""

from __future__ import annotations

from typing import Any

from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

MOST = 2_000
"""Cases kept in memory; a forgotten one starts anew, its truth stands in the database."""


class RecentTrackerStore(InMemoryTrackerStore):
    """Keeps the cases talked to most recently, and nothing on disk."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save, as the newest; forget the oldest."""
        self.store.pop(tracker.sender_id, None)
        await super().save(tracker)
        while len(self.store) > MOST:
            del self.store[next(iter(self.store))]


class QuickLockStore(InMemoryLockStore):
    """Looks every 20 ms whether a lock is free; Rasa's own looks once a second."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        super().__init__()

    def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = 15,
        wait_time_in_seconds: float = 0.02,
    ) -> Any:
        """As Rasa's, polling quickly."""
        return super().lock(conversation_id, lock_lifetime, 0.02)
