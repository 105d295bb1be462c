"""Hashes and verifies passwords (argon2id), a few at a time: each takes 64 MiB and 50 ms."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()
_turns = BoundedSemaphore(2)
NOBODY = HASHER.hash("nobody has this password")
"""Verified in place of an unknown account's, so that the answer takes as long."""


def hash_password(password: str) -> str:
    """For staff.password_hash. Call it outside of transactions: it takes its time."""
    with _turns:
        return HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether it is the password. Call it outside of transactions: it takes its time."""
    with _turns:
        try:
            return HASHER.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
