import EchoTestSupport
import Foundation
import Testing

/// `--metrics-file`: there from the start, right at the end, however the run ends.
@Suite(.serialized, .timeLimit(.minutes(20))) struct MetricsFileTests {
    private static func read(_ path: String) throws -> PrometheusText {
        try PrometheusText(String(contentsOfFile: path, encoding: .utf8))
    }

    @Test func aRunThatIsThrough() throws {
        let place = try Workplace()
        for name in ["a", "b", "c"] { try place.recording("in/\(name).wav") }
        try place.folder.text("in/bad.wav", "no recording")
        try place.folder.text("in/short.wav", "")
        let path = place.folder["run.prom"]
        let size = Double(try place.folder.byteCount(in: "in"))
        let result = try place.extract(
            "--metrics-file", path, "--layout", "parts", "--shard", "0/1", place.folder["in"])
        #expect(result.status == 3, "\(result.standardError)")
        let metrics = try Self.read(path)
        for (name, value) in [
            ("echo_gpu_running", 0.0), ("echo_gpu_exit_status", 3), ("echo_gpu_recordings", 5),
            ("echo_gpu_recordings_embedded_total", 3), ("echo_gpu_sound_seconds_total", 1.5),
            ("echo_gpu_input_bytes", size), ("echo_gpu_input_bytes_done_total", size),
        ] {
            #expect(try metrics.value(name) == value, "\(name)")
        }
        #expect(try metrics.value("echo_gpu_phase", ["phase": "ended"]) == 1)
        let failures = metrics.samples.filter { $0.name == "echo_gpu_recordings_failed_total" }
        #expect(failures.map(\.value).reduce(0, +) == 2)
        #expect(failures.contains { $0.labels["code"] == "unreadable" }, "\(failures)")
        let segments = metrics.samples.filter { $0.name == "echo_gpu_segments_total" }
        #expect(segments.map(\.value) == [3] && segments[0].labels["device"]?.isEmpty == false)
        let (start, last) = (
            try metrics.value("echo_gpu_start_time_seconds"),
            try metrics.value("echo_gpu_last_update_time_seconds")
        )
        #expect(try #require(start) <= #require(last))
        #expect(abs(Date.now.timeIntervalSince1970 - (last ?? 0)) < 3600)
        for sample in metrics.samples {
            #expect(sample.labels["output"] == place.folder["out"])
            #expect(sample.labels["shard"] == "0/1")
        }
        let names = try FileManager.default.contentsOfDirectory(
            atPath: (path as NSString).deletingLastPathComponent)
        #expect(names.allSatisfy { !$0.hasSuffix(".tmp") }, "\(names)")
    }

    /// What else has that name stays: a recording by a slip, and a FIFO, as a device of the machine would.
    @Test func onlyMetricsAreReplaced() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let fifo = place.folder["fifo"]
        #expect(mkfifo(fifo, 0o600) == 0)
        for file in [path, fifo, place.folder.path] {
            let result = try place.extract("--metrics-file", file, path)
            #expect(result.status == 73, "\(result.standardError)")
            #expect(result.standardError.contains("the metrics file \(file) cannot be written"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        var status = stat()
        #expect(lstat(fifo, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
        // A link stays one, and leads to the new metrics.
        let (link, target) = (place.folder["link.prom"], place.folder["target.prom"])
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        for _ in 0..<2 {
            try Data().write(to: URL(fileURLWithPath: target))
            #expect(try place.extract("--metrics-file", link, path).status == 0)
            #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
            #expect(try Self.read(target).value("echo_gpu_exit_status") == 0)
        }
    }

    /// Neither a quote nor a line break in a name ends a label.
    @Test func labelsAreEscaped() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let out = place.folder["o\"u\\t\nx"]
        let file = place.folder["run.prom"]
        let result = try EchoGPUProcess([
            "extract", "--model", place.model, "--device", "cpu", "--output", out, "--metrics-file",
            file, path,
        ])
        #expect(result.status == 0, "\(result.standardError)")
        #expect(try Self.read(file).samples.allSatisfy { $0.labels["output"] == out })
    }

    @Test func aRunThatFails() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let file = place.folder["run.prom"]
        let result = try EchoGPUProcess([
            "extract", "--model", place.model, "--device", "99:7", "--output", place.folder["out"],
            "--metrics-file", file, path,
        ])
        #expect(result.status == 69)
        let metrics = try Self.read(file)
        #expect(try metrics.value("echo_gpu_running") == 0)
        #expect(try metrics.value("echo_gpu_exit_status") == 69)
    }

    /// While it runs the file says so, and after a signal that it does not.
    @Test(arguments: [SIGTERM, SIGINT])
    func aRunThatIsStopped(signal: Int32) throws {
        let long = try LongRun()
        let file = long.place.folder["run.prom"]
        let run = try RunningEchoGPU(long.arguments("--metrics-file", file))
        func value(_ name: String) -> Double? { try? Self.read(file).value(name) }
        run.wait { (value("echo_gpu_sound_seconds_total") ?? 0) > 0 }
        #expect(value("echo_gpu_running") == 1 && value("echo_gpu_exit_status") == nil)
        run.send(signal)
        #expect(run.end().status == 75)
        #expect(value("echo_gpu_running") == 0 && value("echo_gpu_exit_status") == 75)
        #expect(value("echo_gpu_recordings_embedded_total") == 0)
        #expect(try Self.read(file).value("echo_gpu_phase", ["phase": "ended"]) == 1)
    }

    /// Where no run is under way yet a signal ends the process at once: the file knows it all the same.
    @Test func aSearchForInputsThatIsStopped() throws {
        let place = try Workplace()
        let list = try place.folder.file("list")
        #expect(mkfifo(list, 0o600) == 0)
        let file = place.folder["run.prom"]
        let run = try RunningEchoGPU([
            "extract", "--model", place.model, "--device", "cpu", "--output", place.folder["out"],
            "--files0-from", list, "--metrics-file", file,
        ])
        var writer: Int32 = -1
        run.wait {
            // Opens once somebody reads.
            writer = open(list, O_WRONLY | O_NONBLOCK)
            return writer >= 0
        }
        defer { close(writer) }
        #expect(try Self.read(file).value("echo_gpu_phase", ["phase": "finding"]) == 1)
        run.send(SIGTERM)
        #expect(run.end().status == 75)
        #expect(try Self.read(file).value("echo_gpu_exit_status") == 75)
    }

    @Test func aFileThatCannotBeWrittenStopsBeforeAnyWork() throws {
        let place = try Workplace()
        let path = try place.recording("a.wav")
        let result = try place.extract("--metrics-file", place.folder["no/such/run.prom"], path)
        #expect(result.status == 73)
        #expect(result.standardError.contains("metrics file"), "\(result.standardError)")
        #expect(!FileManager.default.fileExists(atPath: place.folder["out"]))
    }
}
