import EchoOpenCL

/// The kernels of a context by name and options, each compiled when it is first asked for.
struct KernelStore {
    private let context: Context
    private let source: KernelSource
    private let cache: ProgramCache?
    private var kernels: [String: Kernel] = [:]

    init(_ context: Context, _ source: KernelSource) {
        self.context = context
        self.source = source
        // pocl keeps what it compiles itself.
        cache = context.device.isPocl ? nil : ProgramCache()
    }

    /// - Parameters:
    ///   - name: The kernel's whole name.
    ///   - files: The kernel files to compile, in this order, without `.cl`.
    mutating func kernel(
        named name: String, of files: [String], options: [String]
    ) throws(OpenCLError) -> Kernel {
        let key = ([name] + options).joined(separator: " ")
        if let kernel = kernels[key] { return kernel }
        let program = try Program(
            context, source: source.text(of: files), name: "\(files[files.count - 1]).cl",
            options: ["-cl-std=CL1.2"] + options, cache: cache)
        let kernel = try Kernel(program, name)
        kernels[key] = kernel
        return kernel
    }
}
