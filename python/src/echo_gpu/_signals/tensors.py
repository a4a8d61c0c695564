"""Tensors of PyTorch, which is never imported here: who passes a tensor has done so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from echo_gpu.errors import SignalError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def is_tensor(value: object) -> bool:
    """Say whether it is a tensor of PyTorch."""
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    return tensor is not None and isinstance(value, tensor)


def to_array(tensor: Any, name: str) -> NDArray[Any]:
    """Give a tensor's values; without a copy where it lies in the CPU's memory.

    Parameters
    ----------
    tensor
        On any device: what another device holds is copied, bit by bit. bfloat16, which numpy has
        not, becomes float32, which is exact. Gradients are not followed.
    name
        What messages call it.

    Raises
    ------
    SignalError
        If numpy cannot hold it: a tensor without data, sparse or quantised.
    """
    torch = sys.modules["torch"]
    try:
        if tensor.dtype == torch.bfloat16:
            tensor = tensor.float()
        array: NDArray[Any] = tensor.numpy(force=True)
    except (TypeError, RuntimeError, NotImplementedError) as error:
        raise SignalError(
            f"{name} is a tensor of {tensor.dtype} ({tensor.layout}) on {tensor.device}, whose "
            f"values numpy cannot take: {str(error).splitlines()[0]}. Pass a dense one of float32."
        ) from error
    return array


def from_array(array: NDArray[np.float32]) -> Any:
    """Make a tensor of an array, with the same memory."""
    return sys.modules["torch"].from_numpy(array)
