"""Files that people send to the desk: read with a limit, their kind checked by their content."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bot.web.guard import MOST_FIELDS, Posted, read_posted, refuse_nul

MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_FILES = 10
NAME_LONGEST = 120
FORM_PARTS = 65_536
"""Bytes of what comes beside the files: fields and the marks between parts."""
LARGEST_DIRECTORY = 2**18
"""Bytes of a ZIP's list of its files, read whole; that of a document of 100 pictures has 10 KB."""
_END, _END_BYTES = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_END_64, _END_64_BYTES = b"PK\x06\x06", 56
_STARTS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


@dataclass(frozen=True)
class UploadedFile:
    """A file as sent; its name is fit to be shown and stored, not to be used as a path."""

    name: str
    kind: str  # a key of MEDIA_TYPES; empty: of a kind that is not taken, without its content
    content: bytes

    @property
    def media_type(self) -> str:
        """For the Content-Type of a download."""
        return MEDIA_TYPES.get(self.kind, "")


Files = dict[str, list[UploadedFile]]


async def read_attached(
    request: Request, page_limit: int, upload_limit: int, kinds: tuple[str, ...]
) -> tuple[Posted, Files]:
    """A form to which files may be attached: multipart with them, else like any other.

    A file of another kind comes with `kind` empty: what was typed beside it is not lost.
    Raises HTTPException 413, 415, 400.
    """
    if _is_multipart(request):
        return await read_upload(request, upload_limit, kinds, strict=False)
    return await read_posted(request, page_limit), {}


async def read_upload(
    request: Request, limit: int, kinds: tuple[str, ...], *, strict: bool = True
) -> tuple[Posted, Files]:
    """The fields and files of a multipart form of at most `limit` bytes in all.

    `kinds`: keys of MEDIA_TYPES. An empty file field is left out.
    Raises HTTPException 413 (too large), 415 (no multipart form, or, if `strict`, a file of another
    kind), 400 (not readable).
    """
    if not _is_multipart(request):
        raise HTTPException(415)
    parser = MultiPartParser(
        request.headers,
        _limited(request, limit + FORM_PARTS),
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
    )
    posted: Posted = {}
    files: Files = {}
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError, KeyError, ClientDisconnect):
        raise HTTPException(400) from None
    try:
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                refuse_nul((name, value))
                posted.setdefault(name, []).append(value)
            elif value.filename:
                files.setdefault(name, []).append(await _read(value, limit, kinds, strict))
    finally:
        await form.close()
    return posted, files


def _is_multipart(request: Request) -> bool:
    return request.headers.get("Content-Type", "").lower().startswith("multipart/form-data")


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > limit:
            raise HTTPException(413)
        yield chunk


async def _read(file: UploadFile, limit: int, kinds: tuple[str, ...], strict: bool) -> UploadedFile:
    content = await file.read()
    if len(content) > limit:
        raise HTTPException(413)
    kind = await run_in_threadpool(kind_of, content)  # WeChat's calls share the event loop
    if kind not in kinds:
        if strict:
            raise HTTPException(415)
        return UploadedFile(file.filename or "", "", b"")
    return UploadedFile(clean_name(file.filename or "", kind), kind, content)


def kind_of(content: bytes) -> str:
    """The key of MEDIA_TYPES that the content is of, whatever its name says; empty: none."""
    for start, kind in _STARTS.items():
        if content.startswith(start):
            return kind
    if not content.startswith(b"PK\x03\x04") or _directory_bytes(content) > LARGEST_DIRECTORY:
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    # A document with macros may call itself docx.
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return ""
    return next((kind for name, kind in _OFFICE.items() if name in names), "")


def _directory_bytes(content: bytes) -> int:
    """How long a ZIP says that its list of files is, where zipfile looks for it."""
    at = len(content) - _END_BYTES
    if not content.startswith(_END, max(at, 0)) or content[-2:] != b"\0\0":
        at = content.rfind(_END)  # a comment follows
    said = int.from_bytes(content[at + 12 : at + 16], "little")
    before = at - _LOCATOR_BYTES - _END_64_BYTES
    located = before >= 0 and content.startswith(_LOCATOR, at - _LOCATOR_BYTES)
    if located and content.startswith(_END_64, before):
        said = int.from_bytes(content[before + 40 : before + 48], "little")
    return said


def clean_name(name: str, kind: str) -> str:
    """The file's own name without folders and control characters, ending as its kind does."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem = re.sub(r'[\x00-\x1f\x7f"<>|:*?\u202a-\u202e\u2066-\u2069]', "", last).rsplit(".", 1)[0]
    return f"{stem.strip('. ')[:NAME_LONGEST] or 'file'}.{kind}"
