import COpenCL

/// OpenCL C, built for the device of a context.
package final class Program: Sendable {
    /// What errors call the source: its file's name.
    package let name: String
    /// The compiler's.
    package let options: [String]
    package let context: Context

    // OpenCL's programs may be used by all threads.
    nonisolated(unsafe) let handle: cl_program

    /// Builds `source`, or takes what an earlier run built from the same source and options.
    ///
    /// - Parameters:
    ///   - options: For the compiler, such as `-DTILE_M=8`.
    ///   - cache: Where built programs are kept; not used on pocl, which has its own cache and would
    ///     compile a second variant to show what it built.
    /// - Throws: ``OpenCLError/build(program:device:options:log:code:)`` with the compiler's log.
    package init(
        _ context: Context, source: String, name: String, options: [String] = [],
        cache: ProgramCache? = nil
    ) throws(OpenCLError) {
        self.context = context
        self.name = name
        self.options = options
        let builder = ProgramBuilder(context: context, name: name, options: options)
        guard let cache, !context.device.isPocl else {
            handle = try builder.build(source: source)
            return
        }
        let key = ProgramCache.Key(context.device, source: source, options: options)
        if let kept = cache.binary(for: key), let program = builder.load(kept, from: cache) {
            handle = program
            return
        }
        let program = try builder.build(source: source)
        handle = program
        do {
            cache.store(try builder.binary(of: program), for: key)
        } catch {
            cache.report("\(name) is not cached: \(error)")
        }
    }

    deinit { clReleaseProgram(handle) }
}
