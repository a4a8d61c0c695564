import EchoFormats
import EchoSignal
import EchoStore

/// How the recordings of a run are cut into shards and parts, and how much of that is done.
package struct ExtractionPlan: Sendable, Encodable {
    /// A shard, or all of them.
    package struct Share: Sendable, Codable {
        /// `0/4`; nil for all.
        package let shard: String?
        package let recordingCount: Int
        package let byteCount: Int
        /// Parts of the recordings, or of the missing ones where there is a folder to compare with.
        package let partCount: Int
        /// Recordings that the folder holds, that failed, and that it lacks; nil where there is no
        /// folder to compare with.
        package let embeddedCount: Int?
        package let failedCount: Int?
        package let missingCount: Int?
    }

    package let shards: [Share]
    package let total: Share
    /// What was left out of folders, archives and lists.
    package let skipped: SkippedFiles
    /// What is odd about the columns of lists, a sentence each.
    package let warnings: [String]
    /// What could not be searched for recordings, a line each.
    package let problems: [String]

    /// Finds the recordings, and reads the manifests of `output`, of either layout, where it is given.
    ///
    /// - Throws: ``EchoError`` where an input does not exist or a manifest cannot be read.
    package init(
        _ selection: InputSelection, shardCount: Int, partSize: Int, output: String? = nil
    ) throws(EchoError) {
        guard Shard.counts.contains(shardCount) else {
            throw EchoError(.usage, "\(shardCount) shards; take \(Shard.counts.inWords)")
        }
        var selection = selection
        selection.output = output
        let (discovery, known) = try EchoError.translating {
            let discovery = try InputDiscovery(selection)
            return (discovery, try output.map { try FolderContents($0) })
        }
        let inputs = discovery.inputs
        (skipped, warnings) = (discovery.skipped, discovery.warnings)
        problems = discovery.problems.map(\.description)
        let shares = OutputPlan.shards(inputs, count: shardCount).map { indices in
            inputs.selecting(indices)
        }
        let measured = shares.enumerated().map { index, share in
            Share("\(Shard(index, of: shardCount))", share, known, partSize: partSize)
        }
        func sum(_ count: KeyPath<Share, Int?>) -> Int? {
            known == nil ? nil : measured.reduce(0) { $0 + ($1[keyPath: count] ?? 0) }
        }
        shards = measured
        total = Share(
            shard: nil, recordingCount: inputs.count,
            byteCount: measured.reduce(0) { $0.addingClamped($1.byteCount) },
            partCount: measured.reduce(0) { $0 + $1.partCount },
            embeddedCount: sum(\.embeddedCount),
            failedCount: sum(\.failedCount), missingCount: sum(\.missingCount))
    }
}

extension ExtractionPlan.Share {
    fileprivate init(_ shard: String, _ inputs: InputList, _ known: FolderContents?, partSize: Int) {
        var missing: [Int] = []
        var (embedded, failed) = (0, 0)
        for (index, input) in inputs.enumerated() {
            switch known?.state(of: input) {
            case .embedded: embedded += 1
            case .failed(_, passing: false): failed += 1
            default: missing.append(index)
            }
        }
        self.init(
            shard: shard, recordingCount: inputs.count,
            byteCount: inputs.reduce(0) { $0.addingClamped($1.byteCount) },
            partCount: OutputPlan.parts(inputs.selecting(missing), size: partSize).count,
            embeddedCount: known == nil ? nil : embedded,
            failedCount: known == nil ? nil : failed,
            missingCount: known == nil ? nil : missing.count)
    }
}

/// What an output folder holds, as a run would find it.
private struct FolderContents {
    private let known: KnownInputs
    private let presence: EmbeddingPresence?

    init(_ path: String) throws {
        let folder = try PartFolder(path: path)
        known = try KnownInputs(folder, passingCodes: SignalError.passingCodes)
        let level = try FolderSettings.read(path)?.level
        presence =
            folder.layout == .parts
            ? nil : level.map { EmbeddingPresence(folder: path, level: $0) }
    }

    func state(of input: Input) -> KnownInputs.State {
        let state = known.state(of: RecordingSource(input))
        guard case .embedded(let attempt) = state, presence?.has(input, known) == false else {
            return state
        }
        return .missing(attempt: attempt)
    }
}
