import ArgumentParser
import EchoExtract
import EchoStore
import Foundation

/// How `extract` lays out what it writes, and which share of the recordings is its own.
struct StorageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "files or parts: files for each recording, or tables of many that can be resumed.",
            discussion: """
                'parts' writes tables of --part-size recordings, a manifest for each and run.json. The \
                same command run again does only what is missing; one that was killed goes on after \
                the last whole part. docs/output-layout.md describes every file.
                """))
    var layout = OutputOptions.Layout.files

    @Option(
        help: ArgumentHelp(
            "With --layout parts: recordings of a part, 1 or more.",
            discussion: "A part ends after 1 GiB of recordings, too.", valueName: "recordings"))
    var partSize = OutputOptions.defaultPartSize

    @Option(help: "With --layout parts: the tables' file format, npy or safetensors.")
    var format = ArrayFormat.npy

    @Option(help: "With --layout parts: the tables' type, float32 or float16.")
    var dtype = ArrayElement.float32

    @Option(
        help: ArgumentHelp(
            "Embed only this share of the recordings: I/N, I from 0; auto, or auto/N.",
            discussion: """
                The shares are disjoint, complete and of about the same number of bytes; give all \
                processes the same inputs, and they may write to the same folder. 'auto' takes the \
                share from SLURM_ARRAY_TASK_ID and _COUNT, or SLURM_PROCID and SLURM_NTASKS; 'auto/N' \
                takes the index from these or from JOB_COMPLETION_INDEX.
                """,
            valueName: "share"))
    var shard: ShardSelector?

    @Flag(help: "With --layout parts: try recordings again that failed before.")
    var retryFailed = false

    @Flag(
        help: ArgumentHelp(
            "With --layout parts: go on although the model or settings are others than before.",
            discussion: """
                What was embedded stays and counts as done; the manifests say which settings each \
                recording was embedded with. For embeddings of one kind, use another folder.
                """))
    var force = false

    func validate() throws {
        try OptionRange.require("--part-size", partSize, in: OutputOptions.partSizes)
        if let count = shard?.count { try OptionRange.require("--shard", count, in: Shard.counts) }
        guard layout == .files else { return }
        let given: [(String, Bool)] = [
            ("--part-size", partSize != OutputOptions.defaultPartSize),
            ("--format", format != .npy), ("--dtype", dtype != .float32),
            ("--retry-failed", retryFailed), ("--force", force),
        ]
        if let (name, _) = given.first(where: \.1) {
            throw ValidationError("\(name) needs --layout parts.")
        }
    }

    /// - Throws: ``EchoError`` of kind `usage` where the environment does not say which shard.
    func options() throws(EchoError) -> OutputOptions {
        let environment = ProcessInfo.processInfo.environment
        return OutputOptions(
            layout: layout, shard: try shard?.shard(in: environment) ?? .whole,
            partSize: partSize, format: format, element: dtype, retriesFailed: retryFailed,
            force: force)
    }
}

extension OutputOptions.Layout: ExpressibleByArgument {}
extension ArrayFormat: ExpressibleByArgument {}
extension ArrayElement: ExpressibleByArgument {}

extension ShardSelector: ExpressibleByArgument {
    /// Reads `I/N`, `auto` or `auto/N`.
    public init?(argument: String) { self.init(argument) }
}
