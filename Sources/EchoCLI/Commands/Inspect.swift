import ArgumentParser
import EchoExtract

/// `echo-gpu inspect`: what is in a folder or file.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what is in an output folder, a file of embeddings or a model.",
        discussion: """
            For an output folder: recordings, failures by reason, what is unfinished, and for each \
            width the rows with their norms, rows that are not finite, and rows that are equal to \
            another recording's. The manifests are compared with the arrays. Models are named with \
            the SHA-256 of their weights, and a row for each of their settings says how many \
            recordings it embedded. The exit status is 1 if something is wrong, and 65 if the folder \
            is not an output folder: then it says what is in it, and what to do.

            --check reads every table and array to its last byte and compares it with its manifest: \
            the SHA-256 that was recorded when it was written, its size and shape, the rows that \
            lines name, and that every value is a finite number. It also says what inspect says of the \
            folder as a whole, such as a lost manifest. What is wrong is named with what to do, and \
            the status is 1.

            EXAMPLES
              echo-gpu inspect archive
              echo-gpu inspect --check archive
              echo-gpu inspect echo-tiny/model.safetensors
              echo-gpu inspect --json embeddings | jq .failures
            """)

    @Flag(help: "Read every table and array of an output folder, and compare it with its manifest.")
    var check = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Messages") var log: LogOptions

    @Argument(
        help: ArgumentHelp(
            "An output folder, a .npy or .safetensors file, or a folder with a model.",
            valueName: "path"))
    var path: String

    func run() throws {
        var isSound = true
        try ExitStatus.reporting(log) { () throws(EchoError) in
            if check {
                isSound = try checkTables()
                return
            }
            let inspection = try Inspection(path: path)
            isSound = inspection.isSound
            if json {
                try StandardOutput.write(json: inspection, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(InspectionReport.lines(inspection))
            }
        }
        if !isSound { throw ExitStatus.differs }
    }

    /// - Returns: Whether all is as it was written.
    private func checkTables() throws(EchoError) -> Bool {
        let line = ProgressLine(console: .standard)
        defer { line.end() }
        let check = try FolderCheck(path: path) { done, total, byteCount in
            line.show("\(done) of \(total) manifests checked, \(byteCount >> 20) MiB read")
        }
        line.end()
        if json {
            try StandardOutput.write(json: check)
        } else {
            try StandardOutput.write(CheckReport.lines(check))
        }
        return check.isSound
    }
}
