"""What a photo told besides the picture, as values; ``storage.exif`` reads them out of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Captured:
    """When a photo was taken, by its device's clock. ``at`` is aware if the device told its offset, else naive."""

    at: datetime

    @property
    def is_aware(self) -> bool:
        """Whether it is a moment; otherwise it is wall-clock time of wherever the device was."""
        return self.at.tzinfo is not None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a photo tells besides the picture. Anything missing or absurd is None: unknown, never a sign of fraud."""

    captured: Captured | None = None
    latitude: float | None = None
    longitude: float | None = None
    device: str | None = None
