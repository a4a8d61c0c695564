/// A launch with all that went into it and all that came out, to be run again elsewhere.
package struct CapturedLaunch: Sendable {
    /// What the kernel was given for a parameter.
    package enum Argument: Sendable {
        /// A buffer's bytes before the launch and behind it.
        case buffer(before: [UInt8], after: [UInt8])
        case int(Int32)
        case float(Float)
        case local(byteCount: Int)
    }

    package let kernel: String
    /// The program's name, `matmul.cl`, and its compiler's options.
    package let program: String
    package let options: [String]
    /// Work-items in each dimension, and those of a work-group.
    package let global: [Int]
    package let local: [Int]?
    package let arguments: [Argument]
}

extension Queue {
    /// Launches by `launch`, and gives what the buffers held before and behind it to `capture`.
    func launch(
        _ kernel: Kernel, _ arguments: [KernelArgument], global: [Int], local: [Int]?,
        to capture: (CapturedLaunch) -> Void, _ launch: () throws(OpenCLError) -> Event
    ) throws(OpenCLError) -> Event {
        let before = try arguments.map(contents)
        let event = try launch()
        let after = try arguments.map(contents)
        let captured = zip(arguments, zip(before, after)).map {
            argument, bytes -> CapturedLaunch.Argument in
            switch argument {
            case .buffer: .buffer(before: bytes.0, after: bytes.1)
            case .int(let value): .int(value)
            case .float(let value): .float(value)
            case .local(let byteCount): .local(byteCount: byteCount)
            }
        }
        capture(
            CapturedLaunch(
                kernel: kernel.name, program: kernel.program.name,
                options: kernel.program.options, global: global, local: local,
                arguments: captured))
        return event
    }

    /// The bytes of a buffer as what is queued leaves it; none of other arguments.
    private func contents(of argument: KernelArgument) throws(OpenCLError) -> [UInt8] {
        guard case .buffer(let buffer) = argument else { return [] }
        var bytes = [UInt8](repeating: 0, count: buffer.byteCount)
        // `withUnsafeMutableBytes` rethrows any error, not one of a type.
        let result = bytes.withUnsafeMutableBytes { memory in
            Result { () throws(OpenCLError) in try read(buffer, into: memory) }
        }
        try result.get()
        return bytes
    }
}
