import EchoExtract
import EchoGPU
import EchoModel
import EchoOpenCL
import EchoTestSupport
import EchoVerify
import Foundation
import Synchronization
import Testing

/// When a matrix unit computes embeddings: what it was found to be at its first use, on emulated units of a real device.
/// Times are given: none is measured.
@Suite(.timeLimit(.minutes(20))) struct MatrixTrialTests {
    private static let unit = MatrixUnit(.cdna, isEmulated: true)
    private static let configuration = ExtractFixtures.configuration
    private static let fast = MatrixVerdict.Times(unit: 1, vectors: 2)
    private static let slow = MatrixVerdict.Times(unit: 2, vectors: 1)

    private let folder: ScratchFolder
    private let store: MatrixVerdictStore
    private let device: Device

    init() throws {
        folder = try ScratchFolder()
        store = MatrixVerdictStore(directory: URL(filePath: folder["echo-gpu"]))
        device = try #require(TunedTilesTests.devices.first)
    }

    /// A trial that finds this, and counts.
    private final class Counted: Sendable {
        private let counts = Mutex((checks: 0, times: 0))
        var checks: Int { counts.withLock { $0.checks } }
        var times: Int { counts.withLock { $0.times } }

        func trial(
            _ store: MatrixVerdictStore, problem: String? = nil, failing: OpenCLError? = nil,
            times: MatrixVerdict.Times = MatrixTrialTests.fast
        ) -> MatrixTrial {
            MatrixTrial(store: store) { backend, configuration in
                self.counts.withLock { $0.checks += 1 }
                #expect(backend.unit == MatrixTrialTests.unit)
                #expect(configuration == MatrixTrialTests.configuration)
                if let failing { throw failing }
                return problem
            } time: { unit, vectors, _ in
                self.counts.withLock { $0.times += 1 }
                #expect(unit.unit == MatrixTrialTests.unit && vectors.unit == nil)
                #expect(vectors.family == .simt)
                return times
            }
        }
    }

    /// The device with the unit as if it had been found on it, or named.
    private func choice(isAskedFor: Bool = false) throws -> DeviceChoice {
        let backend = try GPUBackend(
            device, unit: .unit(Self.unit, isAskedFor: isAskedFor))
        return DeviceChoice(backend: backend, reason: "a test's")
    }

    private func judged(_ trial: MatrixTrial, isAskedFor: Bool = false) throws -> DeviceChoice {
        try choice(isAskedFor: isAskedFor).judged(for: Self.configuration, by: trial)
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).contains("echo-gpu")
            ? folder.files(in: "echo-gpu") : []
    }

    @Test func aUnitThatIsRightAndFasterIsUsedAndCheckedOnce() throws {
        let counted = Counted()
        for origin in ["checked now", "kept in", "kept in"] {
            let choice = try judged(counted.trial(store))
            #expect(choice.tiling?.hasPrefix("simt emulated-cdna ") == true)
            #expect(choice.matrixReason?.contains("right, 1000.0 ms") == true)
            #expect(choice.matrixReason?.contains(origin) == true, "\(choice.matrixReason ?? "")")
            #expect(choice.warning == nil)
        }
        #expect(counted.checks == 1 && counted.times == 1)
        #expect(try files().count == 1)
    }

    @Test func aUnitThatIsWrongIsNotUsedAndWarnedOfOnce() throws {
        let counted = Counted()
        let first = try judged(counted.trial(store, problem: "encoder: 3 of 4 are wrong"))
        #expect(first.warning?.contains("emulated-cdna") == true)
        #expect(first.warning?.contains("3 of 4 are wrong") == true)
        let second = try judged(counted.trial(store))
        #expect(second.warning == nil)
        for choice in [first, second] {
            #expect(choice.tiling?.hasPrefix("simt GROUP_SIDE") == true)
            #expect(choice.kind.tiles == choice.tiling)
            #expect(choice.matrixReason?.contains("3 of 4 are wrong") == true)
        }
        #expect(counted.checks == 1 && counted.times == 0)
    }

    @Test func aUnitThatIsSlowerIsNotUsedUnlessItIsNamed() throws {
        let counted = Counted()
        let found = try judged(counted.trial(store, times: Self.slow))
        #expect(found.tiling?.hasPrefix("simt GROUP_SIDE") == true)
        #expect(found.matrixReason?.contains("the vector units are faster") == true)
        #expect(found.warning == nil)
        let named = try judged(counted.trial(store), isAskedFor: true)
        #expect(named.tiling?.hasPrefix("simt emulated-cdna ") == true)
        #expect(counted.checks == 1 && counted.times == 1)
    }

    /// What was named is not timed: found on its own later, it is.
    @Test func aUnitThatWasNamedIsTimedWhereItIsFound() throws {
        let counted = Counted()
        _ = try judged(counted.trial(store), isAskedFor: true)
        #expect(counted.checks == 1 && counted.times == 0)
        _ = try judged(counted.trial(store))
        #expect(counted.checks == 2 && counted.times == 1)
    }

    @Test func aNamedUnitThatIsWrongIsAnError() throws {
        let trial = Counted().trial(store, problem: "all is wrong")
        let error = #expect(throws: EchoError.self) { try judged(trial, isAskedFor: true) }
        #expect(error?.kind == .device)
        #expect(error?.message.contains("all is wrong") == true)
        #expect(error?.message.contains("ECHO_MATRIX") == true)
    }

    /// A device without memory may have some the next time; a kernel that does not build will not build then.
    @Test func onlyWhatLastsIsKept() throws {
        let counted = Counted()
        let exhausted = OpenCLError.allocation(
            byteCount: 1, device: "a test's", maximumByteCount: 0, code: -4)
        let passing = try judged(counted.trial(store, failing: exhausted))
        #expect(passing.tiling?.contains("emulated") == false)
        #expect(passing.warning?.contains("No buffer of 1 bytes") == true)
        #expect(try files().isEmpty)
        let broken = OpenCLError.build(
            program: "a", device: "a test's", options: [], log: "no such instruction", code: -11)
        let lasting = try judged(counted.trial(store, failing: broken))
        #expect(lasting.matrixReason?.contains("no such instruction") == true)
        #expect(try files().count == 1)
    }

    @Test func aVerdictThatIsDamagedIsFoundAgain() throws {
        let counted = Counted()
        _ = try judged(counted.trial(store, problem: "wrong"))
        try folder.text("echo-gpu/\(try #require(files().first))", "{ damaged")
        let choice = try judged(counted.trial(store))
        #expect(choice.tiling?.hasPrefix("simt emulated-cdna ") == true && choice.warning == nil)
        #expect(counted.checks == 2)
    }

    @Test func aFolderThatCannotBeWrittenIsSaidEachTime() throws {
        try folder.text("echo-gpu", "a file where the folder should be")
        let counted = Counted()
        for count in 1...2 {
            let choice = try judged(counted.trial(store))
            #expect(choice.tiling?.hasPrefix("simt emulated-cdna ") == true)
            #expect(choice.warning?.contains("checked at every start") == true)
            #expect(counted.checks == count)
        }
    }

    /// The CPU path and devices without a unit: nothing is checked, nothing written.
    @Test func whereThereIsNoUnitNothingIsDone() throws {
        let counted = Counted()
        let trial = counted.trial(store, problem: "never asked")
        let path = DeviceChoice(backend: nil, reason: "a test's")
        #expect(try path.judged(for: Self.configuration, by: trial).matrixReason == nil)
        let plain = DeviceChoice(
            backend: try GPUBackend(device, unit: .off), reason: "a test's")
        #expect(try plain.judged(for: Self.configuration, by: trial).tiling == plain.tiling)
        #expect(counted.checks == 0)
        #expect(try files().isEmpty)
    }

    /// The check itself, on a device whose units are emulated: right as they are. pocl had not compiled them all after
    /// ten minutes; Intel's runtime for CPUs does.
    @Test(arguments: [Echo.Precision.fp32, .fp16])
    func theCheckPassesWhatIsRight(precision: Echo.Precision) throws {
        guard !device.isPocl else { return }
        let backend = try GPUBackend(
            device, storage: precision == .fp16 ? .float16 : .float32,
            unit: .unit(MatrixUnit(.nvidia, isEmulated: true)))
        #expect(try MatrixCheck.problem(of: backend, for: Self.configuration) == nil)
    }
}
