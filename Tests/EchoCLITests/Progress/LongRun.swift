import EchoTestSupport
import Foundation

/// Ten hours of one recording, which takes minutes: a run to be looked at, and stopped, while it embeds one file.
struct LongRun {
    let place: Workplace
    private let recording: String

    init() throws {
        place = try Workplace()
        recording = try place.folder.file("ten-hours.wav")
        try SparseWAV.write(recording, channels: 1, sampleRate: 8000, seconds: 36_000)
    }

    func arguments(_ more: String...) -> [String] {
        [
            "extract", "--model", "demo", "--device", "cpu", "--batch", "2", "--output",
            place.folder["out"], recording,
        ] + more
    }
}
