"""Evidence encrypted at rest: keys, and bytes to and from pieces that nobody can read or change without them.

A file is a header (mark, version, the id of the key, a salt of its own) and pieces of ``PIECE`` plain bytes, each in
AES-GCM under a key made of the given one and the salt, so that no nonce is ever used twice. A piece's nonce is its
number and whether it is the last: a file that was cut, or whose pieces changed places, is noticed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.failures import BadKey

if TYPE_CHECKING:  # loaded where something is encrypted: most stores have no key
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
PIECE = 256 * 1024
"""Plain bytes in one piece: how much of a file is held in memory at once."""
_MARK = b"\x89MCEV\x01"
"""The first bytes; the last of them is the version of the form."""
_ID_BYTES = 8
_SALT_BYTES = 16
HEADER_BYTES = len(_MARK) + _ID_BYTES + _SALT_BYTES
_TAG_BYTES = 16
_NUMBER_BYTES = 11


class Tampered(Exception):
    """These bytes are not as they were written."""


class KeyMissing(Exception):
    """The bytes were encrypted with a key that is not among those given; the message holds its id."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The key that encrypts from now on (None: nothing is encrypted any more), and all that can be read with, by id."""

    current: bytes | None
    known: Mapping[bytes, bytes]

    @property
    def current_id(self) -> str | None:
        """The id of the key that encrypts; it tells nothing of the key."""
        return None if self.current is None else _id_of(self.current).hex()


NO_KEYS = Keys(None, {})


def keys_of(current: str | None, old: Iterable[str] = ()) -> Keys:
    """Keys as they are written down: 32 bytes in base64. Raises ``BadKey``, which never quotes one."""
    first = None if current is None else _key(current)
    every = [*([] if first is None else [first]), *(_key(text) for text in old)]
    return Keys(first, {_id_of(key): key for key in every})


class Encrypting:
    """Plain bytes in, encrypted ones out, piece by piece. Raises nothing."""

    def __init__(self, key: bytes, *, salt: bytes | None = None) -> None:
        salt = os.urandom(_SALT_BYTES) if salt is None else salt
        self._header = _MARK + _id_of(key) + salt
        self._cipher = _cipher_of(key, salt)
        self._rest = bytearray()
        self._number = 0
        self._is_begun = False

    def add(self, data: bytes) -> bytes:
        """What can be written of it by now."""
        self._rest += data
        made = self._begun()
        while len(self._rest) > PIECE:  # the last piece is known only at the end
            made += self._piece(bytes(self._rest[:PIECE]), is_last=False)
            del self._rest[:PIECE]
        return bytes(made)

    def end(self) -> bytes:
        """What is left to write."""
        return bytes(self._begun() + self._piece(bytes(self._rest), is_last=True))

    def _begun(self) -> bytearray:
        header = b"" if self._is_begun else self._header
        self._is_begun = True
        return bytearray(header)

    def _piece(self, data: bytes, *, is_last: bool) -> bytes:
        made = self._cipher.encrypt(_nonce(self._number, is_last=is_last), data, self._header)
        self._number += 1
        return made


class Decrypting:
    """Encrypted bytes in, plain ones out, each piece only after it was found whole."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._rest = bytearray()
        self._header = b""
        self._cipher: AESGCM | None = None
        self._number = 0

    def add(self, data: bytes) -> bytes:
        """What can be read of it by now. Raises ``KeyMissing`` and ``Tampered``."""
        self._rest += data
        if self._cipher is None and len(self._rest) < HEADER_BYTES:
            return b""
        made = bytearray()
        cipher = self._cipher or self._begun()
        while len(self._rest) > PIECE + _TAG_BYTES:
            made += self._piece(cipher, bytes(self._rest[: PIECE + _TAG_BYTES]), is_last=False)
            del self._rest[: PIECE + _TAG_BYTES]
        return bytes(made)

    def end(self) -> bytes:
        """The last bytes. Raises ``Tampered`` where some are missing."""
        if self._cipher is None:
            raise Tampered("no header")
        return self._piece(self._cipher, bytes(self._rest), is_last=True)

    def _begun(self) -> AESGCM:
        self._header = bytes(self._rest[:HEADER_BYTES])
        del self._rest[:HEADER_BYTES]
        if not self._header.startswith(_MARK):
            raise Tampered("no header")
        key_id = key_id_of(self._header)
        key = self._keys.known.get(key_id)
        if key is None:
            raise KeyMissing(key_id.hex())
        self._cipher = _cipher_of(key, self._header[-_SALT_BYTES:])
        return self._cipher

    def _piece(self, cipher: AESGCM, data: bytes, *, is_last: bool) -> bytes:
        from cryptography.exceptions import InvalidTag

        try:
            made = cipher.decrypt(_nonce(self._number, is_last=is_last), data, self._header)
        except InvalidTag as error:
            raise Tampered(f"piece {self._number}") from error
        self._number += 1
        return made


def key_id_of(header: bytes) -> bytes:
    """Which key a file's first ``HEADER_BYTES`` name."""
    return header[len(_MARK) : len(_MARK) + _ID_BYTES]


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise BadKey from None
    if len(key) != KEY_BYTES:
        raise BadKey
    return key


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"mystery-client evidence key " + key).digest()[:_ID_BYTES]


def _cipher_of(key: bytes, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, b"mystery-client evidence 1").derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "big") + (b"\x01" if is_last else b"\x00")
