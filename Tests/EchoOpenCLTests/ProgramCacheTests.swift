import EchoOpenCL
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(20))) struct ProgramCacheTests {
    /// pocl keeps programs itself, so ours is not used there.
    private static let devices = TestDevice.all.filter { !$0.isPocl }
    private static let source = """
        __kernel void set(__global float *v) { v[get_global_id(0)] = VALUE; }
        """

    @Test(arguments: devices) func theSecondBuildTakesTheFirstOnesBinary(_ device: Device) throws {
        let folder = try TemporaryFolder()
        let key = ProgramCache.Key(device, source: Self.source, options: ["-DVALUE=3"])
        #expect(folder.cache.binary(for: key) == nil)
        #expect(try value(device, "-DVALUE=3", folder.cache) == 3)
        #expect(folder.cache.binary(for: key) != nil)

        // A compiler that fails shows that it is not called.
        let second = try CallFailure.inject({
            $0 == "clCreateProgramWithSource" ? -3 : nil
        }) { try value(device, "-DVALUE=3", folder.cache) }
        #expect(second == 3)
        #expect(folder.reports.isEmpty)
    }

    @Test(arguments: devices) func otherOptionsAreAnotherEntry(_ device: Device) throws {
        let folder = try TemporaryFolder()
        #expect(try value(device, "-DVALUE=3", folder.cache) == 3)
        #expect(try value(device, "-DVALUE=4", folder.cache) == 4)
        #expect(try value(device, "-DVALUE=3", folder.cache) == 3)
        #expect(try folder.files.count == 2)
    }

    @Test(arguments: devices) func aDamagedEntryIsReplaced(_ device: Device) throws {
        let folder = try TemporaryFolder()
        let key = ProgramCache.Key(device, source: Self.source, options: ["-DVALUE=3"])
        #expect(try value(device, "-DVALUE=3", folder.cache) == 3)
        let file = folder.cache.file(for: key)
        let whole = try Data(contentsOf: file)
        var changed = whole
        changed[changed.count / 2] ^= 0x40
        for damaged in [Data(), whole.prefix(10), whole.dropLast(), changed, Data("text".utf8)] {
            try damaged.write(to: file)
            #expect(folder.cache.binary(for: key) == nil)
            #expect(try value(device, "-DVALUE=3", folder.cache) == 3)
            #expect(folder.cache.binary(for: key) != nil)
        }
        #expect(folder.reports.count == 10)
        #expect(folder.reports.allSatisfy { $0.contains(file.path) })
    }

    @Test(arguments: devices) func aBinaryThatTheDriverRefusesIsReplaced(_ device: Device) throws {
        let folder = try TemporaryFolder()
        let key = ProgramCache.Key(device, source: Self.source, options: ["-DVALUE=3"])
        folder.cache.store(Array("no program".utf8), for: key)
        #expect(try value(device, "-DVALUE=3", folder.cache) == 3)
        #expect(folder.cache.binary(for: key) != Array("no program".utf8))
        #expect(folder.reports.count == 1)
    }

    @Test(arguments: TestDevice.all) func aFolderThatCannotBeWrittenIsReportedOnly(
        _ device: Device
    ) throws {
        let reports = Reports()
        let cache = ProgramCache(
            directory: URL(filePath: "/dev/null/echo-gpu"), report: reports.append)
        #expect(try value(device, "-DVALUE=3", cache) == 3)
        #expect(reports.all.count == (device.isPocl ? 0 : 1))
    }

    @Test(arguments: TestDevice.all.filter(\.isPocl)) func poclIsNotCached(_ device: Device) throws
    {
        let folder = try TemporaryFolder()
        #expect(try value(device, "-DVALUE=3", folder.cache) == 3)
        #expect(try folder.files.isEmpty)
    }

    @Test(arguments: TestDevice.all) func concurrentWritersLeaveWholeEntries(_ device: Device)
        async throws
    {
        let folder = try TemporaryFolder()
        let cache = folder.cache
        let key = ProgramCache.Key(device, source: Self.source, options: [])
        let binaries = (1...4).map { [UInt8](repeating: UInt8($0), count: 100_000 * $0) }
        await withTaskGroup(of: Void.self) { group in
            for binary in binaries {
                group.addTask {
                    for _ in 0..<10 {
                        cache.store(binary, for: key)
                        let found = cache.binary(for: key)
                        #expect(found.map(binaries.contains) == true)
                    }
                }
            }
        }
        #expect(folder.reports.isEmpty)
        #expect(try folder.files.count == 1)
    }

    @Test(arguments: TestDevice.all) func aKeyCoversDeviceOptionsAndSource(_ device: Device) throws
    {
        let cache = try TemporaryFolder().cache
        let files = [
            ("a", ["-Dx"]), ("a", []), ("b", ["-Dx"]), ("a", ["-Dx", "-Dy"]),
        ].map { cache.file(for: ProgramCache.Key(device, source: $0, options: $1)) }
        #expect(Set(files).count == files.count)
    }

    @Test(arguments: TestDevice.all)
    func aFolderThatOthersCanWriteIsNotTrusted(_ device: Device) throws {
        let folder = try TemporaryFolder()
        let path = folder.cache.directory.path
        let key = ProgramCache.Key(device, source: Self.source, options: [])
        folder.cache.store([1, 2, 3], for: key)
        #expect(folder.cache.binary(for: key) == [1, 2, 3])
        #expect(folder.cache.problem == nil)
        for mode: mode_t in [0o777, 0o770, 0o702] {
            #expect(chmod(path, mode) == 0)
            #expect(folder.cache.binary(for: key) == nil)
            #expect(folder.cache.problem?.contains("\(path) is not used") == true)
        }
        folder.cache.store([4], for: key)
        #expect(folder.reports.count == 1 && folder.reports[0].contains("others can write to it"))
        #expect(chmod(path, 0o700) == 0)
        #expect(folder.cache.binary(for: key) == [1, 2, 3])
    }

    @Test(arguments: TestDevice.all)
    func anEntryThatIsNotThisUsersAloneIsNotTrusted(_ device: Device) throws {
        let folder = try TemporaryFolder()
        let key = ProgramCache.Key(device, source: Self.source, options: [])
        let path = folder.cache.file(for: key).path
        folder.cache.store([1, 2, 3], for: key)
        #expect(chmod(path, 0o666) == 0)
        #expect(folder.cache.binary(for: key) == nil)
        // Whoever owns the target may change it.
        #expect(chmod(path, 0o600) == 0)
        let target = path + ".moved"
        try FileManager.default.moveItem(atPath: path, toPath: target)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        #expect(folder.cache.binary(for: key) == nil)
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        #expect(folder.cache.binary(for: key) == nil)
        if getuid() == 0 {
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: target, toPath: path)
            #expect(chown(path, 12_345, 12_345) == 0)
            #expect(folder.cache.binary(for: key) == nil)
        }
        folder.cache.store([5], for: key)
        #expect(folder.cache.binary(for: key) == [5])
    }

    @Test(arguments: TestDevice.all) func whatIsLongestUnusedGoesFirst(_ device: Device) throws {
        let all = try TemporaryFolder()
        let cache = ProgramCache(directory: all.cache.directory, byteLimit: 250_000)
        let keys = (0..<4).map {
            ProgramCache.Key(device, source: Self.source, options: ["-DVALUE=\($0)"])
        }
        let binary = [UInt8](repeating: 7, count: 100_000)
        for (age, key) in keys.prefix(2).enumerated() {
            cache.store(binary, for: key)
            // The first one is the older.
            let times = [timespec](repeating: timespec(tv_sec: 1000 + age, tv_nsec: 0), count: 2)
            #expect(utimensat(AT_FDCWD, cache.file(for: key).path, times, 0) == 0)
        }
        #expect(cache.binary(for: keys[0]) == binary, "and is used")
        cache.store(binary, for: keys[2])
        let left = keys.prefix(3).map { cache.binary(for: $0) != nil }
        #expect(left == [true, false, true])
        // What is larger than all together is not kept.
        cache.store([UInt8](repeating: 7, count: 300_000), for: keys[3])
        #expect(try all.files.isEmpty)
    }

    /// The folder of the account, and never the root folder or the working one.
    @Test(arguments: ["", "home", "./"]) func aHomeThatIsNoneIsNotUsed(home: String) {
        let folder = ProgramCache.userDirectory(environment: ["HOME": home]).path
        #expect(folder == ProgramCache.userDirectory(environment: [:]).path)
        #expect(folder.hasPrefix("/") && folder != "/.cache/echo-gpu", "\(folder)")
    }

    @Test func theFolderFollowsTheXDGSpecification() {
        func path(_ environment: [String: String]) -> String {
            ProgramCache.userDirectory(environment: environment).path
        }
        #expect(path(["XDG_CACHE_HOME": "/a/b", "HOME": "/c"]) == "/a/b/echo-gpu")
        #expect(path(["XDG_CACHE_HOME": "", "HOME": "/c"]) == "/c/.cache/echo-gpu")
        #expect(path(["XDG_CACHE_HOME": "a/b", "HOME": "/c"]) == "/c/.cache/echo-gpu")
        #expect(path(["HOME": "/c"]) == "/c/.cache/echo-gpu")
    }

    /// Builds the source with one option and returns what its kernel sets.
    private func value(_ device: Device, _ option: String, _ cache: ProgramCache) throws -> Float {
        let bench = try Bench(device)
        let program = try Program(
            bench.context, source: Self.source, name: "set.cl", options: [option], cache: cache)
        let buffer = try bench.buffer([0])
        try bench.queue.enqueue(Kernel(program, "set"), [.buffer(buffer)], global: [1])
        return try bench.floats(buffer)[0]
    }
}

/// A cache in a folder of its own, removed with it.
private final class TemporaryFolder {
    let cache: ProgramCache
    private let reported = Reports()

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(
            path: "echo-gpu-cache-\(UUID().uuidString)")
        cache = ProgramCache(directory: url, report: reported.append)
    }

    deinit { try? FileManager.default.removeItem(at: cache.directory) }

    var reports: [String] { reported.all }

    /// Names of the files in the folder; none where it has not been made.
    var files: [String] {
        get throws {
            guard FileManager.default.fileExists(atPath: cache.directory.path) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: cache.directory.path)
        }
    }
}

/// What a cache reported.
private final class Reports: Sendable {
    private let messages = Mutex<[String]>([])

    @Sendable func append(_ message: String) { messages.withLock { $0.append(message) } }

    var all: [String] { messages.withLock { $0 } }
}
