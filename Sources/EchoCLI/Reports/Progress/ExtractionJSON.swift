import EchoExtract
import EchoFormats
import FoundationEssentials

/// How far `extract` is, as an object of `--progress json`. docs/operate.md describes the members.
enum ExtractionJSON {
    static func object(_ state: ExtractionState) -> JSONObject {
        let progress = state.progress
        var object: JSONObject = [
            "type": .string("progress"), "timestamp": .string(Date.now.timestamp),
            "phase": .string(state.phase), "percent": number(100 * progress.share, decimals: 2),
            "recordings_finished": .integer(progress.finishedCount),
            "recordings_total": .integer(progress.totalCount),
            "recordings_failed": .integer(progress.failedCount),
            "bytes_done": .integer(progress.byteCount),
            "bytes_total": .integer(progress.totalByteCount),
            "bytes_read": .integer(progress.readByteCount),
            "segments": .integer(progress.segmentCount),
            "sound_seconds": number(progress.soundSeconds, decimals: 2),
            "times_real_time": number(progress.timesRealTime, decimals: 2),
            "elapsed_seconds": number(state.seconds, decimals: 2),
            "eta_seconds": number(progress.secondsLeft, decimals: 0),
            "exit_status": state.exitStatus.map { .integer(Int($0)) } ?? .null,
        ]
        if case .fetching(let download) = state.step {
            object.append("file", .string(download.file))
            object.append("file_bytes_received", .integer(download.receivedByteCount))
            object.append("file_bytes_total", download.totalByteCount.map { .integer($0) } ?? .null)
        }
        return object
    }

    private static func number(_ value: Double?, decimals: Int) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .number(value.formatted(decimals: decimals))
    }
}
