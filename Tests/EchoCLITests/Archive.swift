import EchoStore
import EchoTestSupport
import Foundation

/// Recordings enough for a run of many parts, and runs over them with the small checkpoint.
struct Archive {
    let place: Workplace
    /// Recordings that can be embedded.
    let goodCount: Int
    static let partSize = 3

    /// Recordings of 1 to 5 frames at 1000 and 4000 Hz, the first of two segments; and one that is
    /// none, in the middle.
    init(_ count: Int) throws {
        place = try Workplace()
        goodCount = count
        for index in 0..<count {
            let rate = index % 3 == 1 ? 4000 : 1000
            let frames = index == 0 ? 2001 : 1 + index % 5
            let samples = ExtractFixtures.signal(
                seed: UInt64(index),
                sampleCount: ExtractFixtures.sampleCount(frames: frames, sampleRate: rate),
                sampleRate: rate)
            try place.folder.wav("in/\(1000 + index).wav", samples, sampleRate: rate)
        }
        try place.folder.text("in/\(1000 + count / 2)-bad.wav", "no recording")
    }

    var folder: ScratchFolder { place.folder }

    /// `extract --layout parts` of everything into the folder `out`.
    func arguments(_ out: String, _ more: [String] = [], device: String = "cpu") -> [String] {
        [
            "extract", "--model", place.model, "--device", device, "--layout", "parts", "--level",
            "both", "--batch", "8", "--part-size", "\(Self.partSize)", "--output", folder[out],
        ] + more + [folder["in"]]
    }

    func run(_ out: String, _ more: String...) throws -> EchoGPUProcess {
        try EchoGPUProcess(arguments(out, more))
    }

    /// Parts that a folder holds.
    func partCount(_ out: String) throws -> Int { try PartFolder(path: folder[out]).parts.count }

    /// Every line of the manifests of a folder, part after part.
    func entries(_ out: String) throws -> [ManifestEntry] {
        let parts = try PartFolder(path: folder[out])
        return try parts.parts.flatMap { try parts.entries(of: $0) }
    }

    /// The names and bytes of every file in a folder, hidden ones too.
    func bytes(_ out: String) throws -> [String: Data] {
        let names = try folder.files(in: out)
        return Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: folder[out] + "/" + $0)))
            })
    }
}
