import EchoExtract

/// Uses everything that EchoExtract makes public, by its name, on the CPU path:
/// `Consumer RECORDING FOLDER`.
@main
struct Consumer {
    static func main() async throws {
        guard CommandLine.arguments.count == 3 else {
            throw EchoError(.usage, "usage: Consumer RECORDING FOLDER")
        }
        let (recording, folder) = (CommandLine.arguments[1], CommandLine.arguments[2])
        let logger = Logger(label: "consumer")
        let echo = try Echo(
            model: Echo.Model.demo, device: "cpu", precision: Echo.Precision.fp32, logger: logger)
        try embedSignals(echo)
        try readRecordings(echo, recording)
        try await embedRecordings(echo, recording)
        try await makeArchive(echo, recording, in: folder)
        try lookAtModels()
        print("Consumer: everything that is public can be used.")
    }
}

/// Ends the program where something is not as the documentation says.
func require(_ condition: Bool, _ what: String) throws {
    guard condition else { throw EchoError(EchoError.Kind.data, "not as documented: \(what)") }
}
