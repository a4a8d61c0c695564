import ArgumentParser
import EchoExtract
import EchoOpenCL
import EchoScore
import EchoStore
import Glibc

/// Searches as often as it is told to, for `Benchmarks/nearest/compare.py`: which lets a peer search in between.
struct NearestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nearest",
        abstract: "Time exact searches for nearest rows, one for each line of standard input.",
        discussion: """
            A line is 'memory Q' (rows prepared once and kept) or 'files Q' (rows read from the folder's \
            tables), Q being how many of the queries are looked for. It answers with the seconds that it \
            took, how many blocks float32 could not decide, and the rows of the first query's hits.
            """)

    @Option(help: "auto, cpu, gpu, P:D as clinfo -l numbers them, or part of a device's name.")
    var device = "auto"
    @Option(help: "Hits of each query.") var top = 10
    @Option(help: "Bytes of a block, in MiB.") var block = BlockSize.usual >> 20
    @Option(help: "Columns of the rows.") var width = 1344
    @Argument(help: "An output folder in parts.") var folder: String
    @Argument(help: "The queries: an .npy file [Q, width].") var queries: String

    func run() throws {
        let archive = try ArchiveRows(
            PartFolder(path: folder), level: .utterance, width: width)
        let table = try NPYFile.read(queries)
        let search = try NearestDevice(DeviceSelector(device), blockByteCount: block << 20)
        print("\(search.name): \(archive.rowCount) rows of \(width)")
        fflush(nil)
        var kept: PreparedBank?
        while let line = readLine() {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int(words[1]), count <= table.shape[0] else {
                throw ValidationError("'\(line)' is neither 'memory Q' nor 'files Q'")
            }
            let some = RowsInMemory(Array(table.floats[..<(count * width)]), width: width)
            var bank: any RowSource = archive
            if words[0] == "memory" {
                let prepared =
                    try kept
                    ?? PreparedBank(
                        Self.read(archive), by: .cosine, blockByteCount: block << 20)
                (kept, bank) = (prepared, prepared)
            }
            let start = ContinuousClock.now
            let found = try search.finder.nearest(
                top, to: some, in: bank, by: .cosine, excluding: [])
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let rows = found.map { $0.map { "\($0.row)" }.joined(separator: ",") }
            print("\(seconds) \(search.finder.wholeBlockCount) \(rows.joined(separator: ";"))")
            // Who told it to waits for the line.
            fflush(nil)
        }
    }

    /// All rows, in memory.
    private static func read(_ rows: ArchiveRows) throws -> RowsInMemory {
        var values = [Float](repeating: 0, count: rows.rowCount * rows.width)
        try values.withUnsafeMutableBufferPointer { try rows.read(0..<rows.rowCount, into: $0) }
        return RowsInMemory(values, width: rows.width)
    }
}
