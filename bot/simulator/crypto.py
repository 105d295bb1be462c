"""The platform's side of the encryption, written from 消息加解密说明, apart from the gateway's."""

from __future__ import annotations

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


class SealError(Exception):
    """A reply that cannot be opened."""


def sign(*parts: str) -> str:
    """SHA-1 of the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def seal(aes_key: str, app_id: str, message: str) -> str:
    """`message` encrypted for the account."""
    body = message.encode()
    plain = os.urandom(16) + struct.pack(">I", len(body)) + body + app_id.encode()
    pad = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def unseal(aes_key: str, app_id: str, secret: str) -> str:
    """The message in `secret`. Raises SealError, also when it names another account."""
    try:
        decryptor = _cipher(aes_key).decryptor()
        plain = decryptor.update(base64.b64decode(secret)) + decryptor.finalize()
        plain = plain[16 : -plain[-1]]
        (length,) = struct.unpack(">I", plain[:4])
        message, owner = plain[4 : 4 + length].decode(), plain[4 + length :].decode()
    except (ValueError, struct.error, IndexError) as error:
        raise SealError(type(error).__name__) from None
    if owner != app_id:
        raise SealError("another account")
    return message
