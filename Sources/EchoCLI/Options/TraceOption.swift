import ArgumentParser
import EchoExtract

/// Whether to put down where the time goes.
struct TraceOption: ParsableArguments {
    @Option(
        name: .customLong("trace"),
        help: ArgumentHelp(
            "Write a trace of every kernel, transfer, decode, batch and write to this file.",
            discussion: """
                To see it, drop the file on https://ui.perfetto.dev (it stays in your browser), or \
                load it in chrome://tracing. Threads are the rows of 'echo-gpu'. Each device has \
                rows of its own, with the device's own times. The device is timed only with this \
                option. About 100 bytes for each span. The trace of a run that stopped early can \
                be opened too.

                  --trace trace.json
                """,
            valueName: "file.json"))
    var path: String?

    /// The trace, begun; nil if none is asked for.
    ///
    /// - Throws: ``EchoError`` of kind `create` if it cannot be, or if something else has its name.
    func open() throws(EchoError) -> Trace? {
        guard let path else { return nil }
        if let obstacle = ReplacedFile.obstacle(path, kind: "a trace", start: "[") {
            throw EchoError(
                .create,
                "the trace \(path) cannot be written: \(obstacle). Give --trace another name.")
        }
        return try Trace(path: path)
    }
}
