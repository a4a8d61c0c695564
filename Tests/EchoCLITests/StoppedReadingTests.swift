import EchoTestSupport
import Foundation
import Testing

/// A signal while nothing but reading goes on, which may take minutes: the run ends at the next block.
@Suite(.serialized, .timeLimit(.minutes(20))) struct StoppedReadingTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// What a run is stopped in: the first pass over ten hours, alone or behind a conversion.
    @Test(arguments: [[], ["--resample", "8000"], ["--channels", "each"]], ["files", "parts"])
    func tenHoursAreNotReadToTheirEnd(options: [String], layout: String) throws {
        let path = try place.folder.file("ten-hours.wav")
        try SparseWAV.write(path, channels: 2, sampleRate: 24_000, seconds: 36_000)
        let run = try RunningEchoGPU(
            [
                "extract", "--model", place.model, "--device", "cpu", "--layout", layout,
                "--output", place.folder["out"], path,
            ] + options)
        let out = place.folder["out"]
        run.wait { FileManager.default.fileExists(atPath: out + "/.lock") }
        usleep(200_000)
        #expect(run.isRunning)
        let start = ContinuousClock.now
        run.send(SIGTERM)
        let end = run.end()
        let text = try run.standardError
        #expect(end.status == 75 && !end.isSignal, "\(text)")
        // A block takes milliseconds; the rest is the machine's, which may be busy.
        #expect(ContinuousClock.now - start < .seconds(4))
        let left = try place.folder.files(in: "out")
        #expect(left.allSatisfy { ["run.json", "errors.jsonl"].contains($0) }, "\(left)")
        // It is no failed recording.
        let errors = (try? String(contentsOfFile: out + "/errors.jsonl", encoding: .utf8)) ?? ""
        #expect(!errors.contains("ten-hours"), "\(errors)")
    }

    /// Before there is a run, here while a list of inputs comes from a pipe that nobody writes to.
    @Test(arguments: [SIGINT, SIGTERM])
    func aSearchForInputsEndsAtOnce(signal: Int32) throws {
        let list = try place.folder.file("list")
        #expect(mkfifo(list, 0o600) == 0)
        let run = try RunningEchoGPU([
            "extract", "--model", place.model, "--device", "cpu", "--output", place.folder["out"],
            "--files0-from", list,
        ])
        var writer: Int32 = -1
        run.wait {
            // Opens once somebody reads.
            writer = open(list, O_WRONLY | O_NONBLOCK)
            return writer >= 0
        }
        defer { close(writer) }
        run.send(signal)
        let end = run.end()
        let text = try run.standardError
        #expect(end.status == 75 && !end.isSignal, "\(text)")
        #expect(!FileManager.default.fileExists(atPath: place.folder["out"]))
    }
}
