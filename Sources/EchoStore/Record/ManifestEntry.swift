import EchoFormats

/// A line of a manifest: one recording, or one channel of it, and where its rows are; or why there
/// are none.
package struct ManifestEntry: Hashable, Sendable {
    package let source: RecordingSource
    /// Which try at this id it is, from 1; of the lines for an id those with the highest hold.
    package let attempt: Int
    /// The settings that it was made with: ``RunRecord/digest``.
    package let run: String
    package private(set) var outcome: Outcome

    package init(source: RecordingSource, attempt: Int, run: String, outcome: Outcome) {
        (self.source, self.attempt, self.run) = (source, attempt, run)
        self.outcome = outcome
    }

    package enum Outcome: Hashable, Sendable {
        case embedded(Embedding)
        /// A code that stays the same between versions, and what is wrong and what to try.
        case failed(code: String, reason: String)
    }

    package struct Embedding: Hashable, Sendable {
        /// The channel, from 0, where channels are embedded one by one; else nil.
        package var channel: Int?
        /// Hz.
        package var sampleRate: Int
        /// Samples of each channel, and STFT frames.
        package var sampleCount: Int
        package var frameCount: Int
        /// Columns of the rows below.
        package var width: Int
        package var utterance: Place?
        package var segments: Place?
        /// What is unusual about the recording; nil if nothing is.
        package var note: String?
        /// Of a file with columns those that were used; nil if there is nothing to choose.
        package var columns: [String]?
        /// What computed it.
        package var devices: [DeviceKind]

        package init(
            channel: Int?, sampleRate: Int, sampleCount: Int, frameCount: Int, width: Int,
            utterance: Place?, segments: Place?, note: String?, devices: [DeviceKind]
        ) {
            self.channel = channel
            (self.sampleRate, self.sampleCount) = (sampleRate, sampleCount)
            (self.frameCount, self.width) = (frameCount, width)
            (self.utterance, self.segments) = (utterance, segments)
            (self.note, self.devices) = (note, devices)
        }
    }

    /// Rows of a table.
    package struct Place: Hashable, Sendable {
        /// Its path from the output folder.
        package let file: String
        /// Nil if the file is no table but the one row.
        package let rows: Range<Int>?
        /// The SHA-256 of the file, in hexadecimal digits. Of a table the first line that names it has it;
        /// nil in other lines, and where an older release wrote the line.
        package var sha256: String?

        package init(file: String, rows: Range<Int>?, sha256: String? = nil) {
            (self.file, self.rows, self.sha256) = (file, rows, sha256)
        }
    }

    /// Attempts that a line may have: sums of them never overflow.
    package static let attempts = 1...1_000_000_000

    /// The channel, from 0, where channels are embedded one by one; else nil.
    package var channel: Int? {
        if case .embedded(let embedding) = outcome { embedding.channel } else { nil }
    }

    package var isFailed: Bool {
        if case .failed = outcome { true } else { false }
    }

    /// The rows of a level; nil if it has none.
    package func place(_ level: EmbeddingFiles.Level) -> Place? {
        guard case .embedded(let embedding) = outcome else { return nil }
        return level == .utterance ? embedding.utterance : embedding.segments
    }

    /// Takes the hashes of files that it names out of `hashes`, which are by file.
    mutating func takeHashes(_ hashes: inout [String: String]) {
        guard !hashes.isEmpty, case .embedded(var embedding) = outcome else { return }
        if let file = embedding.utterance?.file, let hash = hashes.removeValue(forKey: file) {
            embedding.utterance?.sha256 = hash
        }
        if let file = embedding.segments?.file, let hash = hashes.removeValue(forKey: file) {
            embedding.segments?.sha256 = hash
        }
        outcome = .embedded(embedding)
    }
}

// MARK: As JSON

extension ManifestEntry {
    package var json: JSONObject {
        var object: JSONObject = ["id": .string(source.id), "path": .string(source.path)]
        switch outcome {
        case .embedded(let embedding):
            object.append("status", .string("ok"))
            embedding.append(to: &object)
        case .failed(let code, let reason):
            object.append("status", .string("failed"))
            object.append("code", .string(code))
            object.append("reason", .string(reason))
        }
        object.append("bytes", .integer(source.byteCount))
        object.append("modified", source.modified.map { .integer($0) } ?? .null)
        object.append("attempt", .integer(attempt))
        object.append("run", .string(run))
        if !source.overrides.isEmpty { object.append("overrides", .object(source.overrides)) }
        if !source.fields.isEmpty { object.append("fields", .object(source.fields)) }
        return object
    }

    /// - Throws: the name of the member that is missing or of another type.
    package init(_ object: JSONObject) throws(MemberError) {
        source = RecordingSource(
            id: try object.string("id"), path: try object.string("path"),
            byteCount: try object.integer("bytes"),
            modified: try object.optionalInteger("modified"),
            overrides: object.object("overrides"), fields: object.object("fields"))
        attempt = try object.integer("attempt")
        guard Self.attempts.contains(attempt) else { throw MemberError(name: "attempt") }
        run = try object.string("run")
        switch try object.string("status") {
        case "ok": outcome = .embedded(try Embedding(object))
        case "failed":
            outcome = .failed(
                code: try object.string("code"), reason: try object.string("reason"))
        default: throw MemberError(name: "status")
        }
    }
}

extension ManifestEntry.Embedding {
    fileprivate func append(to object: inout JSONObject) {
        object.append("channel", channel.map { .integer($0) } ?? .null)
        object.append("sample_rate", .integer(sampleRate))
        object.append("samples", .integer(sampleCount))
        object.append("frames", .integer(frameCount))
        object.append("width", .integer(width))
        if let utterance {
            object.append("utterance_file", .string(utterance.file))
            object.append(
                "utterance_row", utterance.rows.map { .integer($0.lowerBound) } ?? .null)
            if let hash = utterance.sha256 { object.append("utterance_sha256", .string(hash)) }
        }
        if let segments {
            let bounds = segments.rows.map { [$0.lowerBound, $0.upperBound] } ?? []
            object.append("segment_file", .string(segments.file))
            object.append("segment_rows", .array(bounds.map(JSONValue.integer)))
            if let hash = segments.sha256 { object.append("segment_sha256", .string(hash)) }
        }
        if let note { object.append("note", .string(note)) }
        if let columns { object.append("columns", .array(columns.map(JSONValue.string))) }
        for (name, text) in DeviceKind.members(devices) { object.append(name, .string(text)) }
    }

    fileprivate init(_ object: JSONObject) throws(MemberError) {
        channel = try object.optionalInteger("channel")
        sampleRate = try object.integer("sample_rate")
        sampleCount = try object.integer("samples")
        frameCount = try object.integer("frames")
        width = try object.integer("width")
        note = try object.optionalString("note")
        columns = try object.strings("columns")
        devices = [
            DeviceKind(
                name: try object.string("device"), driver: try object.optionalString("driver"),
                tiles: try object.optionalString("tiles"))
        ]
        guard width >= 0 else { throw MemberError(name: "width") }
        if object["utterance_file"] != nil {
            let row = try object.optionalInteger("utterance_row")
            guard row.map({ 0 <= $0 && $0 < Int.max }) ?? true else {
                throw MemberError(name: "utterance_row")
            }
            utterance = .init(
                file: try object.string("utterance_file"), rows: row.map { $0..<$0 + 1 },
                sha256: try object.optionalString("utterance_sha256"))
        }
        if object["segment_file"] != nil {
            segments = .init(
                file: try object.string("segment_file"), rows: try object.range("segment_rows"),
                sha256: try object.optionalString("segment_sha256"))
        }
    }
}
