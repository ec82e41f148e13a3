"""A file sent by the web chat's page while the store cannot take it: "later"; once it can, that file counts once."""

from __future__ import annotations

from pathlib import Path

from tests.web_house import CHAT, COOKIE, Clock, build_house, client_of

UPLOAD = f"/chat/{CHAT}/files?id=upload-0001&kind=document&name=a.jpg"


async def test_a_store_that_takes_nothing_means_later(tmp_path: Path) -> None:
    """In place of the store's folder there is something that is none."""
    async with build_house(tmp_path, Clock()) as house, client_of(house) as ada:
        headers = {"Cookie": f"session={COOKIE}", "Origin": "http://notes.example", "X-Requested-With": "chat"}
        (tmp_path / "blobs").write_text("in the way")
        answer = await ada.post(UPLOAD, data=b"picture", headers=headers)
        assert (answer.status, await answer.json()) == (503, {"problem": "later"})
        assert not house.heard
        (tmp_path / "blobs").unlink()
        for _ in range(2):
            answer = await ada.post(UPLOAD, data=b"picture", headers=headers)
            assert (answer.status, await answer.json()) == (200, {"ack": "upload-0001"})
        assert len(house.heard) == 1
