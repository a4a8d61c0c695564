import EchoTestSupport
import Foundation

extension ScratchFolder {
    /// Bytes of all files in the folder `name`.
    func byteCount(in name: String) throws -> Int {
        try files(in: name).reduce(0) { sum, file in
            let attributes = try FileManager.default.attributesOfItem(
                atPath: self[name] + "/" + file)
            return sum + (attributes[.size] as? Int ?? 0)
        }
    }
}

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
