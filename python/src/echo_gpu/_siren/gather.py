"""Requests of many threads, answered in batches."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Gatherer"]

RequestT = TypeVar("RequestT")
AnswerT = TypeVar("AnswerT")


@dataclass(eq=False)
class _Waiting(Generic[RequestT, AnswerT]):
    """A request, and what came of it."""

    request: RequestT
    answer: AnswerT | BaseException | None = None
    is_answered: bool = False


class Gatherer(Generic[RequestT, AnswerT]):
    """Answers what many threads ask for one by one in batches, a batch at a time.

    There is no thread of its own: of those that wait, one waits a little for company, computes for
    all, and then leaves that to the next. While it computes, the next batch gathers by itself.

    Parameters
    ----------
    compute : callable
        Takes a list of requests, gives as many answers in their order. An answer that is an
        exception is raised where its request was made. What `compute` itself raises is raised for
        the whole batch. Answers must not depend on what else is in the list.
    limit : int
        Requests that are computed together at most.
    patience : float
        Seconds to wait for company.
    """

    def __init__(
        self,
        compute: Callable[[list[RequestT]], Sequence[AnswerT | Exception]],
        *,
        limit: int = 64,
        patience: float = 0.005,
    ) -> None:
        self._compute, self._limit, self._patience = compute, limit, patience
        self._changed = threading.Condition()
        self._queue: list[_Waiting[RequestT, AnswerT]] = []
        self._is_computing = False

    def ask(self, request: RequestT) -> AnswerT:
        """Wait for the answer to `request`, from any thread.

        Raises
        ------
        Exception
            What `compute` gave or raised for it.
        """
        mine: _Waiting[RequestT, AnswerT] = _Waiting(request)
        with self._changed:
            self._queue.append(mine)
            self._changed.notify_all()
            while not mine.is_answered:
                if self._is_computing:
                    self._changed.wait()
                else:
                    self._answer_batch()
        if isinstance(mine.answer, BaseException):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def _answer_batch(self) -> None:
        """Wait for company and compute; the lock is held before and after, not meanwhile."""
        self._is_computing = True
        batch: list[_Waiting[RequestT, AnswerT]] = []
        try:
            self._changed.wait_for(lambda: len(self._queue) >= self._limit, self._patience)
            batch, self._queue = self._queue[: self._limit], self._queue[self._limit :]
            for waiting, answer in zip(batch, self._answers(batch), strict=True):
                waiting.answer = answer
        except BaseException as error:
            # Ctrl-C too: those who wait in the same batch would wait for ever.
            for waiting in batch:
                waiting.answer = error
            raise
        finally:
            for waiting in batch:
                waiting.is_answered = True
            self._is_computing = False
            self._changed.notify_all()

    def _answers(self, batch: list[_Waiting[RequestT, AnswerT]]) -> Sequence[AnswerT | Exception]:
        self._changed.release()
        try:
            return self._compute([waiting.request for waiting in batch])
        finally:
            self._changed.acquire()
