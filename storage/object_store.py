"""Bytes in an S3-compatible store, whose own put is durable and all or nothing; the one ``import obstore``."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import IO, Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import from_url

from storage.blob_folder import CHUNK
from storage.failures import BadUrl, BlobsAway
from storage.s3_access import S3Access

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = timedelta(seconds=5)
SILENCE = timedelta(seconds=30)
"""After which a connection on which nothing comes is given up."""
CALL_TIMEOUT = timedelta(minutes=10)
"""The longest one call may take: a reader may be slow, a store that is silent is noticed sooner."""
RETRIES = 3
RETRY_TIMEOUT = timedelta(seconds=20)
"""A failed call is tried again within this; then whoever asked is told that the store is away."""
AT_START_SECONDS = 15.0
_PROBE = "probe"
"""Written once at each start, to see that writing is allowed."""
_REFUSALS = (PermissionDeniedError, UnauthenticatedError, PermissionError)
_REFUSED = ("403 Forbidden", "401 Unauthorized")
_PROBLEM = 300
"""Characters of the store's own words that are told on."""


class ObjectStore:
    """Keys such as ``sha256/ab/cd/<hash>`` under a bucket's prefix."""

    def __init__(self, url: str, access: S3Access) -> None:
        given = {
            "endpoint": access.endpoint,
            "region": access.region,
            "access_key_id": access.key_id,
            "secret_access_key": access.secret,
            "session_token": access.session_token,
        }
        settings: dict[str, Any] = {name: value for name, value in given.items() if value}
        if not url.startswith("memory:"):
            settings["client_options"] = {
                "allow_http": (access.endpoint or "").startswith("http://"),
                "connect_timeout": CONNECT_TIMEOUT,
                "read_timeout": SILENCE,
                "timeout": CALL_TIMEOUT,
            }
            settings["retry_config"] = {"max_retries": RETRIES, "retry_timeout": RETRY_TIMEOUT}
        else:
            settings = {}
        try:
            self._store = from_url(url, **settings)
        except (BaseError, ValueError) as error:
            raise BadUrl(f"the evidence store cannot be used: {_said(error)}") from None

    async def require_room(self) -> None:
        """Return if the bucket can be listed and written, or if the store is away (logged). Raises ``OSError``."""
        try:
            async with asyncio.timeout(AT_START_SECONDS):
                await anext(obstore.list(self._store, chunk_size=1), None)
                await obstore.put_async(self._store, _PROBE, b"probe")
        except (BaseError, OSError, TimeoutError) as error:
            problem = _mended_by_people(error)
            if problem is not None:
                raise OSError(f"{problem}: {_said(error)}") from error
            log.warning("the evidence store does not answer; files wait until it does", extra={"problem": _said(error)})

    async def require_answer(self) -> None:
        """Return if the bucket can be asked. Raises ``OSError``: also where it is gone."""
        try:
            with _told_as_away():
                await obstore.head_async(self._store, _PROBE)
        except FileNotFoundError:  # written by no start yet, or gone with its bucket: this tells which
            with _told_as_away():
                await anext(obstore.list(self._store, chunk_size=1), None)

    def draft(self) -> IO[bytes]:
        """A file to write to before it is sent."""
        return tempfile.TemporaryFile()

    async def keep(self, file: IO[bytes], key: str, *, anew: bool) -> bool:
        """Put a draft under its key; ``False`` if something lies there already, unless ``anew``: that replaces it."""
        await asyncio.to_thread(file.flush)
        file.seek(0)
        try:
            with _told_as_away():
                await obstore.put_async(self._store, key, file, mode="overwrite" if anew else "create")
        except AlreadyExistsError:
            return False
        return True

    async def pieces(self, key: str) -> AsyncGenerator[bytes, None]:
        """The bytes. Raises ``FileNotFoundError``."""
        with _told_as_away():
            found = await obstore.get_async(self._store, key)
            async for piece in found.stream(CHUNK):
                yield bytes(piece)

    async def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            with _told_as_away():
                await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        with suppress(FileNotFoundError), _told_as_away():
            await obstore.delete_async(self._store, key)

    async def keys(self, under: str) -> AsyncIterator[str]:
        """The keys below a first part."""
        with _told_as_away():
            async for found in obstore.list(self._store, under):
                for entry in found:
                    yield entry["path"]

    async def sweep(self, before: datetime) -> int:  # noqa: ARG002 - drafts have no name there
        """Nothing is left behind."""
        return 0


def _mended_by_people(error: BaseException) -> str | None:
    """What is wrong with the settings; None where waiting may help."""
    said = str(error)
    if isinstance(error, FileNotFoundError) or "NoSuchBucket" in said:
        return "the evidence store has no such bucket"
    if isinstance(error, _REFUSALS) or any(code in said for code in _REFUSED):
        return "the evidence store refuses these keys, or this bucket to them"
    return None


@contextmanager
def _told_as_away() -> Iterator[None]:
    """Whatever the store did not do may be asked again."""
    try:
        yield
    except (FileNotFoundError, AlreadyExistsError, BlobsAway):
        raise
    except (BaseError, OSError) as error:
        raise BlobsAway(f"the evidence store: {_said(error)}") from error


def _said(error: BaseException) -> str:
    """The store's words, without the library's own account of its tries."""
    return " ".join(str(error).partition("Debug source:")[0].split())[:_PROBLEM]
