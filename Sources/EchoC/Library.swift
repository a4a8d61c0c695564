import CEchoGPU
import EchoExtract
import Glibc

private let version = StaticText(Echo.version)

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_abi() -> Int32 { Int32(ECHO_GPU_ABI) }

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_version() -> UnsafePointer<CChar>? { version.pointer }

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_free(_ text: UnsafeMutablePointer<CChar>?) { free(text) }
