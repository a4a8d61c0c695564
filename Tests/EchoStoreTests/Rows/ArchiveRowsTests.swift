import EchoFormats
import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// The rows of output folders, as they are read again.
@Suite(.timeLimit(.minutes(20))) struct ArchiveRowsTests {
    /// Recordings of two widths in two parts, one of which was embedded again, and one failed.
    private struct Folder {
        let scratch: ScratchFolder
        let format: ArrayFormat
        let element: ArrayElement

        init(_ format: ArrayFormat = .npy, _ element: ArrayElement = .float32) throws {
            scratch = try ScratchFolder()
            (self.format, self.element) = (format, element)
            try part(
                0, [("a", 1, 2, [1]), ("b", 1, 3, [2, 3]), ("c", 1, 2, [4]), ("d", 1, 2, nil)])
            try part(1, [("c", 2, 2, [5]), ("e", 1, 2, [6]), ("f", 2, 2, nil), ("f", 1, 2, [7])])
        }

        /// Each recording's id, attempt, width, and the first values of its segments; nil where it failed.
        private func part(_ number: Int, _ recordings: [(String, Int, Int, [Float]?)]) throws {
            let name = PartName(shard: .whole, number: number)
            let writer = PartWriter(name, folder: scratch.path, format: format, element: element)
            var rows: [String: Int] = [:]
            func place(
                _ level: EmbeddingFiles.Level, _ width: Int, _ values: [Float]
            ) throws -> ManifestEntry.Place {
                let table = try writer.table(level, width: width)
                for value in values {
                    try table.append((0..<width).map { value + Float($0) / 4 })
                }
                let first = rows[table.name, default: 0]
                rows[table.name] = first + values.count
                return .init(file: table.name, rows: first..<first + values.count)
            }
            for (id, attempt, width, values) in recordings {
                let source = RecordingSource(id: id, path: id, byteCount: 1, modified: 1)
                guard let values else {
                    writer.append(
                        ManifestEntry(
                            source: source, attempt: attempt, run: "r",
                            outcome: .failed(code: "empty", reason: "nothing")))
                    continue
                }
                let embedding = ManifestEntry.Embedding(
                    channel: nil, sampleRate: 8000, sampleCount: 1, frameCount: 1, width: width,
                    utterance: try place(.utterance, width, [values[0]]),
                    segments: try place(.segment, width, values), note: nil,
                    devices: [DeviceKind(name: "cpu", driver: nil, tiles: nil)])
                writer.append(
                    ManifestEntry(
                        source: source, attempt: attempt, run: "r",
                        outcome: .embedded(embedding)))
            }
            try writer.commit()
        }

        func index(
            _ level: EmbeddingFiles.Level = .utterance, ids: Set<ByteName> = []
        ) throws -> ArchiveIndex {
            try ArchiveIndex(PartFolder(path: scratch.path), level: level, ids: ids)
        }
    }

    private static func values(_ rows: some RowSource, _ range: Range<Int>) throws -> [Float] {
        var values = [Float](repeating: .nan, count: range.count * rows.width)
        try values.withUnsafeMutableBufferPointer { try rows.read(range, into: $0) }
        return values
    }

    @Test(arguments: ArrayFormat.allCases, ArrayElement.allCases)
    func rowsThatHoldAreReadInOrder(format: ArrayFormat, element: ArrayElement) throws {
        let folder = try Folder(format, element)
        let index = try folder.index(ids: [ByteName("c"), ByteName("f")])
        // The first c was replaced; f failed when it was tried again, and d did.
        #expect(index.widths == [2: 3, 3: 1])
        #expect(index.replacedCount == 2 && index.failedCount == 2)
        let rows = index.rows(ofWidth: 2)
        #expect(try Self.values(rows, 0..<3) == [1, 1.25, 5, 5.25, 6, 6.25])
        #expect(try Self.values(rows, 1..<2) == [5, 5.25])
        var ids: [String] = []
        try rows.forEachEntry { range, entry in ids.append("\(entry.source.id)\(range)") }
        #expect(ids == ["a0..<1", "c1..<2", "e2..<3"])
        #expect(try rows.entry(ofRow: 1).entry.attempt == 2)
        #expect(index.locations(of: "c").map(\.rows) == [1..<2])
        #expect(index.locations(of: "f").isEmpty && index.locations(of: "a").isEmpty)
        #expect(try Self.values(index.rows(ofWidth: 3), 0..<1) == [2, 2.25, 2.5])
        #expect(index.rows(ofWidth: 9).rowCount == 0)
        #expect(rows.name(ofRow: 2).contains("utterance-2-000001.\(format) row 1"))
    }

    @Test func segmentsBelongToTheirRecordings() throws {
        let folder = try Folder()
        let rows = try ArchiveRows(
            PartFolder(path: folder.scratch.path), level: .segment, width: 3)
        #expect(rows.rowCount == 2 && rows.entryCount == 1)
        let (entry, number) = try rows.entry(ofRow: 1)
        #expect(entry.source.id == "b" && number == 1)
        #expect(try ArchiveRows.widths(rows.folder, level: .segment) == [2: 3, 3: 2])
    }

    @Test func selectedRowsAreThoseOfTheirNumbers() throws {
        let folder = try Folder(.npy, .float16)
        let rows = try folder.index().rows(ofWidth: 2)
        let selected = SelectedRows([2, 0, 1], of: rows)
        #expect(try Self.values(selected, 0..<3) == [6, 6.25, 1, 1.25, 5, 5.25])
        #expect(try Self.values(selected, 1..<2) == [1, 1.25])
        #expect(selected.name(ofRow: 0) == rows.name(ofRow: 2))
    }

    /// What is done to a folder, and what the error names.
    @Test(arguments: [
        ("manifest-000000.jsonl", "\"utterance_row\":0", "\"utterance_row\":null", "line 1"),
        ("manifest-000000.jsonl", "\"utterance_file\":\"", "\"utterance_file\":\"../", "line 1"),
        ("manifest-000001.jsonl", "\"attempt\":1", "\"attempt\":\"x\"", "line 2"),
        ("manifest-000001.jsonl", "\"utterance_row\":1", "\"utterance_row\":7", "row 7"),
        ("utterance-2-000001.npy", "(3, 2)", "(9, 2)", "does not fit"),
        ("utterance-2-000001.npy", "<f4", "<i4", "<i4"),
        ("utterance-2-000001.npy", "NUMPY", "NUMBY", "does not start"),
    ])
    func damageIsNamedWithItsFile(
        file: String, old: String, new: String, part: String
    ) throws {
        let folder = try Folder()
        let url = URL(fileURLWithPath: folder.scratch[file])
        var bytes = try Data(contentsOf: url)
        let range = try #require(bytes.range(of: Data(old.utf8)))
        bytes.replaceSubrange(range, with: Data(new.utf8))
        try bytes.write(to: url)
        let error = try #require(throws: StoreError.self) {
            let rows = try folder.index().rows(ofWidth: 2)
            _ = try Self.values(rows, 0..<rows.rowCount)
        }
        let table = "utterance-2-000001.npy"
        #expect(
            error.description.contains(part == "row 7" ? table : file)
                && error.description.contains(part), "\(error)")
    }

    @Test func aTableThatIsGoneOrCutIsNamed() throws {
        for cut in [true, false] {
            let folder = try Folder(.safetensors)
            let path = folder.scratch["utterance-2-000001.safetensors"]
            if cut {
                #expect(truncate(path, 270) == 0)
            } else {
                try FileManager.default.removeItem(atPath: path)
            }
            let rows = try folder.index().rows(ofWidth: 2)
            #expect(try Self.values(rows, 0..<1) == [1, 1.25], "the other part is whole")
            let error = try #require(throws: StoreError.self) { try Self.values(rows, 0..<3) }
            #expect(error.description.contains("utterance-2-000001.safetensors"), "\(error)")
        }
    }

    @Test func aFolderWithoutManifestsSaysWhatToDo() throws {
        let folder = try ScratchFolder()
        try folder.text("a.wav.utterance.npy", "")
        let error = try #require(throws: StoreError.self) {
            try ArchiveIndex(PartFolder(path: folder.path), level: .utterance)
        }
        #expect(error.description.contains("0.1.0") && error.description.contains("extract"))
    }

    /// What a list of inputs said of a recording is not its attempt.
    @Test func fieldsCalledAttemptAreNone() throws {
        let folder = try Folder()
        let url = URL(fileURLWithPath: folder.scratch["manifest-000001.jsonl"])
        let text = try String(contentsOf: url, encoding: .utf8)
            .replacingOccurrences(
                of: "\"run\":\"r\"}",
                with: "\"run\":\"r\",\"fields\":{\"attempt\":1,\"x\":\"\\\"attempt\\\":2\"}}")
        try text.write(to: url, atomically: true, encoding: .utf8)
        #expect(try folder.index().widths == [2: 3, 3: 1])
    }
}
