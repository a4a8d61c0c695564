"""What huggingface_hub raises, in the command line's sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from echo_gpu.errors import ModelError

from .hub_cache import CHECKPOINT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .hub_cache import Repository

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_BUSY = 429
_SERVER = 500


def is_temporary(error: BaseException) -> bool:
    """Whether the hub may well answer a minute later, so that what the cache has will do."""
    status = _status(error)
    return (
        (status is None and _is_unreachable(error)) or status == _BUSY or (status or 0) >= _SERVER
    )


def refusal(error: BaseException, repository: Repository, token: str | bool | None) -> ModelError:
    """Say why a model is not available.

    Parameters
    ----------
    error
        What huggingface_hub raised.
    repository
        The model.
    token
        The caller's, as for `echo_gpu.hub.resolve`.

    Returns
    -------
    ModelError
        Of kind ``"hub"`` (68); of kind ``"model"`` (78) if there is no checkpoint.
    """
    status = _status(error)
    names = {type(cause).__name__ for cause in _chain(error)}
    if names & {"RemoteEntryNotFoundError", "EntryNotFoundError"}:
        return no_checkpoint(repository, [])
    if status is not None:
        what, remedy = _answered(status, names, repository, token)
    elif _is_unreachable(error):
        what = f"{_endpoint()} does not answer: {_reason(error)}"
        remedy = "Check the network, the proxy and HF_ENDPOINT."
    else:
        what = f"cannot be fetched: {_reason(error)}"
        remedy = "Check HF_ENDPOINT, and that the cache (HF_HUB_CACHE) may be written to."
    return ModelError(f"{repository.id}: {what}. {remedy}", code=68, kind="hub")


def no_checkpoint(repository: Repository, files: list[str]) -> ModelError:
    """Say that a repository has other files.

    Parameters
    ----------
    repository
        The model.
    files
        What it has.

    Returns
    -------
    ModelError
        Of kind ``"model"`` (78).
    """
    have = f", but {', '.join(files[:8])}" if files else ""
    more = f" and {len(files) - 8} more" if len(files) > 8 else ""  # noqa: PLR2004
    return ModelError(
        f"{repository}: holds no {CHECKPOINT}{have}{more}. "
        "Name the repository of an ECHO encoder, as yucongzh/echo-tiny-0828."
    )


def _answered(
    status: int, names: set[str], repository: Repository, token: str | bool | None
) -> tuple[str, str]:
    """Say what an answer means, and what to do; the hub says it with the status and a code."""
    import huggingface_hub as hub  # noqa: PLC0415

    endpoint = _endpoint()
    page = f"{endpoint}/{repository.id}"
    told = bool(token) or (token is None and hub.get_token() is not None)
    access = "the token may not see it" if told else "it is private: then set HF_TOKEN"
    later = status == _BUSY or status >= _SERVER
    cases = [
        (
            "GatedRepoError" in names,
            f"the model is gated ({status})",
            f"Ask for access at {page}, then set HF_TOKEN to a token of that account.",
        ),
        (
            "RevisionNotFoundError" in names,
            f'has no revision "{repository.revision}" ({status})',
            f"Branches, tags and commits are listed at {page}/commits/main.",
        ),
        (
            status == _UNAUTHORIZED and told,
            f"{endpoint} refuses the token (401)",
            "Check HF_TOKEN or the token file, or unset them: public models need none.",
        ),
        (
            "RepositoryNotFoundError" in names or status == _UNAUTHORIZED,
            f"{endpoint} has no such model ({status})",
            f"Check the name at {page}, unless {access}. A local path would have to exist.",
        ),
        (
            status == _FORBIDDEN,
            "access is denied (403)",
            f"Check that the token (HF_TOKEN) may read {page}.",
        ),
        (
            True,
            f"{endpoint} answers {status}",
            "Try again later." if later else "Check HF_ENDPOINT.",
        ),
    ]
    return next((what, remedy) for applies, what, remedy in cases if applies)


def _endpoint() -> str:
    import huggingface_hub as hub  # noqa: PLC0415

    return str(hub.constants.ENDPOINT)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and its causes."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    """Give the status of the hub's answer; None if there was none."""
    for cause in _chain(error):
        response: Any = getattr(cause, "response", None)
        status = getattr(response, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _is_unreachable(error: BaseException) -> bool:
    """Whether the network failed: httpx and requests have such errors, of their own families."""
    words = ("Connect", "Timeout", "Network", "Protocol", "Transport", "Read", "Proxy", "SSL")
    return any(
        isinstance(cause, ConnectionError) or any(word in type(cause).__name__ for word in words)
        for cause in _chain(error)
    )


def _reason(error: BaseException) -> str:
    """Give the innermost cause, on one line."""
    *_, last = _chain(error)
    text = " ".join(str(last).split()).split(". ")[0].rstrip(".")
    return text[:300] or type(last).__name__
