import EchoTestSupport
import Foundation
import Testing

/// A report that could not be written must not look whole.
@Suite(.timeLimit(.minutes(20))) struct StandardOutputTests {
    /// Runs a shell's line in which `$TOOL` is the program.
    private static func shell(
        _ line: String, _ arguments: [String]
    ) throws -> (status: Int32, isSignal: Bool, error: String) {
        let folder = try ScratchFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "set -o pipefail; " + line, "bash"] + arguments
        process.environment = EchoGPUProcess.environment()
            .merging(["TOOL": try EchoGPUProcess.binary().path]) { $1 }
        process.standardError = try EchoGPUProcess.create(folder["stderr"])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, process.terminationReason == .uncaughtSignal,
            try String(contentsOfFile: folder["stderr"], encoding: .utf8)
        )
    }

    /// What each command prints, where a recording and an output folder are at hand.
    private static func commands(_ place: Workplace) throws -> [[String]] {
        let path = try place.recording("x.wav")
        #expect(try place.extract(path).status == 0)
        let extract = [
            "extract", "--model", place.model, "--device", "cpu", "--output", place.folder["out"],
            path,
        ]
        return [
            ["inspect", place.folder["out"]], ["inspect", "--json", place.folder["out"]],
            ["devices"],
            ["devices", "--json"], ["plan", path], ["plan", "--json", path], extract,
            extract + ["--json"], extract + ["--table"], ["model", "list"], ["--help"],
            ["--version"],
            ["help", "extract"], ["--generate-completion-script", "bash"],
            ["inspect", place.model],
        ]
    }

    @Test func aFullDiskIsAnError() throws {
        let place = try Workplace()
        for command in try Self.commands(place) {
            let result = try Self.shell(#""$TOOL" "$@" > /dev/full"#, command)
            #expect(result.status == 74, "\(command): \(result)")
            #expect(result.error.contains("standard output cannot be written: No space left"))
        }
    }

    @Test func aClosedOutputIsAnError() throws {
        let place = try Workplace()
        for command in try Self.commands(place) {
            let result = try Self.shell(#""$TOOL" "$@" >&-"#, command)
            #expect(result.status == 74, "\(command): \(result)")
        }
    }

    /// Nor does what is printed go into a file of embeddings, which would get the number of the stream.
    @Test func closedStreamsDoNotMixWithFiles() throws {
        let place = try Workplace()
        let path = try place.recording("x.wav")
        let result = try Self.shell(
            #""$TOOL" "$@" <&- >&- 2>&-"#,
            [
                "extract", "--model", place.model, "--device", "cpu", "--verbose", "--output",
                place.folder["out"], path,
            ])
        #expect(result.status == 74)
        let whole = try place.extract(path)
        #expect(whole.status == 0)
        let known = [".npy", "run.json", "manifest-000000.jsonl"]
        #expect(
            try place.folder.files(in: "out").allSatisfy { name in
                known.contains { name.hasSuffix($0) }
            })
    }

    /// `| head` has read enough.
    @Test func aReaderThatGoesIsNoError() throws {
        let place = try Workplace()
        let path = try place.recording("x.wav")
        for command in [["devices"], ["plan", "--shards", "100000", path], ["help", "extract"]] {
            let result = try Self.shell(#""$TOOL" "$@" | head -1 > /dev/null"#, command)
            #expect(result.status == 0 && !result.isSignal, "\(command): \(result)")
            #expect(result.error == "")
        }
    }

    /// A file beyond the limit of its size is an error too, not the end by a signal.
    @Test func aLimitOfSizeIsAnError() throws {
        let place = try Workplace()
        let path = try place.recording("x.wav")
        let result = try Self.shell(
            "ulimit -f 1; \"$TOOL\" \"$@\" > \(place.folder["report"])",
            ["plan", "--shards", "1000", path])
        #expect(result.status == 74, "\(result)")
    }
}
