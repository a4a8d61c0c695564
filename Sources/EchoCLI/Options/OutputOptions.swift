import ArgumentParser
import EchoExtract
import EchoStore
import FoundationEssentials

/// How `extract` lays out what it writes, and which share of the recordings is its own.
struct StorageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "files or parts: files for each recording, or tables of many. (default: files)",
            discussion: """
                'files' is for folders that people look into. 'parts' is for archives: tables of \
                --part-size recordings, with a manifest for each. Both keep run.json and \
                manifests, so the same command run again does only what is missing. A folder keeps \
                its settings: layout, level, precision, channels, and how recordings are read need \
                not be given again. docs/output-layout.md describes every file.
                """))
    var layout: FolderLayout?

    @Option(
        help: ArgumentHelp(
            "With --layout parts: recordings of a part, 1 to 1000000000. (default: 1024)",
            discussion: "A part also ends after 1 GiB of recordings.",
            valueName: "recordings"))
    var partSize: Int?

    @Option(
        help: "With --layout parts: the tables' file format, npy or safetensors. (default: npy)")
    var format: ArrayFormat?

    @Option(help: "With --layout parts: the tables' type, float32 or float16. (default: float32)")
    var dtype: ArrayElement?

    @Option(
        help: ArgumentHelp(
            "Embed only this share of the recordings: I/N, I from 0, N up to 1000000; auto, or auto/N.",
            discussion: """
                The shares are disjoint and complete, and have about the same number of bytes. \
                Give all processes the same inputs; they may write to the same folder. 'auto' \
                takes the \
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
        if let partSize {
            try OptionRange.require("--part-size", partSize, in: OutputOptions.partSizes)
        }
        if let count = shard?.count { try OptionRange.require("--shard", count, in: Shard.counts) }
    }

    /// What was given, and for the rest what the folder was begun with.
    ///
    /// - Throws: ``EchoError`` of kind `usage` if the environment does not say which shard, or an
    ///   option is for tables.
    func options(_ begun: FolderSettings?) throws(EchoError) -> OutputOptions {
        let environment = ProcessInfo.processInfo.environment
        let layout = layout ?? begun?.layout ?? .files
        let ofTables = [
            ("--part-size", partSize != nil), ("--format", format != nil),
            ("--dtype", dtype != nil),
        ]
        if layout == .files, let (name, _) = ofTables.first(where: \.1) {
            throw EchoError(.usage, "\(name) needs --layout parts.")
        }
        return OutputOptions(
            layout: layout, shard: try shard?.shard(in: environment) ?? .whole,
            partSize: partSize ?? begun?.partSize ?? OutputOptions.defaultPartSize,
            format: format ?? begun?.format ?? .npy, element: dtype ?? begun?.element ?? .float32,
            retriesFailed: retryFailed, force: force, replaces: replace)
    }
}

extension FolderLayout: ExpressibleByArgument {}
extension ArrayFormat: ExpressibleByArgument {}
extension ArrayElement: ExpressibleByArgument {}

extension ShardSelector: ExpressibleByArgument {
    /// Reads `I/N`, `auto` or `auto/N`.
    public init?(argument: String) { self.init(argument) }
}
