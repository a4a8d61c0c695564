import CEchoGPU
import EchoExtract
import Glibc

private let version = StaticText(Echo.version)

@c @implementation
public func echo_gpu_abi() -> Int32 { Int32(ECHO_GPU_ABI) }

@c @implementation
public func echo_gpu_version() -> UnsafePointer<CChar>? { version.pointer }

@c @implementation
public func echo_gpu_free(_ text: UnsafeMutablePointer<CChar>?) { free(text) }
