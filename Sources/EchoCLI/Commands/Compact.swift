import ArgumentParser
import EchoExtract

/// `echo-gpu compact`: fewer, larger parts.
struct Compact: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Joins the small parts of an output folder, and drops what was replaced.",
        discussion: """
            A run that adds a few recordings adds a part: its manifest and its tables. compact \
            joins such parts into parts of the folder's part size, and leaves out lines and rows \
            that a later run replaced. If a manifest was lost and nothing is left of it, that is noted, so \
            that inspect misses it no more. Every row keeps its bits, and every recording \
            its id: reading and resuming give what they gave before. In a folder of files it joins \
            the manifests and leaves the arrays alone.

            It can be stopped at any moment, also by kill -9 or a power cut: the folder always has the \
            same rows, and compact, run again, does the rest. It needs free space for about one part. \
            Tables are compared with the hashes in their manifests first; a damaged one ends it with \
            status 65, and nothing of it is changed. A folder that another process writes to is \
            refused, with status 4. A program that reads the folder at the same time may find a \
            file missing; it then has to read the folder again.

            EXAMPLES
              echo-gpu compact archive
              echo-gpu compact --dry-run archive
              echo-gpu compact --json archive | jq .changes.part_count_after
            """)

    @Flag(help: "Say what would be done, and change nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Messages") var log: LogOptions

    @Argument(help: ArgumentHelp("An output folder of extract.", valueName: "folder"))
    var folder: String

    func run() throws {
        _ = StopSignals()
        try ExitStatus.reporting(log) { () throws(EchoError) in
            let line = ProgressLine(console: .standard)
            defer { line.end() }
            let compaction = try FolderCompaction(folder: folder, isDryRun: dryRun) { done, total in
                line.show("\(done) of \(total) parts written")
            }
            line.end()
            if json {
                try StandardOutput.write(json: compaction)
            } else if !log.quiet {
                try StandardOutput.write(CompactReport.lines(compaction))
            }
        }
    }
}
