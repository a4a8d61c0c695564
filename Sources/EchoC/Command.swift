import CEchoGPU
import EchoCLI

/// The command; echo_gpu.h says how it ends.
@c @implementation
public func echo_gpu_command(
    _ count: Int32, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status { () throws(Failure) in
        try ForkGuard.enter()
        let texts = try Caller.array(arguments, Int(count), "arguments")
        EchoCommand.run(texts.compactMap { $0.map { String(cString: $0) } })
    }
}
