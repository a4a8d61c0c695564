import EchoExtract
import EchoFormats

/// What `extract` prints when it is done: the summary, on stdout.
struct SummaryReport {
    private let summary: ExtractionSummary
    private let table: Bool
    private let log: LogOptions
    private let failureLimit: FailureLimit?

    init(
        _ summary: ExtractionSummary, table: Bool, _ log: LogOptions, _ failureLimit: FailureLimit?
    ) {
        (self.summary, self.table) = (summary, table)
        (self.log, self.failureLimit) = (log, failureLimit)
    }

    func write(json: Bool) throws(EchoError) {
        if summary.hasTooManyFailures, let failureLimit {
            ConsoleLogHandler.logger().error("\(Self.stopped(summary, failureLimit))")
        }
        for sentence in sentences {
            CommandLog.standard.write(
                LogMessage(
                    level: .info, sentence, ["device": "\(summary.device)"]), isForFile: true)
        }
        for detail in details {
            CommandLog.standard.write(LogMessage(level: .debug, detail), isForFile: true)
        }
        if json {
            var object = summary
            if !table { object.recordings = nil }
            try StandardOutput.write(json: object, keepsOldSpellings: true)
        } else {
            if table { try StandardOutput.write(Self.table(summary)) }
            if !self.log.quiet {
                try StandardOutput.write(sentences + (self.log.verbose ? details : []))
            }
        }
    }

    private var sentences: [String] {
        let seconds = summary.seconds.formatted(decimals: 1)
        let sound = summary.soundSeconds.formatted(decimals: 1)
        var lines = [
            "Embedded \(summary.embeddedCount) of \(summary.recordingCount) recordings "
                + "(\(sound) s of sound, \(summary.segmentCount.counted("segment"))) into \(summary.output) "
                + "in \(seconds) s, with \(summary.model) in "
                + "\(summary.precision) on \(summary.device)."
        ]
        if !summary.isTrained {
            lines.append("The weights are untrained: these embeddings mean nothing.")
        }
        if summary.devices.count > 1 {
            lines += summary.devices.map { device in
                "\(device.name): \(device.segmentCount.counted("segment")) in "
                    + "\(device.seconds.formatted(decimals: 1)) s."
            }
        }
        lines += summary.incidents.map { "\($0)." }
        if summary.embeddedBeforeCount > 0 {
            let count = summary.embeddedBeforeCount
            let verb = count == 1 ? "was" : "were"
            lines.append("\(count.counted("other")) \(verb) there before.")
        }
        if summary.failedBeforeCount > 0 {
            lines.append(
                "\(summary.failedBeforeCount.counted("recording")) failed in an earlier run; "
                    + "--retry-failed tries again.")
        }
        if summary.isStopped, !summary.hasTooManyFailures {
            lines.append("Stopped before the end: the same command goes on from here.")
            if summary.droppedCount > 0 { lines.append(Self.dropped(summary)) }
        }
        lines += summary.skipped.sentences
        if summary.badCount > 0 {
            lines.append("\(summary.badCount) could not be embedded; the reasons are above.")
        }
        if !summary.failureLists.isEmpty {
            let paths = summary.failureLists.joined(separator: ", ")
            lines.append("What failed is listed in \(paths).")
        }
        return lines
    }

    /// What `--verbose` adds.
    private var details: [String] {
        let megabytes = ByteText.megabytes(summary.peakByteCount)
        return ["The largest memory plan of a batch took \(megabytes) MB."]
            + summary.declinedNodes.sorted { $0.key < $1.key }.map { label, reason in
                "\(label) ran on the CPU path: \(reason)"
            }
    }

    private static func stopped(_ summary: ExtractionSummary, _ limit: FailureLimit) -> String {
        let done = summary.embeddedCount + summary.badCount
        let list = summary.failureList.map { " and in \($0)" } ?? ""
        return """
            \(summary.badCount) of \(done) recordings could not be embedded, more than --max-failures \(limit) \
            allows\(summary.isStopped ? ": stopped early" : ""). What is embedded stays. The reasons are \
            above\(list). Remove the cause; then the same command goes on with the rest, and with \
            --retry-failed tries these again.
            """
    }

    private static func dropped(_ summary: ExtractionSummary) -> String {
        let count = summary.droppedCount
        let kept = summary.embeddedCount == 0 ? "Nothing of this run is kept" : "Not all is kept"
        let verb = count == 1 ? "was" : "were"
        return "\(kept): \(count.counted("recording")) \(verb) embedded in a part that is not "
            + "whole, and will be embedded again. Smaller parts lose less (--part-size, when a folder is begun)."
    }

    private static func table(_ summary: ExtractionSummary) -> [String] {
        let recordings = summary.recordings ?? []
        let hasColumns = recordings.contains { $0.columns != nil }
        var table = TextTable(
            [
                .left("recording"), .right("rate/Hz"), .right("sound/s"), .right("bands"),
                .right("width"), .left("device"), .right("time/s"),
            ] + (hasColumns ? [.left("columns")] : []))
        for recording in recordings {
            let channels = recording.channelCount > 1 ? " x\(recording.channelCount)" : ""
            let columns = recording.columns?.joined(separator: ", ") ?? ""
            table.append(
                [
                    recording.name + channels, "\(recording.sampleRate)",
                    recording.soundSeconds.formatted(decimals: 2), "\(recording.bandCount)",
                    "\(recording.width)", recording.devices.joined(separator: ", "),
                    recording.deviceSeconds.formatted(decimals: 3),
                ] + (hasColumns ? [columns] : []))
        }
        return table.lines
    }
}
