"""As cuda_driver.py through CuPy, for machines where libcuda cannot be opened by its name."""
import ctypes

from cuda_driver import SHARED_BYTES_OF_ALL, CUDAError


class Driver:
    """The first card. See cuda_driver.Driver for what each method does."""

    def __init__(self) -> None:
        try:
            import cupy
        except ImportError as error:
            raise CUDAError(f"no CuPy here: {error}") from error
        self._cupy, self._memory = cupy, {}
        try:
            self._properties = cupy.cuda.runtime.getDeviceProperties(0)
        except cupy.cuda.runtime.CUDARuntimeError as error:
            raise CUDAError(f"CuPy finds no card: {error}") from error

    def facts(self) -> dict:
        version, properties = self._cupy.cuda.runtime.driverGetVersion(), self._properties
        return {
            "card": properties["name"].decode(errors="replace"),
            "cuda": f"{version // 1000}.{version % 1000 // 10}",
            "compute": f"{properties['major']}.{properties['minor']}",
            "multiprocessors": properties["multiProcessorCount"],
            "clock_mhz": properties.get("clockRate", 0) / 1000,
        }

    def module(self, ptx: str):
        module = self._cupy.cuda.function.Module()
        try:
            module.load(ptx.encode() + b"\0")
        except self._cupy.cuda.driver.CUDADriverError as error:
            raise CUDAError(f"the PTX does not compile: {error}") from error
        return module

    def function(self, module, name: str, dynamic: int):
        function = module.get_function(name)
        if dynamic + self.resources(function)["shared"] > SHARED_BYTES_OF_ALL:
            self._cupy.cuda.driver.funcSetAttribute(function.ptr, 8, dynamic)
        return function

    def resources(self, function) -> dict[str, int]:
        attribute = self._cupy.cuda.driver.funcGetAttribute
        return {"registers": attribute(4, function.ptr), "stack": attribute(3, function.ptr),
                "shared": attribute(1, function.ptr)}

    def upload(self, data: bytes) -> ctypes.c_uint64:
        memory = self._cupy.cuda.alloc(max(len(data), 1))
        self._memory[memory.ptr] = memory
        address = ctypes.c_uint64(memory.ptr)
        self.write(address, data)
        return address

    def write(self, address: ctypes.c_uint64, data: bytes) -> None:
        host = ctypes.create_string_buffer(data, max(len(data), 1))
        pointer = ctypes.c_void_p(ctypes.addressof(host))
        self._memory[address.value].copy_from_host(pointer, len(data))

    def download(self, address: ctypes.c_uint64, byte_count: int) -> bytes:
        host = ctypes.create_string_buffer(max(byte_count, 1))
        pointer = ctypes.c_void_p(ctypes.addressof(host))
        self._memory[address.value].copy_to_host(pointer, byte_count)
        return host.raw[:byte_count]

    def free(self, address: ctypes.c_uint64) -> None:
        del self._memory[address.value]

    def launch(self, function, grid: tuple, block: tuple, dynamic: int,
               arguments: list[bytes]) -> None:
        storage = [ctypes.create_string_buffer(a, len(a)) for a in arguments]
        pointers = (ctypes.c_void_p * max(len(storage), 1))(*map(ctypes.addressof, storage))
        self._cupy.cuda.driver.launchKernel(
            function.ptr, *grid, *block, dynamic, 0, ctypes.addressof(pointers), 0)

    def synchronise(self) -> None:
        self._cupy.cuda.runtime.deviceSynchronize()

    def seconds(self, work) -> float:
        begin, end = self._cupy.cuda.Event(), self._cupy.cuda.Event()
        begin.record()
        work()
        end.record()
        end.synchronize()
        return self._cupy.cuda.get_elapsed_time(begin, end) / 1000
