import EchoExtract
import EchoSignal

/// What `spectrogram` prints when it is done: bad recordings on stderr, what was written on stdout.
struct SpectrogramReport {
    private let summary: SpectrogramExport.Summary
    private let output: String
    private let skipped: SkippedFiles

    init(_ summary: SpectrogramExport.Summary, output: String, _ skipped: SkippedFiles) {
        (self.summary, self.output, self.skipped) = (summary, output, skipped)
    }

    func write() throws(EchoError) {
        let log = ConsoleLogHandler.logger()
        for note in summary.notes { log.warning("\(note)") }
        for failure in summary.failures { log.error("\(failure)") }
        try StandardOutput.write(lines)
    }

    private var lines: [String] {
        var lines = summary.files
        if summary.recordingCount > 1 || !summary.failures.isEmpty {
            let count = "\(summary.writtenCount) of \(summary.recordingCount) recordings"
            lines = ["Wrote the spectrograms of \(count) into \(output)."]
        }
        if summary.isStopped { lines.append("Stopped before the end.") }
        lines += skipped.sentences
        if !summary.failures.isEmpty {
            lines.append("\(summary.failures.count) could not be read; the reasons are above.")
        }
        return lines
    }
}
