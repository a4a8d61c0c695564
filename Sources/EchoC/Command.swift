import CEchoGPU
import EchoCLI

/// The command; echo_gpu.h says how it ends.
@c @implementation
public func echo_gpu_command(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    EchoCommand.run((0..<Int(count)).compactMap { arguments?[$0].map { String(cString: $0) } })
    return Int32(ECHO_GPU_OK)
}
