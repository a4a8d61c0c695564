import EchoFormats
import EchoStore
import EchoTensor
import EchoTestSupport

/// Output folders, in parts, whose embeddings are given: what distances have to be is then known.
struct VectorArchive {
    /// A recording of an archive.
    struct Recording {
        var id: String
        var row: [Float]
        var fields: [String: String] = [:]
        var rate = 16_000
        var channel: Int?
        var byteCount = 1000
        /// Nanoseconds since 1970; nil where nobody knows.
        var modified: Int?

        init(
            _ id: String, _ row: [Float], fields: [String: String] = [:], rate: Int = 16_000,
            channel: Int? = nil, byteCount: Int = 1000,
            modified: Int? = 1_700_000_000_000_000_000
        ) {
            (self.id, self.row, self.fields, self.rate) = (id, row, fields, rate)
            (self.channel, self.byteCount) = (channel, byteCount)
            self.modified = modified
        }
    }

    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    subscript(name: String) -> String { folder[name] }

    /// Writes a folder and returns its path.
    ///
    /// - Parameters:
    ///   - failed: Ids that could not be embedded.
    ///   - settings: Of the run, beside those that every test shares.
    @discardableResult
    func write(
        _ name: String, _ recordings: [Recording], failed: [String] = [],
        settings: [String: JSONValue] = [:]
    ) throws -> String {
        let path = folder[name]
        var record: JSONObject = [
            "layout": .string("parts"), "results": .integer(2), "weights_sha256": .string("ab12"),
            "precision": .string("fp32"), "level": .string("utterance"),
        ]
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            record = JSONObject(record.members.filter { $0.key != key })
            record.append(key, value)
        }
        let run = RunRecord(settings: record, information: ["model": .string("vectors")])
        _ = try folder.file(name + "/run.json")
        _ = try RunRecord.create(run, in: path)
        var lines: [String] = []
        for recording in recordings {
            let place = recordings.prefix {
                $0.id != recording.id || $0.channel != recording.channel
            }
            .count { $0.row.count == recording.row.count }
            lines.append(line(recording, place, run.digest))
        }
        lines += failed.map { id in
            ManifestEntry(
                source: RecordingSource(id: id, path: id, byteCount: 1, modified: nil), attempt: 1,
                run: run.digest, outcome: .failed(code: "unreadable", reason: "no recording")
            ).json.text
        }
        for width in Set(recordings.map(\.row.count)) {
            let rows = recordings.filter { $0.row.count == width }
            try NPYFile.write(
                rows.flatMap(\.row), shape: [rows.count, width],
                to: path + "/utterance-\(width)-000000.npy")
        }
        try folder.text(
            name + "/manifest-000000.jsonl", lines.map { $0 + "\n" }.joined())
        return path
    }

    private func line(_ recording: Recording, _ row: Int, _ run: String) -> String {
        var fields = JSONObject()
        for (name, value) in recording.fields.sorted(by: { $0.key < $1.key }) {
            fields.append(name, .string(value))
        }
        let width = recording.row.count
        let embedding = ManifestEntry.Embedding(
            channel: recording.channel, sampleRate: recording.rate, sampleCount: 16_000,
            frameCount: 98, width: width,
            utterance: .init(file: "utterance-\(width)-000000.npy", rows: row..<row + 1),
            segments: nil, note: nil, devices: [DeviceKind(name: "none")])
        let source = RecordingSource(
            id: recording.id, path: "in/" + recording.id, byteCount: recording.byteCount,
            modified: recording.modified, fields: fields)
        return ManifestEntry(source: source, attempt: 1, run: run, outcome: .embedded(embedding))
            .json.text
    }

    /// `echo-gpu score` with these arguments, on the CPU path.
    func score(_ arguments: String...) throws -> EchoGPUProcess {
        try EchoGPUProcess(["score", "--device", "cpu"] + arguments)
    }
}
