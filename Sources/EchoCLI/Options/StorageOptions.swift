import ArgumentParser
import EchoExtract
import EchoStore
import FoundationEssentials

/// How `extract` lays out what it writes, and which share of the recordings is its own.
struct StorageOptions: ParsableArguments {
    @OptionGroup var folder: LayoutOptions

    @Option(
        help: "With --layout parts: the tables' file format, npy or safetensors. (default: npy)")
    var format: ArrayFormat?

    @Option(
        help: ArgumentHelp(
            "Embed only this share of the recordings: I/N, I from 0, N up to 1000000; auto, or auto/N.",
            discussion: """
                The shares are disjoint and complete, and have about the same number of bytes. \
                Give all processes the same inputs; they may write to the same folder. 'auto' takes the \
                share from SLURM_ARRAY_TASK_ID and _COUNT, or SLURM_PROCID and SLURM_NTASKS; 'auto/N' \
                takes the index from these or from JOB_COMPLETION_INDEX.
                """,
            valueName: "share"))
    var shard: ShardSelector?

    @Flag(
        help: ArgumentHelp(
            "Try recordings again that failed before.",
            discussion: """
                Recordings that were missing, or whose disk did not answer, are tried again in any case.
                """))
    var retryFailed = false

    @Flag(
        name: [.customLong("replace"), .customLong("overwrite")],
        help: ArgumentHelp(
            "Overwrite embeddings whose id now stands for another recording.",
            discussion: """
                Without it, an id that stands for another recording in the folder is refused. What has \
                not changed is never computed again, and other settings are refused with it too: for \
                embeddings with another model or other options, give a new --output.
                """))
    var replace = false

    @Flag(
        help: ArgumentHelp(
            "Go on although the model or the settings have changed.",
            discussion: """
                What was embedded stays and counts as done. The manifests say which settings each \
                recording was embedded with. If all embeddings shall have the same settings, use \
                another folder.
                """))
    var force = false

    func validate() throws {
        if let count = shard?.count { try OptionRange.require("--shard", count, in: Shard.counts) }
    }

    /// What was given, and for the rest what the folder was begun with.
    ///
    /// - Throws: ``EchoError`` of kind `usage` if the environment does not say which shard, or an
    ///   option is for tables.
    func options(_ begun: FolderSettings?) throws(EchoError) -> OutputOptions {
        let environment = ProcessInfo.processInfo.environment
        let layout = folder.layout(begun)
        let ofTables = [
            ("--part-size", folder.partSize != nil), ("--format", format != nil),
            ("--dtype", folder.dtype != nil),
        ]
        if layout == .files, let (name, _) = ofTables.first(where: \.1) {
            throw EchoError(.usage, "\(name) needs --layout parts.")
        }
        return OutputOptions(
            layout: layout, shard: try shard?.shard(in: environment) ?? .whole,
            partSize: folder.partSize(begun), format: format ?? begun?.format ?? .npy,
            element: folder.element(begun),
            retriesFailed: retryFailed, force: force, replaces: replace)
    }
}

extension ArrayFormat: ExpressibleByArgument {}

extension ShardSelector: ExpressibleByArgument {
    /// Reads `I/N`, `auto` or `auto/N`.
    public init?(argument: String) { self.init(argument) }
}
