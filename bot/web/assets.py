"""Styles and scripts that pages load: addresses with a fingerprint, kept by browsers for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.settings import ROOT

NODE_MODULES = ROOT / "node_modules"
STATIC = Path(__file__).resolve().parent / "static"
FOREVER = "public, max-age=31536000, immutable"


class AssetMissingError(Exception):
    """A file of the pages is not installed; the message names it and the way out."""


@dataclass(frozen=True)
class _Asset:
    content: bytes
    packed: bytes
    digest: str
    media_type: str


class Assets:
    """Files by name, read once at the start. Raises AssetMissingError."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._assets = {name: _read(path) for name, path in files.items()}

    def path(self, name: str) -> str:
        """Where `name` is found below the pages' address; another content has another path."""
        return f"assets/{self._assets[name].digest}/{name}"

    async def serve(self, request: Request) -> Response:
        """GET assets/{digest}/{name}; an old page gets the present file, not to be kept."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("not found", 404)
        current = request.path_params["digest"] == asset.digest
        headers = {
            "Cache-Control": FOREVER if current else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return Response(asset.content, headers=headers, media_type=asset.media_type)
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, headers=headers, media_type=asset.media_type)


def _read(path: Path) -> _Asset:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise AssetMissingError(f"{path} is missing: run `make setup`") from None
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    digest = hashlib.sha256(content).hexdigest()[:16]
    return _Asset(content, gzip.compress(content, 9, mtime=0), digest, media_type)
