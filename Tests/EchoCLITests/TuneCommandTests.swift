import EchoTestSupport
import Foundation
import Testing

/// `tune` and what later commands make of its choice: real processes, with a cache of their own.
///
/// The stage 'attention' of the kernels for GPUs is one program: quick to compile for each row.
@Suite(.serialized, .timeLimit(.minutes(20))) struct TuneCommandTests {
    private static let kernels = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Kernels").standardized

    private let place: Workplace
    private let environment: [String: String]

    init() throws {
        place = try Workplace()
        environment = place.cacheOfItsOwn.merging(["ECHO_KERNELS": "simt"]) { $1 }
    }

    private func run(
        _ arguments: [String], _ more: [String: String] = [:]
    ) throws -> EchoGPUProcess {
        try EchoGPUProcess(arguments, environment: environment.merging(more) { $1 })
    }

    private func tune(
        _ arguments: String..., environment more: [String: String] = [:]
    ) throws -> EchoGPUProcess {
        try run(["tune", "--stage", "attention", "--seconds", "0.001"] + arguments, more)
    }

    /// `extract --verbose` of a short recording on the best OpenCL device.
    private func extract(_ more: [String: String] = [:]) throws -> EchoGPUProcess {
        let recording = try place.recording("a.wav")
        return try run(
            [
                "extract", "--verbose", "--model", place.model, "--output", place.folder["out"],
                recording,
            ], more)
    }

    private func keptFiles() throws -> [String] {
        guard FileManager.default.fileExists(atPath: place.folder["cache"]) else { return [] }
        return try place.folder.files(in: "cache").filter { $0.contains("tiles-") }
    }

    /// The second row of the table computes wrong numbers, the third does not compile.
    @Test func rowsWithWrongNumbersAreRejectedAndTheBestIsUsed() throws {
        let dry = try tune("--dry-run", "--json")
        #expect(dry.status == 0, "\(dry.standardError)")
        #expect(try keptFiles().isEmpty)
        let rows = try #require(dry.json()["trials"] as? [[String: Any]])
        let tiles = rows.compactMap { $0["tiles"] as? String }
        try #require(tiles.count > 3)
        #expect(!rows.contains { $0["verdict"] as? String == "rejected" })

        let broken = ["ECHO_KERNEL_DIR": try brokenKernels(wrong: tiles[1], invalid: tiles[2])]
        let tuned = try tune(environment: broken)
        #expect(tuned.status == 0, "\(tuned.standardError)")
        let lines = tuned.standardOutput.split(separator: "\n")
        func line(_ tiles: String) -> Substring { lines.first { $0.contains(" \(tiles) ") } ?? "" }
        #expect(line(tiles[1]).contains(#/ rejected: attention .*error/#), "\(lines)")
        #expect(line(tiles[2]).contains(#/ rejected: .*attention/#), "\(lines)")
        #expect(line(tiles[3]).contains(#/ \d+\.\d  (best|slower|too close)/#), "\(lines)")
        #expect(try keptFiles().count == 1)

        // The next run with these kernels takes the choice; with others it says that it does not.
        let same = try extract(broken)
        #expect(same.status == 0)
        #expect(same.standardError.contains("Tiles: simt "), "\(same.standardError)")
        #expect(same.standardError.contains("'echo-gpu tune' chose them"))
        let other = try extract()
        #expect(other.status == 0)
        #expect(other.standardError.contains("warning: "), "\(other.standardError)")
        #expect(other.standardError.contains("the kernels have changed"))
        #expect(other.standardError.contains("(the defaults)"))

        // A damaged file: a warning again, and the same embeddings as before.
        let bytes = try Data(contentsOf: URL(filePath: place.folder["out/a.wav.utterance.npy"]))
        try place.folder.text("cache/\(try keptFiles()[0])", "{ damaged")
        let damaged = try extract()
        #expect(damaged.status == 0)
        #expect(damaged.standardError.contains("damaged"), "\(damaged.standardError)")
        let again = try Data(contentsOf: URL(filePath: place.folder["out/a.wav.utterance.npy"]))
        #expect(again == bytes)

        let reset = try run(["tune", "--reset"])
        #expect(reset.status == 0 && reset.standardOutput.contains("Removed"))
        #expect(try keptFiles().isEmpty)
        #expect(try !extract().standardError.contains("warning: "))
    }

    @Test func halvesAreTunedForThemselves() throws {
        let tuned = try tune("--precision", "fp16", "--json")
        #expect(tuned.status == 0, "\(tuned.standardError)")
        #expect(try tuned.json()["precision"] as? String == "fp16")
        #expect(tuned.standardOutput.contains("\"best\""), "\(tuned.standardOutput)")
        let kept = try keptFiles()
        #expect(kept.count == 1 && kept[0].contains("float16"), "\(kept)")
        #expect(try extract().standardError.contains("(the defaults)"))
        let halves = try run([
            "extract", "--verbose", "--model", place.model, "--precision", "fp16", "--output",
            place.folder["halves"], place.recording("a.wav"),
        ])
        #expect(halves.status == 0)
        #expect(halves.standardError.contains("'echo-gpu tune' chose them"))
    }

    @Test func theKernelsForCPUDevicesHaveNoTilesForHalves() throws {
        let result = try run(["tune", "--precision", "fp16"], ["ECHO_KERNELS": "simd"])
        #expect(result.status == 69)
        #expect(result.standardError.contains("unset ECHO_KERNELS"), "\(result.standardError)")
        #expect(!result.standardError.contains("Nothing was kept"))
    }

    /// A folder of kernels in which the compiler waits at a pipe for the row of 48 keys; and the pipe.
    private func waitingKernels() throws -> (directory: String, pipe: String) {
        let pipe = place.folder["source"]
        try #require(mkfifo(pipe, 0o600) == 0)
        let source = try String(
            contentsOf: Self.kernels.appendingPathComponent("attend_group.cl"), encoding: .utf8)
        try place.folder.text(
            "kernels/attend_group.cl",
            "#if KEY_TILE == 48\n#include \"\(pipe)\"\n#endif\n" + source)
        return (place.folder["kernels"], pipe)
    }

    /// What does not come to an end is given up, named and counted; the others are tuned.
    @Test func aRowThatIsNotCompiledInTimeIsGivenUp() throws {
        let waiting = try waitingKernels()
        let tuned = try tune(
            "--compile-limit", "30", "--dry-run",
            environment: ["ECHO_KERNEL_DIR": waiting.directory])
        #expect(tuned.status == 0, "\(tuned.standardError)")
        let lines = tuned.standardOutput.split(separator: "\n")
        let row = lines.first { $0.contains("KEY_TILE=48 ") } ?? ""
        #expect(row.contains("given up: still being compiled after 30 s"), "\(lines)")
        #expect(lines.last?.contains("1 of 4 were given up.") == true, "\(lines)")
    }

    /// A signal ends the tuning and the compiler that it waits for.
    @Test func aSignalEndsTheCompilerToo() throws {
        let waiting = try waitingKernels()
        let run = try RunningEchoGPU(
            ["tune", "--stage", "attention", "--seconds", "0.001", "--dry-run"],
            environment: environment.merging(["ECHO_KERNEL_DIR": waiting.directory]) { $1 })
        var pipe = pollfd(fd: -1, events: 0, revents: 0)
        run.wait {
            // Opens when somebody reads.
            pipe.fd = open(waiting.pipe, O_WRONLY | O_NONBLOCK)
            return pipe.fd >= 0
        }
        defer { close(pipe.fd) }
        run.send(SIGTERM)
        #expect(run.end().status == 75)
        // Until nobody reads.
        while poll(&pipe, 1, 100) == 0 {}
        #expect(pipe.revents & Int16(POLLERR) != 0)
    }

    /// A folder of kernels in which two rows of the table go wrong.
    private func brokenKernels(wrong: String, invalid: String) throws -> String {
        func condition(_ tiles: String) -> String {
            tiles.split(separator: " ").map { $0.replacing("=", with: " == ") }
                .joined(separator: " && ")
        }
        let source = try String(
            contentsOf: Self.kernels.appendingPathComponent("attend_group.cl"), encoding: .utf8)
        try #require(source.contains("fma("))
        let head = """
            #if \(condition(wrong))
            #define fma(a, b, c) ((a) * (b) - (c))
            #endif
            #if \(condition(invalid))
            #error these tiles do not compile
            #endif

            """
        try place.folder.text("kernels/attend_group.cl", head + source)
        return place.folder["kernels"]
    }

    /// The table stands on stdout, the reason on stderr, and extract works as ever.
    @Test func aCacheThatCannotBeWrittenFailsTuneAlone() throws {
        try place.folder.text("cache", "a file where the folder should be")
        let result = try tune()
        #expect(result.status == 74)
        #expect(result.standardOutput.contains("GFLOP/s"))
        #expect(result.standardError.contains("XDG_CACHE_HOME"), "\(result.standardError)")
        let extracted = try extract()
        #expect(extracted.status == 0)
        #expect(extracted.standardError.contains("(the defaults)"))
    }

    @Test(arguments: [
        ["--device", "cpu"], ["--stage", "rows"], ["--reset", "--dry-run"], ["--seconds", "0"],
        ["--stage", "none"],
    ])
    func whatCannotBeTunedIsAUsageError(arguments: [String]) throws {
        // The kernels for CPU devices have no stage 'rows'.
        let result = try run(["tune"] + arguments, ["ECHO_KERNELS": "simd"])
        #expect(result.status == 64, "\(result.standardOutput)\(result.standardError)")
        #expect(try keptFiles().isEmpty)
    }
}
