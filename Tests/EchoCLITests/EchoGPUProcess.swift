import EchoTestSupport
import Foundation

/// The real `echo-gpu`, run as a user runs it.
struct EchoGPUProcess {
    let status: Int32
    let standardOutput: String
    let standardError: String

    /// Runs `echo-gpu` with these arguments, and this on its standard input, and waits for it.
    ///
    /// - Parameters:
    ///   - readsConfiguration: True where it looks for files of defaults, as it does for users; not those of whoever
    ///     runs the tests.
    ///   - program: Another one than the ``binary()``.
    init(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
        readsConfiguration: Bool = false, program: URL? = nil
    ) throws {
        let folder = try ScratchFolder()
        let process = Process()
        process.executableURL = try program ?? Self.binary()
        process.arguments = arguments
        process.environment = Self.environment(readsConfiguration: readsConfiguration)
            .merging(environment) { $1 }
        // Into files: a full pipe would make it wait for a reader.
        let (output, error) = (try folder.file("stdout"), try folder.file("stderr"))
        process.standardOutput = try Self.create(output)
        process.standardError = try Self.create(error)
        process.standardInput = FileHandle.nullDevice
        if let input {
            let path = try folder.text("stdin", input)
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        }
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        standardOutput = try String(contentsOfFile: output, encoding: .utf8)
        standardError = try String(contentsOfFile: error, encoding: .utf8)
    }

    /// That of the tests without defaults of options.
    static func environment(readsConfiguration: Bool = false) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("ECHO_GPU_")
        }
        if !readsConfiguration { environment["ECHO_GPU_CONFIG"] = "" }
        return environment
    }

    /// The standard output as JSON.
    func json() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(standardOutput.utf8))
        return object as? [String: Any] ?? [:]
    }

    static func create(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    /// Built beside the tests; or what `TESTED_ECHO_GPU` names: the command of the C library passes these tests too.
    static func binary() throws -> URL {
        if let path = ProcessInfo.processInfo.environment["TESTED_ECHO_GPU"] {
            return URL(fileURLWithPath: path)
        }
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [Bundle.main.executableURL?.deletingLastPathComponent(), folder]
        for case let candidate? in candidates {
            let url = candidate.appendingPathComponent("echo-gpu")
            if FileManager.default.isExecutableFile(atPath: url.path) { return url }
        }
        throw Missing(searched: candidates.compactMap { $0?.path })
    }

    struct Missing: Error {
        let searched: [String]
    }
}

/// A small checkpoint and recordings in a folder of their own.
struct Workplace {
    let folder: ScratchFolder
    /// A folder with `model.safetensors`.
    let model: String

    init() throws {
        folder = try ScratchFolder()
        let checkpoint = try folder.file("echo-test/model.safetensors")
        try ExtractFixtures.weights.write(to: checkpoint)
        model = folder["echo-test"]
    }

    /// An environment in which verdicts, tiles and programs are kept here; what pocl compiled for other tests serves these
    /// too.
    var cacheOfItsOwn: [String: String] {
        let inherited = ProcessInfo.processInfo.environment
        let home = inherited["XDG_CACHE_HOME"] ?? (inherited["HOME"] ?? "/root") + "/.cache"
        return [
            "XDG_CACHE_HOME": folder["cache"],
            "POCL_CACHE_DIR": inherited["POCL_CACHE_DIR"] ?? home + "/pocl/kcache",
        ]
    }

    /// Half a second of tones at 8000 Hz.
    @discardableResult
    func recording(_ name: String) throws -> String {
        let signal = ExtractFixtures.signal(seed: 3, sampleCount: 4000, sampleRate: 8000)
        return try folder.wav(name, signal, sampleRate: 8000)
    }

    /// `echo-gpu extract` with the small checkpoint on the CPU path, into the folder `out`.
    func extract(_ arguments: String...) throws -> EchoGPUProcess {
        try EchoGPUProcess(
            ["extract", "--model", model, "--device", "cpu", "--output", folder["out"]] + arguments)
    }
}
