import EchoStore

/// A query with its rows.
struct SearchQuery {
    /// As it was asked for.
    let text: String
    let isRecording: Bool
    let id: String
    let channel: Int?
    let width: Int
    /// `[count, width]`.
    let rows: [Float]
    /// The archive's rows of its width that are itself, and are left out.
    let own: [Int]
    let times: SegmentTimes?

    var rowCount: Int { width == 0 ? 0 : rows.count / width }

    /// A recording of the archive, or a channel of it.
    ///
    /// - Throws: `StoreError` if its rows cannot be read, or hold a value that is not finite.
    init(
        _ text: String, _ location: ArchiveIndex.Location, in archive: ArchiveRows
    ) throws(StoreError) {
        self.text = text
        isRecording = false
        id = location.entry.source.id
        channel = location.entry.channel
        (width, own) = (location.width, Array(location.rows))
        var values = [Float](repeating: 0, count: location.rows.count * location.width)
        var failure: StoreError?
        values.withUnsafeMutableBufferPointer { values in
            do throws(StoreError) {
                try archive.read(location.rows, into: values)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw archive.notFinite(row: location.rows.lowerBound + place / location.width)
        }
        rows = values
        times = SegmentTimes(location.entry)
    }

    /// A recording that was embedded just now, or a channel of it.
    ///
    init(
        _ text: String, _ row: RecordingRow, level: EmbeddingFiles.Level, _ own: OwnRecordings
    ) {
        self.text = text
        isRecording = true
        let fields = row.fields
        id = if case .string(let id) = fields["id"] { id } else { text }
        func integer(_ name: String) -> Int? {
            if case .number(let number) = fields[name] { Int(number) } else { nil }
        }
        channel = integer("channel")
        width = row.width
        rows = level == .utterance ? row.utterance : row.segments
        self.own = own.rows(of: row, channel: channel)
        times = SegmentTimes(
            sampleRate: integer("sample_rate") ?? 0, frameCount: integer("frames") ?? 0,
            overrides: [:])
    }
}
