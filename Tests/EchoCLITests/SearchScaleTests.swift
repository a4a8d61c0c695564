import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// The memory of `search` does not depend on how many rows an archive has. 10 million rows are 54 GB of tables.
@Suite(.serialized, .timeLimit(.minutes(20))) struct SearchScaleTests {
    private static let (width, rowCount) = (1344, 1024)

    /// A folder of parts of 1024 rows each, whose tables are one file under many names.
    private static func write(_ name: String, parts: Int, in folder: ScratchFolder) throws {
        let path = folder[name]
        try folder.text(
            name + "/run.json", "{\"settings\":{\"layout\":\"parts\"},\"information\":{}}")
        let writer = PartWriter(
            PartName(shard: .whole, number: 0), folder: path, format: .npy, element: .float32)
        let table = try writer.table(.utterance, width: width)
        for row in 0..<rowCount {
            try table.append(
                ExtractFixtures.signal(seed: UInt64(row), sampleCount: width, sampleRate: 8000))
            let embedding = ManifestEntry.Embedding(
                channel: nil, sampleRate: 16_000, sampleCount: 1, frameCount: 1, width: width,
                utterance: .init(file: table.name, rows: row..<row + 1), segments: nil, note: nil,
                devices: [DeviceKind(name: "cpu", driver: nil, tiles: nil)])
            writer.append(
                ManifestEntry(
                    source: RecordingSource(
                        id: "p0-\(row)", path: "p0-\(row)", byteCount: 1, modified: 1),
                    attempt: 1, run: "r", outcome: .embedded(embedding)))
        }
        try writer.commit()
        let first = try String(contentsOfFile: path + "/manifest-000000.jsonl", encoding: .utf8)
        for number in 1..<parts {
            let digits = String(repeating: "0", count: 6 - "\(number)".count) + "\(number)"
            try FileManager.default.linkItem(
                atPath: path + "/" + table.name,
                toPath: path + "/utterance-\(width)-\(digits).npy")
            try first.replacingOccurrences(of: "p0-", with: "p\(number)-")
                .replacingOccurrences(of: "-000000.npy", with: "-\(digits).npy")
                .write(
                    toFile: path + "/manifest-\(digits).jsonl", atomically: false, encoding: .utf8)
        }
    }

    @Test func fourTimesAsManyRowsTakeNoMoreMemory() throws {
        let folder = try ScratchFolder()
        var peaks: [Double] = []
        for parts in [30, 120] {
            try Self.write("\(parts)", parts: parts, in: folder)
            let run = try RunningEchoGPU([
                "search", "--device", "cpu", "--in", folder["\(parts)"], "--top", "3", "p7-500",
            ])
            peaks.append(Double(run.peakByteCount()) / 1e6)
            let (end, errors) = (run.end(), try run.standardError)
            #expect(end.status == 0 && !end.isSignal, "\(errors)")
        }
        // The tables of the second are 495 MB more, its lines 4 MB; allocators vary by some dozens.
        #expect(peaks[0] > 10 && peaks[1] < peaks[0] + 60, "\(peaks) MB")
    }
}
