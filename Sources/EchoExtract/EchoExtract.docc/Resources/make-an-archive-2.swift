import EchoExtract

let recordings: Recordings = .paths([CommandLine.arguments[1]])
let options = Extraction.Options(
    level: .both, output: CommandLine.arguments[2], storage: OutputOptions(layout: .parts))

let echo = try Echo(model: .demo)
let summary = try await echo.extract(recordings, options: options) { progress in
    print(progress.finishedCount, "of", progress.totalCount, "are done")
}
print("embedded", summary.embeddedCount, "of", summary.recordingCount)
