import EchoFormats
import EchoSignal
import EchoStore

/// What became of a recording, or of one of its channels: handed out in the order of the inputs.
package struct RecordingRow: Sendable {
    /// What it is known by, and what became of it.
    let source: RecordingSource
    let outcome: ManifestEntry.Outcome
    /// Which argument, recording, or row of a list it comes from, from 0.
    let number: Int32
    /// N*D; 0 if it failed.
    package let width: Int
    /// `[width]`; empty if it failed or is not wanted.
    package let utterance: [Float]
    /// `[rows, width]`; likewise.
    package let segments: [Float]

    /// Members of a manifest that mean nothing if no folder is written.
    private static let folderMembers: Set<String> = ["attempt", "run"]

    /// One that was embedded.
    init(
        _ input: Input, number: Int32, _ embedding: ManifestEntry.Embedding, utterance: [Float],
        segments: [Float]
    ) {
        (source, outcome, self.number) = (RecordingSource(input), .embedded(embedding), number)
        width = embedding.width
        (self.utterance, self.segments) = (utterance, segments)
    }

    /// One that failed.
    init(_ input: Input, number: Int32, _ failure: RecordingFailure) {
        self.init(failed: RecordingSource(input), number, failure)
    }

    /// What could not be looked at for recordings: it has no id.
    init(_ problem: ExtractionSummary.BadRecording, number: Int32) {
        let source = RecordingSource(id: "", path: problem.path, byteCount: 0, modified: nil)
        self.init(
            failed: source, number,
            RecordingFailure(code: problem.code, reason: problem.reason))
    }

    private init(failed source: RecordingSource, _ number: Int32, _ failure: RecordingFailure) {
        (self.source, self.number) = (source, number)
        outcome = .failed(code: failure.code, reason: failure.reason)
        (width, utterance, segments) = (0, [], [])
    }

    /// The members of a line of a manifest, without those of files and runs, and `input`.
    package var fields: JSONObject {
        let entry = ManifestEntry(source: source, attempt: 1, run: "", outcome: outcome)
        var fields = JSONObject(entry.json.members.filter { !Self.folderMembers.contains($0.key) })
        fields.append("input", .integer(Int(number)))
        return fields
    }
}
