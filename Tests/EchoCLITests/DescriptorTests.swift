import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// More tables, or channels, than a process may have files open.
@Suite(.timeLimit(.minutes(20))) struct DescriptorTests {
    /// `extract` by a shell that sets the limit first: for good, or as a soft one.
    private static func extract(
        _ runs: EitherLayout, limit: String, _ arguments: [String]
    ) throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            ["-c", "ulimit \(limit); exec \"$0\" \"$@\"", try EchoGPUProcess.binary().path]
            + ["extract", "--model", runs.place.model, "--device", "cpu", "--layout"]
            + ["\(runs.layout)", "--output", runs.folder["out"]] + arguments
        process.standardError = try EchoGPUProcess.create(runs.folder["stderr"])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let errors = try String(contentsOfFile: runs.folder["stderr"], encoding: .utf8)
        return (process.terminationStatus, errors)
    }

    @Test(arguments: ["-n 48", "-Sn 16"])
    func manyRatesAreManyTablesOfFewDescriptors(limit: String) throws {
        let runs = try EitherLayout(.parts)
        for index in 0..<60 {
            // A band is 32 bins of 40 Hz: another number of bands for each.
            let rate = 1000 + 2600 * index
            let samples = ExtractFixtures.signal(
                seed: UInt64(index), sampleCount: rate / 20, sampleRate: rate)
            try runs.folder.wav("in/\(index).wav", samples, sampleRate: rate)
        }
        let run = try Self.extract(runs, limit: limit, ["--level", "both", runs.folder["in"]])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try runs.entries().count == 60)
        #expect(try EchoGPUProcess(["inspect", runs.folder["out"]]).status == 0)
    }

    @Test(arguments: FolderLayout.allCases)
    func eachOfManyChannelsIsWritten(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let samples = ExtractFixtures.signal(seed: 1, sampleCount: 1024 * 30, sampleRate: 1000)
        let path = try runs.folder.wav("x.wav", samples, channels: 1024, sampleRate: 1000)
        let run = try Self.extract(
            runs, limit: "-n 48", ["--level", "both", "--channels", "each", path])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try runs.entries().count == 1024)
        #expect(try EchoGPUProcess(["inspect", runs.folder["out"]]).status == 0)
    }
}
