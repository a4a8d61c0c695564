import EchoFormats
import EchoReport
import EchoScore
import EchoStore

/// Finds the recordings that a page shows with picture and sound, and shows them.
struct ExampleViewing {
    let source: ReportSource
    let archive: RecordingArchive?
    /// Other folders that the scores name: where recordings of the bank are.
    private var banks: [(index: ArchiveIndex, archive: RecordingArchive)] = []
    private(set) var notes: [String] = []
    private let options: ReportOptions
    private var views: [RowName: ReportExamples.View] = [:]

    init(_ source: ReportSource, _ options: ReportOptions) throws {
        (self.source, self.options) = (source, options)
        do throws(EchoError) {
            archive = try RecordingArchive(options.folder, root: options.recordings)
        } catch {
            archive = nil
            notes.append("There are no pictures and sounds: \(error.message)")
        }
        try findBanks()
    }

    /// Opens the folders of the bank where neighbours are not in the folder itself.
    private mutating func findBanks() throws {
        guard let scores = source.scores else { return }
        let ids = Set(
            scores.shownIDs.map { ByteName($0) }
                .filter { source.index.locations(of: $0.text).isEmpty })
        guard !ids.isEmpty else { return }
        let settings = scores.summary.metrics.settings
        for path in settings.bank + settings.test {
            do {
                guard case .folders(let folders) = try ScoreInputs([path], option: "--bank") else {
                    continue
                }
                for folder in folders where folder.path != source.folder.path {
                    let index = try ArchiveIndex(folder, level: source.index.level, ids: ids)
                    let archive = try RecordingArchive(folder.path, root: options.recordings)
                    banks.append((index, archive))
                }
            } catch {
                notes.append(
                    "Neighbours in the bank \(path) have no picture: \(EchoError(error).message)")
            }
        }
    }

    /// The line of a recording, and the folder that it can be read from.
    private func find(_ id: String, _ channel: Int?) -> (ManifestEntry, RecordingArchive?)? {
        for (index, archive) in [(source.index, archive)] + banks.map({ ($0, $1) }) {
            let found = index.locations(of: id).first { $0.entry.channel == channel }
            if let found { return (found.entry, archive) }
        }
        return nil
    }

    // MARK: The oddest

    /// The oddest recordings with their nearest neighbours.
    mutating func oddest(
        _ rows: [ScoreRow], _ shelf: inout SoundShelf, progress: (Int) -> Void
    ) throws(EchoError) -> [ReportExamples.Example] {
        var examples: [ReportExamples.Example] = []
        for (number, row) in rows.enumerated() {
            progress(number)
            try examples.append(example(row, &shelf))
        }
        return examples
    }

    private mutating func example(
        _ row: ScoreRow, _ shelf: inout SoundShelf
    ) throws(EchoError) -> ReportExamples.Example {
        var recording = ReportRecording(id: row.id, channel: row.channel)
        recording.add(row)
        let nearest = row.nearest.first
        let own = read(row.id, row.channel, &shelf)
        let other = nearest.flatMap { read($0.id, $0.channel, &shelf) }
        // What is compared has the same colours and the same loudness.
        let ranges = [own, other].compactMap { $0?.reading.columns?.range }
        let range = ranges.first.map { first in ranges.reduce(first, Self.union) }
        var example = ReportExamples.Example(.init(recording))
        let gain = try show(own, &example.view, &shelf, range, nil)
        if let nearest {
            let named = ReportRecording(id: nearest.id, channel: nearest.channel)
            var view = ReportExamples.View(named)
            try show(other, &view, &shelf, range, gain)
            example.neighbours = [.init(view, distance: nearest.distance)]
        }
        return example
    }

    private struct Found {
        let entry: ManifestEntry
        let reading: SoundShelf.Reading
    }

    /// Nil if no folder has the recording.
    private func read(_ id: String, _ channel: Int?, _ shelf: inout SoundShelf) -> Found? {
        guard let (entry, archive) = find(id, channel) else { return nil }
        guard let archive else { return Found(entry: entry, reading: .init()) }
        // A neighbour of several is read once.
        if views[RowName(id, channel)] != nil { return Found(entry: entry, reading: .init()) }
        return Found(entry: entry, reading: shelf.read(entry, from: archive))
    }

    @discardableResult
    private mutating func show(
        _ found: Found?, _ view: inout ReportExamples.View, _ shelf: inout SoundShelf,
        _ range: ClosedRange<Double>?, _ gain: Double?
    ) throws(EchoError) -> Double? {
        let name = RowName(view.recording.id, view.recording.channel)
        guard let found else {
            view.problem = "No folder that is at hand has this recording."
            return nil
        }
        if case .embedded(let embedding) = found.entry.outcome {
            view.recording.sampleRate = embedding.sampleRate
            view.recording.duration =
                Double(embedding.sampleCount) / Double(max(embedding.sampleRate, 1))
        }
        if let shown = views[name] {
            (view.picture, view.clip) = (shown.picture, shown.clip)
            (view.remarks, view.problem) = (shown.remarks, shown.problem)
            return nil
        }
        let loudness = try shelf.show(
            found.reading, of: found.entry, in: &view, range: range, gain: gain)
        views[name] = view
        return loudness
    }

    private static func union(
        _ first: ClosedRange<Double>, _ second: ClosedRange<Double>
    ) -> ClosedRange<Double> {
        min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
    }

    // MARK: A sample

    /// Recordings of the folder, as far apart in its manifests as can be.
    mutating func sample(
        _ labels: inout RecordingLabels, _ shelf: inout SoundShelf, progress: (Int) -> Void
    ) throws(EchoError) -> [ReportExamples.Example] {
        let widths = source.index.widths.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        guard let archive, let width = widths.first?.key else { return [] }
        let rows = source.index.rows(ofWidth: width)
        let numbers = PointChoice.spaced(options.exampleCount, of: rows.entryCount)
        let entries = try EchoError.translating { try rows.entries(numbers) }
        var examples: [ReportExamples.Example] = []
        for (number, entry) in numbers.compactMap({ entries[$0] }).enumerated() {
            progress(number)
            guard case .embedded(let embedding) = entry.outcome else { continue }
            var view = ReportExamples.View(labels.recording(entry, embedding, score: nil))
            try shelf.show(shelf.read(entry, from: archive), of: entry, in: &view, range: nil)
            examples.append(.init(view))
        }
        return examples
    }
}
