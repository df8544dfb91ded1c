"""Files from and for visitors: in gradio's own cache, which the page empties now and then."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from gradio_client.utils import is_file_obj_with_meta

from backend.disk_space import is_disk_full
from backend.errors import InputError
from backend.text import shown


def file_of(name: str, content: bytes) -> str:
    """The path of a file with this content; its folder is named by a hash of it.

    It may be another visitor's as well, who reads it at this moment: it is there whole or not at
    all. InputError where the disk is full.
    """
    folder, own = Path(get_upload_folder()), f"{uuid4().hex}.partial"
    try:
        partial = Path(save_bytes_to_cache(content, own, str(folder)))
        return str(partial.replace(partial.with_name(Path(name).name)))
    except OSError as error:
        for partial in folder.glob(f"*/{own}"):
            partial.unlink()
        if not is_disk_full(error):
            raise
        raise InputError("disk_full") from None


def path_of(file: object, otherwise: str) -> Path:
    """Where gradio has put an upload. It refuses other paths, but only in files marked as such.

    InputError with the code `otherwise` for what is no upload; another for one that is not there
    any more.
    """
    if not isinstance(file, dict) or not is_file_obj_with_meta(file):
        raise InputError(otherwise)
    path = Path(file["path"])
    if not path.is_file():
        raise InputError("file_gone", name=shown(path.name))
    return path


def named_path_of(file: Any, otherwise: str = "no_pictures") -> tuple[str, Path]:
    """(the visitor's name of it, path) of a file that came through the API.

    InputError with the code `otherwise` for what is no upload.
    """
    path = path_of(file, otherwise)
    return str(file.get("orig_name") or path.name), path


def named_paths_of(files: object, name: str) -> list[tuple[str, Path]]:
    """(the visitor's name of it, path) of each file in a list, which has that name in the API.

    InputError for what is no list of uploads; None is an empty one.
    """
    if files is not None and not isinstance(files, list | tuple):
        raise InputError("not_files", name=name, value=shown(files))
    return [named_path_of(file) for file in files or ()]
