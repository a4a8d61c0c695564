import EchoStore
import EchoTestSupport
import Foundation

/// A workplace whose runs are of one layout, and what its output folder holds, whichever it is.
struct EitherLayout {
    let place: Workplace
    let layout: FolderLayout

    init(_ layout: FolderLayout) throws {
        self.layout = layout
        place = try Workplace()
    }

    var folder: ScratchFolder { place.folder }

    /// `extract` into `out`; without `--layout` where the folder was begun.
    func extract(_ arguments: String...) throws -> EchoGPUProcess {
        let isBegun = FileManager.default.fileExists(atPath: folder["out/run.json"])
        return try EchoGPUProcess(
            ["extract", "--model", place.model, "--device", "cpu", "--output", folder["out"]]
                + (isBegun ? [] : ["--layout", "\(layout)"]) + arguments)
    }

    /// The lines of its manifests, in order.
    func entries() throws -> [ManifestEntry] {
        let parts = try PartFolder(path: folder["out"])
        return try parts.parts.flatMap { try parts.entries(of: $0) }
    }

    /// The first value of the embedding that holds for an id; nil where there is none.
    func value(_ id: String) throws -> Float? {
        guard let last = try entries().last(where: { $0.source.id == id }),
            case .embedded(let embedding) = last.outcome, let place = embedding.utterance
        else { return nil }
        let array = try NPYFile.read(folder["out/" + place.file])
        return array.floats[(place.rows?.lowerBound ?? 0) * embedding.width]
    }

    func errors() throws -> [FailureList.Failure] {
        try FailureList.read(folder: folder["out"], shard: .whole)
    }

    /// Tones at 8000 Hz, others for every seed, of a length and time that are always the same.
    @discardableResult
    func recording(_ name: String, seed: UInt64 = 3, modified: Double = 1e9) throws -> String {
        let signal = ExtractFixtures.signal(seed: seed, sampleCount: 4000, sampleRate: 8000)
        let path = try folder.wav(name, signal, sampleRate: 8000)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: modified)], ofItemAtPath: path)
        return path
    }
}
