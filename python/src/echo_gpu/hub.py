"""Models of the Hugging Face hub: what a name means, and where its files are.

The rules are the command's: what exists as a path is that path; else ``ORG/NAME`` or
``ORG/NAME@REVISION`` is a model of the hub, taken from the cache of huggingface_hub without asking
the hub, and fetched if it is not there. ``hf://ORG/NAME`` is the hub's in any case.
``echo-tiny`` and ``echo-small`` are short for the published models, ``yucongzh/echo-tiny-0828`` and
``yucongzh/echo-small-0824``.
"""

from __future__ import annotations

import os
import shutil
import warnings
from pathlib import Path
from typing import Any

from ._formats.atomic import appearing
from ._models.hub_cache import (
    CHECKPOINT,
    CONFIGURATION,
    Repository,
    Snapshot,
    default_root,
    find,
    is_name,
    is_offline,
    is_revision,
)
from ._models.hub_errors import is_temporary, no_checkpoint, refusal
from ._models.published import full_name
from .errors import EchoError, ModelError, UsageError

__all__ = ["pull", "resolve"]

_DEFAULT = "main"


# What training scripts call their checkpoints.
_OF_PYTORCH = (".pth", ".pt", ".ckpt")


def resolve(
    name_or_path: str | os.PathLike[str],
    *,
    revision: str = _DEFAULT,
    cache_dir: str | os.PathLike[str] | None = None,
    local_files_only: bool = False,
    token: str | bool | None = None,
) -> str:
    """Give the path of a model, fetched from the hub if it is of it and not in the cache.

    Parameters
    ----------
    name_or_path
        ``"demo"``; a folder with model.safetensors or a .safetensors file; ``ORG/NAME`` of the hub,
        with ``@REVISION`` behind it or ``hf://`` before it where wanted; ``echo-tiny`` and
        ``echo-small``, which are short for the published models if no path is called so.
    revision
        A branch, tag or commit of the hub's model. A commit never changes: name one where results
        must be repeatable.
    cache_dir
        The cache; None for that of huggingface_hub (``HF_HUB_CACHE``).
    local_files_only
        True: the hub is not asked.
    token
        Who asks: a token; None for the one of ``HF_TOKEN`` or ``hf auth login``; False for none.

    Returns
    -------
    str
        ``"demo"``, the path as it was given, or the folder of the model in the cache. What is none
        of these is returned as it is: opening it says so.

    Raises
    ------
    ModelError
        Of kind ``"hub"`` (68), if the model is neither in the cache nor on the hub; of kind
        ``"model"`` (78), where the repository has no model.safetensors.
    UsageError
        If a revision is given twice, or for a path.
    """
    repository = _repository(name_or_path, revision)
    if repository is None:
        if revision != _DEFAULT:
            raise UsageError(
                f"revision {revision!r} is given, and {os.fspath(name_or_path)} is no model of the "
                "hub. Leave it out, or write hf://ORG/NAME."
            )
        path = os.fspath(name_or_path)
        if path.endswith(_OF_PYTORCH):
            raise ModelError(
                f"{path}: is a checkpoint of PyTorch by its name. Make a model of it once, by "
                f"'python -m echo_gpu convert {path}', and name that folder."
            )
        return path
    root = Path(cache_dir).absolute() if cache_dir is not None else default_root()
    cached = find(root, repository)
    if cached is not None and cached.is_complete:
        return str(cached.folder)
    return str(_fetched(repository, root, cached, local_files_only=local_files_only, token=token))


def pull(
    name: str,
    *,
    revision: str = _DEFAULT,
    cache_dir: str | os.PathLike[str] | None = None,
    token: str | bool | None = None,
    to: str | os.PathLike[str] | None = None,
) -> Path:
    """Fetch a model of the hub, where the cache lacks it or the revision has moved on.

    Parameters
    ----------
    name
        ``ORG/NAME`` or ``ORG/NAME@REVISION``; ``echo-tiny`` and ``echo-small`` for short.
    revision, cache_dir, token
        As for `resolve`.
    to
        A folder for copies of the files, made if missing.

    Returns
    -------
    pathlib.Path
        The folder with model.safetensors: ``to``, or that of the cache.

    Raises
    ------
    ModelError, UsageError
        As `resolve` does.
    EchoError
        Of kind ``"create"`` or ``"write"``, if ``to`` cannot be written.
    """
    plain = name.removeprefix("hf://")
    repository = _repository("hf://" + plain, revision)
    if repository is None:
        raise UsageError(f"{name} is no model of the hub. Write ORG/NAME or ORG/NAME@REVISION.")
    root = Path(cache_dir).absolute() if cache_dir is not None else default_root()
    folder = _fetched(repository, root, find(root, repository), token=token)
    return folder if to is None else _copied(folder, Path(to))


def model_name(name_or_path: str | os.PathLike[str], revision: str = _DEFAULT) -> str | None:
    """Give what a model of the hub is called in results, such as ``ORG/NAME``; None for all else.

    Parameters
    ----------
    name_or_path, revision
        As for `resolve`.
    """
    repository = _repository(name_or_path, revision)
    return None if repository is None else repository.id


def _repository(name_or_path: str | os.PathLike[str], revision: str) -> Repository | None:
    """Give the hub's model that a text means; None for everything else."""
    if not isinstance(name_or_path, str) or name_or_path == "demo":
        return None
    name, _, own = name_or_path.removeprefix("hf://").partition("@")
    is_hub = name_or_path.startswith("hf://") or not (
        os.path.exists(name_or_path) or name_or_path.endswith(".safetensors")  # noqa: PTH110
    )
    name = full_name(name)
    if not is_hub or not is_name(name) or ("@" in name_or_path and not own):
        return None
    if own and revision not in (_DEFAULT, own):
        raise UsageError(
            f"{name_or_path} names revision {own!r}, and revision={revision!r}. Give one."
        )
    chosen = own or revision
    if not is_revision(chosen):
        raise UsageError(f"revision {chosen!r} is no branch, tag or commit. Use such as 'main'.")
    return Repository(name, chosen)


def _fetched(
    repository: Repository,
    root: Path,
    cached: Snapshot | None,
    *,
    local_files_only: bool = False,
    token: str | bool | None = None,
) -> Path:
    """Ask the hub, unless that is forbidden or impossible; then the cache has to do."""
    if local_files_only or is_offline():
        why = "local_files_only is set" if local_files_only else "HF_HUB_OFFLINE is set"
        return _from_cache(repository, root, cached, why, "Unset it, or copy the cache here.")
    try:
        import huggingface_hub as hub  # noqa: PLC0415
    except ImportError:
        why = "huggingface_hub, which fetches models, is not installed"
        remedy = "Install it: pip install 'echo-gpu[hub]'. Or name a folder that has the model."
        return _from_cache(repository, root, cached, why, remedy)
    try:
        return _download(hub, repository, root, token)
    except ModelError:
        raise
    except Exception as error:  # What its HTTP client raises is of no one family.
        if cached is None or not is_temporary(error):
            raise refusal(error, repository, token) from error
        failure = str(refusal(error, repository, token))
        warnings.warn(f"{failure} The commit of the cache is used.", stacklevel=4)
        return cached.folder


def _from_cache(
    repository: Repository, root: Path, cached: Snapshot | None, why: str, remedy: str
) -> Path:
    if cached is None:
        raise ModelError(
            f'{repository.id}: {root} lacks revision "{repository.revision}", and {why}. {remedy}',
            code=68,
            kind="hub",
        )
    if not cached.is_complete:
        unknown = f"the cache does not know whether there is a {CONFIGURATION}; none is assumed"
        warnings.warn(f"{repository.id}: {unknown}", stacklevel=5)
    return cached.folder


def _download(hub: Any, repository: Repository, root: Path, token: str | bool | None) -> Path:
    """Fetch the two files that the encoder reads, both of one commit.

    The hub is asked for the commit first, since a download alone falls back to the cache without a
    word. Then file by file, because that makes the cache remember that a file is not there:
    `snapshot_download` does not, and would ask the hub each time.
    """
    information = hub.HfApi(token=token).model_info(repository.id, revision=repository.revision)
    files = [sibling.rfilename for sibling in information.siblings or []]
    if CHECKPOINT not in files:
        raise no_checkpoint(repository, files)
    options = {"cache_dir": str(root), "token": token}
    checkpoint = Path(
        hub.hf_hub_download(repository.id, CHECKPOINT, revision=repository.revision, **options)
    )
    folder = checkpoint.parent
    try:
        hub.hf_hub_download(repository.id, CONFIGURATION, revision=folder.name, **options)
    except hub.errors.LocalEntryNotFoundError:
        raise
    except hub.errors.EntryNotFoundError:
        pass
    return folder


def _copied(folder: Path, target: Path) -> Path:
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EchoError(
            f"{target}: cannot make the folder: {reason}. Check the path and its permissions.",
            code=73,
            kind="create",
        ) from error
    for name in (CONFIGURATION, CHECKPOINT):
        if (folder / name).is_file():
            with appearing(target / name) as temporary:
                shutil.copyfile(folder / name, temporary)
    return target
