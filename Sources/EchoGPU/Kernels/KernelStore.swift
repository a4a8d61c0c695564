import EchoOpenCL

/// The kernels of a context, each compiled when one of its program is first asked for.
struct KernelStore {
    private let context: Context
    private let source: KernelSource
    private let cache: ProgramCache?
    private var programs: [Key: Program] = [:]
    private var kernels: [Key: Kernel] = [:]

    private struct Key: Hashable {
        /// Empty for a whole program.
        var kernel = ""
        let files: [String]
        let options: [String]
    }

    init(_ context: Context, _ source: KernelSource) {
        self.context = context
        self.source = source
        // pocl keeps what it compiles itself.
        cache = context.device.isPocl ? nil : ProgramCache()
    }

    /// What was compiled so far, by name and options.
    var sources: [ProgramSource] {
        let keys = programs.keys.sorted { first, second in
            (first.files + first.options).lexicographicallyPrecedes(second.files + second.options)
        }
        return keys.map {
            ProgramSource(
                name: $0.files[$0.files.count - 1], text: source.text(of: $0.files),
                options: $0.options)
        }
    }

    /// - Parameters:
    ///   - name: The kernel's whole name.
    ///   - files: The kernel files to compile, in this order, without `.cl`.
    mutating func kernel(
        named name: String, of files: [String], options: [String]
    ) throws(OpenCLError) -> Kernel {
        let options = ["-cl-std=CL1.2"] + options
        let key = Key(kernel: name, files: files, options: options)
        if let kernel = kernels[key] { return kernel }
        let kernel = try Kernel(program(of: files, options), name)
        kernels[key] = kernel
        return kernel
    }

    private mutating func program(
        of files: [String], _ options: [String]
    ) throws(OpenCLError) -> Program {
        let key = Key(files: files, options: options)
        if let program = programs[key] { return program }
        let program = try Program(
            context, source: source.text(of: files), name: "\(files[files.count - 1]).cl",
            options: options, cache: cache)
        programs[key] = program
        return program
    }
}

/// What a program was compiled from.
package struct ProgramSource: Sendable {
    /// Its last file's, without `.cl`.
    package let name: String
    /// All files, in the order in which they are compiled.
    package let text: String
    /// The compiler's.
    package let options: [String]
}
