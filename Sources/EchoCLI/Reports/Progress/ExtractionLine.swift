import EchoExtract
import EchoFormats

/// How far `extract` is, as a line for people.
enum ExtractionLine {
    static func line(_ state: ExtractionState) -> FittedLine {
        switch state.step {
        case .finding: waiting("looking for recordings", state)
        case .opening where state.isCompiling: waiting("compiling kernels for the device", state)
        case .opening: waiting("opening the model and the device", state)
        case .fetching(let download): DownloadReport.line(download, .seconds(state.seconds))
        case .extracting: extracting(state)
        }
    }

    private static func waiting(_ text: String, _ state: ExtractionState) -> FittedLine {
        FittedLine(
            [.init(text), .init("\(TimeText.clock(state.seconds)) elapsed", "")], cuts: [1])
    }

    /// What goes first if it is narrow: the row of characters, words, then what others say as well. To the end
    /// there are the share, what failed and the time that is left.
    private static func extracting(_ state: ExtractionState) -> FittedLine {
        let progress = state.progress
        switch progress.phase {
        case .comparing: return waiting("comparing the output folder with the recordings", state)
        case .reading where progress.finishedCount == 0: return reading(state)
        case .compiling where progress.finishedCount == 0 && progress.segmentCount == 0:
            return waiting("compiling kernels for the device", state)
        default: break
        }
        let (done, total) = (progress.finishedCount, progress.totalCount)
        let bytes = ByteText.pair(progress.byteCount, of: progress.totalByteCount)
        let speed = progress.timesRealTime.map { Self.speed($0) }
        let elapsed = TimeText.clock(state.seconds)
        let left = progress.secondsLeft.map { TimeText.clock($0) }
        let failed = progress.failedCount
        return FittedLine(
            [
                .init(
                    ProgressBar.text(progress.share, width: 24),
                    ProgressBar.text(progress.share, width: 10), ""),
                .init("\(Int(100 * progress.share)) %", separator: " "),
                .init("\(done) of \(total) recordings", "\(done)/\(total)", ""),
                .init(progress.totalByteCount > 0 ? bytes : "", ""),
                .init(speed.map { "\($0) x real time" } ?? "", speed.map { "\($0)x" } ?? "", ""),
                .init("\(elapsed) elapsed", ""),
                .init(
                    left.map { "\($0) left" } ?? "",
                    // Without its word the time left must not be taken for the time elapsed, which is gone by then.
                    left.map { "-\($0)" } ?? "", ""),
                .init(
                    failed > 0 ? "\(failed) failed" : "", failed > 0 ? "\(failed) bad" : "", ""),
            ], cuts: [0, 4, 2, 0, 5, 4, 3, 2, 7, 6, 6, 7])
    }

    private static func reading(_ state: ExtractionState) -> FittedLine {
        let progress = state.progress
        let bytes = ByteText.pair(progress.readByteCount, of: progress.totalByteCount)
        return FittedLine(
            [
                .init(
                    "reading the first recordings"
                        + (progress.totalByteCount > 0 ? ": \(bytes)" : ""), "reading: \(bytes)"),
                .init("\(TimeText.clock(state.seconds)) elapsed", ""),
            ], cuts: [1, 0])
    }

    private static func speed(_ times: Double) -> String {
        times.formatted(decimals: times < 10 ? 1 : 0)
    }
}
