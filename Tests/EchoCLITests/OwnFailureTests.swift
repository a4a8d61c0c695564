import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// What this process or this machine cannot give stops the run and is no recording's failure; what a disk
/// does not answer is one that the next run tries again.
@Suite(.serialized, .timeLimit(.minutes(20))) struct OwnFailureTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        for name in ["a", "b", "c"] { try place.recording("in/\(name).wav") }
        try pack("in.tar.gz", "-czf")
    }

    private func pack(_ name: String, _ option: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["tar", option, place.folder[name], "-C", place.folder["in"]]
            + ["a.wav", "b.wav", "c.wav"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func arguments(_ input: String) -> [String] {
        [
            "extract", "--model", place.model, "--device", "cpu", "--layout", "parts", "--output",
            place.folder["out"], place.folder[input],
        ]
    }

    private func run(_ input: String, _ environment: [String: String] = [:]) throws
        -> EchoGPUProcess
    {
        try EchoGPUProcess(arguments(input), environment: environment)
    }

    /// Lines of the manifests, by how they end.
    private func entries() throws -> (embedded: Int, failed: [String]) {
        guard FileManager.default.fileExists(atPath: place.folder["out"]) else { return (0, []) }
        let parts = try PartFolder(path: place.folder["out"])
        var (embedded, failed) = (0, [String]())
        for entry in try parts.parts.flatMap({ try parts.entries(of: $0) }) {
            if case .failed(let code, _) = entry.outcome {
                failed.append(code)
            } else {
                embedded += 1
            }
        }
        return (embedded, failed)
    }

    @Test func aMissingTMPDIRIsNoFaultOfTheArchive() throws {
        let missing = place.folder["none"]
        let first = try run("in.tar.gz", ["TMPDIR": missing])
        #expect(first.status == 73, "\(first.standardError)")
        #expect(first.standardError.contains(missing))
        #expect(first.standardError.contains("TMPDIR"))
        #expect(try entries().failed.isEmpty)
        #expect(try run("in.tar.gz").status == 0)
        #expect(try entries().embedded == 3)
    }

    /// What is packed in a signal's own file needs room too.
    @Test(arguments: ["deflated.npz", "cwru-compressed.mat", "v73.mat"])
    func aMissingTMPDIRIsNoFaultOfASignal(name: String) throws {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/signals/\(name)").standardized
        let path = place.folder[name]
        try FileManager.default.copyItem(atPath: fixture.path, toPath: path)
        let all = ["--sample-rate", "1000"] + arguments(name).dropFirst()
        let first = try EchoGPUProcess(
            ["extract"] + all, environment: ["TMPDIR": place.folder["none"]])
        #expect(first.status == 73, "\(first.standardError)")
        #expect(try entries().failed.isEmpty)
        #expect(try EchoGPUProcess(["extract"] + all).status == 0)
        #expect(try entries().embedded == 1)
    }

    @Test func aFullTMPDIRIsNoFaultOfTheArchive() throws {
        let disk = try SmallDisk(place.folder.file("tmp"), byteCount: 4096)
        guard let disk else { return SmallDisk.note() }
        let first = try run("in.tar.gz", ["TMPDIR": place.folder["tmp"]])
        #expect(first.status == 74, "\(first.standardError)")
        #expect(first.standardError.contains("No space left"))
        #expect(try entries().failed.isEmpty)
        try disk.resize(byteCount: 16 << 20)
        #expect(try run("in.tar.gz", ["TMPDIR": place.folder["tmp"]]).status == 0)
        #expect(try entries().embedded == 3)
    }

    /// However few files may be open: all is embedded, or the run says that it cannot go on.
    @Test(arguments: ["in", "in.tar.gz"])
    func tooFewDescriptorsAreNoFaultOfARecording(input: String) throws {
        for limit in stride(from: 5, through: 32, by: 3) {
            try? FileManager.default.removeItem(atPath: place.folder["out"])
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            let script = "ulimit -n \(limit); exec \"$0\" \"$@\""
            process.arguments =
                ["-c", script, try EchoGPUProcess.binary().path] + arguments(input)
            // Not by the shell, which needs descriptors for that.
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationReason == .exit, "\(limit) descriptors")
            #expect(process.terminationStatus != 3, "\(limit) descriptors")
            // 127: not even the libraries can be opened.
            let status = process.terminationStatus
            #expect(limit > 16 || [71, 127].contains(status), "\(limit) descriptors: \(status)")
            #expect(try entries().failed.isEmpty, "\(limit) descriptors")
        }
    }

    /// In a folder that is gone no relative path leads anywhere, which the system calls missing.
    @Test func aCurrentFolderThatWasRemovedIsNamed() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let script = "mkdir \"$1\" && cd \"$1\" && rmdir \"$1\" && shift && exec \"$0\" \"$@\""
        var arguments = arguments("in")
        arguments[arguments.count - 2] = "out"
        process.arguments =
            ["-c", script, try EchoGPUProcess.binary().path, place.folder["gone"]] + arguments
        process.standardError = try EchoGPUProcess.create(place.folder["stderr"])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOfFile: place.folder["stderr"], encoding: .utf8)
        #expect(process.terminationStatus == 73, "\(text)")
        #expect(text.contains("The current folder was removed"), "\(text)")
    }

    /// A library that is loaded before the system's, and answers like a disk that fails.
    private func failingDisk() throws -> String? {
        let source = try place.folder.text(
            "disk.c",
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/types.h>
            #include <unistd.h>
            static int fails(int descriptor, off_t offset) {
                char link[64], name[4096];
                snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
                ssize_t length = readlink(link, name, sizeof name - 1);
                if (length < 0) return 0;
                name[length] = 0;
                return strstr(name, "-bad-") && offset >= 4096;
            }
            ssize_t pread64(int descriptor, void *bytes, size_t count, off_t offset) {
                ssize_t (*next)(int, void *, size_t, off_t) = dlsym(RTLD_NEXT, "pread64");
                if (fails(descriptor, offset)) { errno = EIO; return -1; }
                if (fails(descriptor, offset + count)) count = 4096 - offset;
                return next(descriptor, bytes, count, offset);
            }
            ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
                return pread64(descriptor, bytes, count, offset);
            }
            """)
        let library = place.folder["disk.so"]
        for compiler in ["cc", "clang"] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            if process.terminationStatus == 0 { return library }
        }
        return nil
    }

    /// Neither the end of the file nor another format: libsndfile alone would say so.
    @Test func aDiskThatFailsIsCalledThat() throws {
        guard let library = try failingDisk() else {
            return print("note: there is no C compiler; the test did nothing")
        }
        let formats: [RecordingFixtures.Format] = [
            .wav16, .flac24, .vorbis, .opus, .mp3, .aiff16, .caf24, .w64,
        ]
        var written = 0
        for format in formats {
            let path = try place.folder.file("disk/\(format)-bad-.\(format.fileExtension)")
            do {
                try RecordingFixtures.write(
                    RecordingFixtures.noise(count: 96_000), sampleRate: 48_000, as: format, to: path
                )
                written += 1
            } catch is RecordingFixtures.Failure {
                // A libsndfile without MP3.
                try? FileManager.default.removeItem(atPath: path)
            }
        }
        let first = try run("disk", ["LD_PRELOAD": library])
        #expect(first.status == 3, "\(first.standardError)")
        #expect(first.standardError.contains("Input/output error"))
        let codes = try FailureList.read(folder: place.folder["out"], shard: .whole).map(\.code)
        #expect(codes == Array(repeating: "io-error", count: written), "\(first.standardError)")
    }
}
