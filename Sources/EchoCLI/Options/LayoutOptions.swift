import ArgumentParser
import EchoExtract
import EchoStore

/// How an output folder lays out embeddings: for `extract`, which writes it, and `plan`, which says what that takes.
struct LayoutOptions: ParsableArguments {
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

    @Option(help: "With --layout parts: the tables' type, float32 or float16. (default: float32)")
    var dtype: ArrayElement?

    func validate() throws {
        if let partSize {
            try OptionRange.require("--part-size", partSize, in: OutputOptions.partSizes)
        }
    }

    // What was given, and for the rest what the folder was begun with.

    func layout(_ begun: FolderSettings?) -> FolderLayout { layout ?? begun?.layout ?? .files }

    func partSize(_ begun: FolderSettings?) -> Int {
        partSize ?? begun?.partSize ?? OutputOptions.defaultPartSize
    }

    func element(_ begun: FolderSettings?) -> ArrayElement { dtype ?? begun?.element ?? .float32 }
}

extension FolderLayout: ExpressibleByArgument {}
extension ArrayElement: ExpressibleByArgument {}
