"""The evidence store as the settings describe it."""

from __future__ import annotations

from bot.config import Secret, Settings
from storage.blobs import Blobs, S3Access
from storage.encryption import Keys, keys_of


def blobs_of(settings: Settings, url: str | None = None) -> Blobs:
    """The store at EVIDENCE_URL, or at another address with the same keys. Raises ``BadUrl``. Nothing is asked yet."""
    access = S3Access(
        endpoint=settings.aws_endpoint_url,
        region=settings.aws_region,
        key_id=_open(settings.aws_access_key_id),
        secret=_open(settings.aws_secret_access_key),
    )
    return Blobs(url or settings.evidence_url, access=access, keys=keys_in(settings))


def keys_in(settings: Settings) -> Keys:
    """The keys evidence is encrypted with."""
    old = _open(settings.evidence_keys_old)
    return keys_of(_open(settings.evidence_key), [] if old is None else old.split(","))


def _open(secret: Secret | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
