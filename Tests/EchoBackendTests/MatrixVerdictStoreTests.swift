import EchoGPU
import EchoOpenCL
import EchoTestSupport
import Foundation
import Testing

/// What is kept of a device's matrix unit: real files.
@Suite(.timeLimit(.minutes(20))) struct MatrixVerdictStoreTests {
    private static let verdict = MatrixVerdict(times: .init(unit: 0.002, vectors: 0.006))

    private let folder: ScratchFolder
    private let store: MatrixVerdictStore
    private let device: Device
    private let key: MatrixVerdictKey

    init() throws {
        folder = try ScratchFolder()
        store = MatrixVerdictStore(
            directory: URL(filePath: folder.path).appending(path: "echo-gpu"))
        device = try #require(OperationTests.devices.first)
        let backend = try GPUBackend(
            device, unit: .unit(MatrixUnit(.nvidia, isEmulated: true)))
        key = try MatrixVerdictKey(backend, model: "width 192")
    }

    @Test func whatWasKeptIsFound() throws {
        #expect(store.load(key).verdict == nil)
        #expect(store.load(key).reason.contains("first time"))
        try store.keep(Self.verdict, for: key)
        #expect(store.load(key).verdict == Self.verdict)
        let wrong = MatrixVerdict(problem: "wrong")
        try store.keep(wrong, for: key)
        #expect(store.load(key).verdict == wrong)
        #expect(try folder.contents().count == 2, "the folder echo-gpu and one file")
    }

    @Test(
        arguments: [
            (\MatrixVerdictKey.tuning.driver, "driver"), (\.tuning.kernels, "kernels"),
            (\.tiles, "tiles"),
        ] as [(WritableKeyPath<MatrixVerdictKey, String> & Sendable, String)])
    func anotherDriverKernelsOrTilesAreCheckedAgain(
        entry: (part: WritableKeyPath<MatrixVerdictKey, String> & Sendable, reason: String)
    ) throws {
        var earlier = key
        earlier[keyPath: entry.part] = "0.1"
        try store.keep(Self.verdict, for: earlier)
        let found = store.load(key)
        #expect(found.verdict == nil && found.reason.contains(entry.reason), "\(found.reason)")
        try store.keep(Self.verdict, for: key)
        #expect(try folder.contents().count == 2, "in place of the other")
    }

    /// Another card of the same name, another model and another precision have files of their own.
    @Test func othersDoNotShareIt() throws {
        try store.keep(Self.verdict, for: key)
        var (card, model, unit, storage) = (key, key, key, key)
        card.card = "0123"
        model.model = "width 384"
        unit.tuning.unit = "cdna"
        storage.tuning.storage = .float16
        for other in [card, model, unit, storage] {
            #expect(store.load(other).reason.contains("first time"))
            try store.keep(MatrixVerdict(problem: "its own"), for: other)
        }
        #expect(store.load(key).verdict == Self.verdict)
        #expect(try store.kept(for: device).count == 4, "the other card's is not this device's")
        #expect(try store.remove(device) == 4)
        #expect(store.load(key).verdict == nil)
        #expect(store.load(card).verdict != nil)
    }

    @Test(arguments: ["", "{", "[1]", "\u{0}\u{FFFD}", #"{"key":{}}"#])
    func aDamagedFileIsCheckedAgain(text: String) throws {
        try folder.text("echo-gpu/\(store.file(for: key).lastPathComponent)", text)
        let found = store.load(key)
        #expect(found.verdict == nil && found.reason.contains("damaged"), "\(found.reason)")
        #expect(try store.kept(for: device).isEmpty)
        try store.keep(Self.verdict, for: key)
        #expect(store.load(key).verdict == Self.verdict)
    }

    @Test func aFolderThatCannotBeUsedIsNoObstacle() throws {
        try folder.text("echo-gpu", "not a folder")
        #expect(store.load(key).verdict == nil)
        #expect(throws: (any Error).self) { try store.keep(Self.verdict, for: key) }
        #expect(try store.kept(for: device).isEmpty)
    }

    /// Whoever reads beside those that write finds a whole verdict.
    @Test func manyMayWriteAtOnce() async throws {
        try store.keep(Self.verdict, for: key)
        let wholes = try await withThrowingTaskGroup(of: Bool.self) { [store, key] group in
            for number in 0..<8 {
                group.addTask {
                    for _ in 0..<20 {
                        try store.keep(MatrixVerdict(problem: "\(number)"), for: key)
                        guard store.load(key).verdict != nil else { return false }
                    }
                    return true
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(wholes)
        #expect(try folder.contents().count == 2)
    }

    /// Where others can write, a verdict may be anybody's.
    @Test func aFolderThatOthersCanWriteToIsNotTrusted() throws {
        try store.keep(MatrixVerdict(), for: key)
        #expect(store.load(key).verdict != nil)
        #expect(chmod(store.directory.path, 0o777) == 0)
        #expect(store.load(key).verdict == nil)
        #expect(store.load(key).reason.contains("others can write to it"))
    }

    @Test func onlyWhatIsRightAndFasterIsUsed() {
        let fast = MatrixVerdict(times: .init(unit: 1, vectors: 2))
        let slow = MatrixVerdict(times: .init(unit: 2, vectors: 1))
        let wrong = MatrixVerdict(problem: "wrong")
        #expect(fast.objection(isAskedFor: false) == nil)
        #expect(slow.objection(isAskedFor: false)?.contains("1000.0 ms") == true)
        #expect(slow.objection(isAskedFor: true) == nil)
        #expect(wrong.objection(isAskedFor: true) == "wrong")
        #expect(MatrixVerdict().objection(isAskedFor: true) == nil)
    }

    /// A process that the driver took with it: others try again, but not without end.
    @Test func whoDiesOfACheckIsRemembered() throws {
        let place = store.file(for: key).appendingPathExtension("checking")
        func leave(by process: Int32, deaths: Int, host: String? = nil, run: UUID? = nil) throws {
            let attempt = MatrixAttempt(of: key, in: store)
            #expect(attempt.problem == nil)
            var text = try String(contentsOf: place, encoding: .utf8)
            text = text.replacing(#/"process":\d+/#, with: "\"process\":\(process)")
            text = text.replacing(#/"deathCount":\d+/#, with: "\"deathCount\":\(deaths)")
            if let run {
                text = text.replacing(#/"run":"[^"]*"/#, with: "\"run\":\"\(run)\"")
            }
            if let host {
                text = text.replacing(#/"host":"[^"]*"/#, with: "\"host\":\"\(host)\"")
            }
            try text.write(to: place, atomically: true, encoding: .utf8)
        }
        let ended = MatrixAttempt(of: key, in: store)
        #expect(ended.problem == nil && FileManager.default.fileExists(atPath: place.path))
        ended.end()
        #expect(!FileManager.default.fileExists(atPath: place.path))
        // Beyond any process's number.
        let dead: Int32 = 1 << 30
        try leave(by: dead, deaths: 0)
        MatrixAttempt(of: key, in: store).end()
        #expect(MatrixAttempt(of: key, in: store).problem == nil)
        try FileManager.default.removeItem(at: place)
        try leave(by: dead, deaths: 4)
        let problem = MatrixAttempt(of: key, in: store).problem
        #expect(problem?.contains("5 processes died") == true)
        #expect(problem?.contains("tune --reset") == true)
        // The same number again, as in containers: another process, which died.
        try leave(by: getpid(), deaths: 4, run: UUID())
        #expect(MatrixAttempt(of: key, in: store).problem != nil)
        // One that lives, or that nobody here can see, is left alone.
        try leave(by: getpid(), deaths: 1)
        MatrixAttempt(of: key, in: store).end()
        #expect(FileManager.default.fileExists(atPath: place.path))
        try FileManager.default.removeItem(at: place)
        try leave(by: dead, deaths: 1, host: "elsewhere")
        #expect(MatrixAttempt(of: key, in: store).problem == nil)
    }
}
