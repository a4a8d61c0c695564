import EchoExtract

let recordings: Recordings = .paths([CommandLine.arguments[1]])
let options = Extraction.Options(
    level: .both, output: CommandLine.arguments[2], storage: OutputOptions(layout: .parts))

let echo = try Echo(model: .demo)

/// Embeds what the folder does not hold yet.
func update() async throws {
    let summary = try await echo.extract(recordings, options: options) { progress in
        print(progress.finishedCount, "of", progress.totalCount, "are done")
    }
    print("embedded", summary.embeddedCount, "of", summary.recordingCount)
    print("embedded before:", summary.embeddedBeforeCount)
    for failure in summary.bad {
        print("not embedded:", failure.path, failure.code, failure.reason)
    }
    for note in summary.notes {
        print("note:", note)
    }
    if summary.isStopped {
        print("stopped: the next call continues")
    }
}

let task = Task { try await update() }
task.cancel()
// Nothing may have been found yet: then the call ends with an error of kind `stopped`.
do { try await task.value } catch let error as EchoError where error.kind == .stopped {
    print(error)
}
try await update()
