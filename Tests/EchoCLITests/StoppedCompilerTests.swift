import EchoOpenCL
import EchoTestSupport
import Foundation
import Testing

/// A signal while a driver compiles, which no call interrupts: here compilers that would never come to an end.
@Suite(.serialized, .timeLimit(.minutes(20))) struct StoppedCompilerTests {
    private static let kernels = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Kernels").standardized

    private let archive: Archive

    init() throws { archive = try Archive(12) }

    /// An extraction on the first OpenCL device, with empty caches, for which a file of the kernels is edited.
    private func run(
        editing file: String, _ edit: (String) -> String, _ more: [String: String] = [:]
    ) throws -> RunningEchoGPU {
        let path = Self.kernels.appendingPathComponent(file)
        let source = try String(contentsOf: path, encoding: .utf8)
        let edited = edit(source)
        #expect(edited != source)
        try archive.folder.text("kernels/" + file, edited)
        let environment = [
            "ECHO_KERNEL_DIR": archive.folder["kernels"],
            "XDG_CACHE_HOME": archive.folder["cache"], "POCL_CACHE_DIR": archive.folder["cache"],
        ]
        _ = try archive.folder.file("cache/pocl")
        return try RunningEchoGPU(
            archive.arguments("out", device: "0:0"),
            environment: environment.merging(more) { $1 })
    }

    /// Whether pocl has built the program of this kernel.
    private func hasBuilt(_ kernel: String) -> Bool {
        let cache = URL(filePath: archive.folder["cache"])
        let files = FileManager.default.enumerator(at: cache, includingPropertiesForKeys: nil)
        return files?.contains { file in
            guard let file = file as? URL, file.lastPathComponent == "program.bc" else {
                return false
            }
            return (try? Data(contentsOf: file))?.firstRange(of: Data(kernel.utf8)) != nil
        } ?? false
    }

    /// Nothing is left behind, and the next run, whose kernels are as they should be, goes on.
    private func check(
        _ run: RunningEchoGPU, environment: [String: String] = [:]
    ) throws {
        let end = run.end()
        let text = try run.standardError
        #expect(end.status == 75 && !end.isSignal, "\(text)")
        #expect(text.contains("being compiled"), "\(text)")
        let left = try archive.folder.files(in: "out")
        #expect(left.allSatisfy { !$0.hasPrefix(".") }, "neither lock nor temporary file: \(left)")
        for folder in ["out", "whole"] {
            let again = try EchoGPUProcess(
                archive.arguments(folder, device: "0:0"), environment: environment)
            #expect(again.status == 3, "\(again.standardError)")
        }
        #expect(try archive.bytes("out") == archive.bytes("whole"))
    }

    /// The compiler waits at a pipe for the rest of the source.
    @Test(arguments: [SIGINT, SIGTERM])
    func aProgramThatIsBeingBuiltIsLeft(signal: Int32) throws {
        let pipe = archive.folder["source"]
        try #require(mkfifo(pipe, 0o600) == 0)
        let run = try run(editing: "common.cl") { "#include \"\(pipe)\"\n" + $0 }
        var writer: Int32 = -1
        run.wait {
            // Opens when somebody reads.
            writer = open(pipe, O_WRONLY | O_NONBLOCK)
            return writer >= 0
        }
        defer { close(writer) }
        let text = try run.standardError
        #expect(writer >= 0, "\(text)")
        run.send(signal)
        try check(run)
    }

    /// pocl compiles once more when a kernel is launched: branches around barriers, each of which doubles what it has
    /// to go through.
    @Test(.enabled(if: try Platform.all().flatMap(\.devices).first?.isPocl == true))
    func aKernelThatIsCompiledForItsLaunchIsLeft() throws {
        let branches = (0..<24).map {
            "if (column_count & \(1 << $0)) { barrier(CLK_LOCAL_MEM_FENCE); partial[item] += 1; }"
        }
        let start = "float sum = 0.0f;"
        let run = try run(
            editing: "layer_norm.cl",
            { $0.replacing(start, with: ([start] + branches).joined(separator: "\n")) },
            ["ECHO_KERNELS": "simt"])
        // The last program: what is left to compile is what is launched.
        run.wait { hasBuilt("attention_pool_simt_f32") }
        run.send(SIGTERM)
        try check(run, environment: ["ECHO_KERNELS": "simt"])
    }
}
