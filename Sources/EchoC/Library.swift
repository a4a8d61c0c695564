import CEchoGPU
import EchoExtract
import EchoOpenCL
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
public func echo_gpu_prepare_exit() -> Int32 {
    // A child has its parent's counts, and none of the threads that they stand for.
    guard !ForkGuard.isChild else { return 0 }
    Compilation.end()
    return Echo.isCompiling || Echo.isComputing ? 1 : 0
}

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_free(_ text: UnsafeMutablePointer<CChar>?) { free(text) }
