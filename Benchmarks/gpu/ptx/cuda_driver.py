"""NVIDIA's driver by ctypes: PTX to kernels, and their launches. Needs libcuda.so.1 alone.

Not called cuda.py: CuPy imports a package of that name. The names are those of the CUDA Driver API,
which documents each call.
"""
import ctypes

JIT_ERROR_LOG, JIT_ERROR_LOG_BYTES = 5, 6
COMPUTE_MAJOR, COMPUTE_MINOR, MULTIPROCESSORS, CLOCK_KHZ = 75, 76, 16, 13
FUNCTION_SHARED, FUNCTION_LOCAL, FUNCTION_REGISTERS, FUNCTION_MAX_DYNAMIC = 1, 3, 4, 8
LOG_BYTES = 16384
# Without opting in a launch has 48 KB.
SHARED_BYTES_OF_ALL = 48 << 10


class CUDAError(Exception):
    """A call of the driver that failed, or a driver that is not there."""


class Driver:
    """The first card, with its primary context, and modules, memory and launches on it."""

    def __init__(self, library: str = "libcuda.so.1", ordinal: int = 0) -> None:
        try:
            self._library = ctypes.CDLL(library)
        except OSError as error:
            raise CUDAError(f"no NVIDIA driver here: {error}") from error
        self._call("cuInit", 0)
        device, context = ctypes.c_int(), ctypes.c_void_p()
        self._call("cuDeviceGet", ctypes.byref(device), ordinal)
        self._device = device
        self._call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self._call("cuCtxSetCurrent", context)
        self._begin, self._end = self._event(), self._event()

    def facts(self) -> dict:
        """What the card calls itself, and what it has."""
        name, version = ctypes.create_string_buffer(128), ctypes.c_int()
        self._call("cuDeviceGetName", name, len(name), self._device)
        self._call("cuDriverGetVersion", ctypes.byref(version))
        return {
            "card": name.value.decode(errors="replace"),
            "cuda": f"{version.value // 1000}.{version.value % 1000 // 10}",
            "compute": f"{self._attribute(COMPUTE_MAJOR)}.{self._attribute(COMPUTE_MINOR)}",
            "multiprocessors": self._attribute(MULTIPROCESSORS),
            "clock_mhz": self._attribute(CLOCK_KHZ) / 1000,
        }

    def module(self, ptx: str) -> ctypes.c_void_p:
        """Compiles PTX. Raises CUDAError with the compiler's own words."""
        module, log = ctypes.c_void_p(), ctypes.create_string_buffer(LOG_BYTES)
        options = (ctypes.c_int * 2)(JIT_ERROR_LOG, JIT_ERROR_LOG_BYTES)
        values = (ctypes.c_void_p * 2)(ctypes.addressof(log), LOG_BYTES)
        try:
            self._call("cuModuleLoadDataEx", ctypes.byref(module),
                       ctypes.c_char_p(ptx.encode() + b"\0"), 2, options, values)
        except CUDAError as error:
            said = log.value.decode(errors="replace").strip()
            raise CUDAError(f"{error}. {said}" if said else str(error)) from None
        return module

    def function(self, module: ctypes.c_void_p, name: str, dynamic: int) -> ctypes.c_void_p:
        """A kernel that may be launched with so many bytes of dynamic shared memory."""
        function = ctypes.c_void_p()
        self._call("cuModuleGetFunction", ctypes.byref(function), module, name.encode())
        if dynamic + self.resources(function)["shared"] > SHARED_BYTES_OF_ALL:
            self._call("cuFuncSetAttribute", function, FUNCTION_MAX_DYNAMIC, dynamic)
        return function

    def resources(self, function: ctypes.c_void_p) -> dict[str, int]:
        """Registers a thread, bytes of its stack, bytes of shared memory besides the dynamic."""
        value, found = ctypes.c_int(), {}
        for name, attribute in (("registers", FUNCTION_REGISTERS), ("stack", FUNCTION_LOCAL),
                                ("shared", FUNCTION_SHARED)):
            self._call("cuFuncGetAttribute", ctypes.byref(value), attribute, function)
            found[name] = value.value
        return found

    def upload(self, data: bytes) -> ctypes.c_uint64:
        """Device memory with these bytes; `free` gives it back."""
        address = ctypes.c_uint64()
        self._call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(max(len(data), 1)))
        self.write(address, data)
        return address

    def write(self, address: ctypes.c_uint64, data: bytes) -> None:
        if data:
            count = ctypes.c_size_t(len(data))
            self._call("cuMemcpyHtoD_v2", address, ctypes.c_char_p(data), count)

    def download(self, address: ctypes.c_uint64, byte_count: int) -> bytes:
        data = ctypes.create_string_buffer(max(byte_count, 1))
        self._call("cuMemcpyDtoH_v2", data, address, ctypes.c_size_t(byte_count))
        return data.raw[:byte_count]

    def free(self, address: ctypes.c_uint64) -> None:
        self._call("cuMemFree_v2", address)

    def launch(self, function: ctypes.c_void_p, grid: tuple, block: tuple, dynamic: int,
               arguments: list[bytes]) -> None:
        """Queues a launch; each argument is the bytes of its parameter."""
        storage = [ctypes.create_string_buffer(a, len(a)) for a in arguments]
        pointers = (ctypes.c_void_p * max(len(storage), 1))(*map(ctypes.addressof, storage))
        self._call("cuLaunchKernel", function, *map(ctypes.c_uint, grid),
                   *map(ctypes.c_uint, block), ctypes.c_uint(dynamic), None, pointers, None)

    def synchronise(self) -> None:
        """Waits, and raises CUDAError for what failed since the last wait."""
        self._call("cuCtxSynchronize")

    def seconds(self, work) -> float:
        """Seconds that the card takes for what `work` queues."""
        milliseconds = ctypes.c_float()
        self._call("cuEventRecord", self._begin, None)
        work()
        self._call("cuEventRecord", self._end, None)
        self._call("cuEventSynchronize", self._end)
        self._call("cuEventElapsedTime", ctypes.byref(milliseconds), self._begin, self._end)
        return milliseconds.value / 1000

    def _event(self) -> ctypes.c_void_p:
        event = ctypes.c_void_p()
        self._call("cuEventCreate", ctypes.byref(event), 0)
        return event

    def _attribute(self, attribute: int) -> int:
        value = ctypes.c_int()
        self._call("cuDeviceGetAttribute", ctypes.byref(value), attribute, self._device)
        return value.value

    def _call(self, name: str, *arguments) -> None:
        status = getattr(self._library, name)(*arguments)
        if status != 0:
            text = ctypes.c_char_p()
            self._library.cuGetErrorName(status, ctypes.byref(text))
            reason = text.value.decode() if text.value else f"error {status}"
            raise CUDAError(f"{name}: {reason}")
