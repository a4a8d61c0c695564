import EchoOpenCL
import EchoSignal
import EchoTestSupport
import Foundation
import Synchronization
import Testing

import EchoExtract

/// Devices that run out of memory or go away in the middle of a run: nothing is lost, and nothing
/// else comes out.
@Suite(.timeLimit(.minutes(20))) struct DeviceFailureTests {
    private static let devices = TestDevice.all.filter { !$0.isCPUPath }
    /// Five segments of five sample rates, 1 to 33 frames long.
    private static let segments = [1, 2, 3, 4, 7].map { index in
        let (samples, rate) = (TestEcho.mixture[index].samples, TestEcho.mixture[index].sampleRate)
        let (window, hop) = (Int(0.025 * Double(rate)), Int(0.01 * Double(rate)))
        return SignalSegment(
            samples: samples, sampleRate: rate, frameCount: (samples.count - window) / hop + 1)
    }

    /// Fails calls of one name by one status, some of them.
    private static func fail(
        _ name: String, _ code: Int32, after first: Int = 0, times: Int = .max
    ) -> @Sendable (String) -> Int32? {
        let count = Counter()
        return { call in
            guard call == name else { return nil }
            let number = count.next()
            return number >= first && number - first < times ? code : nil
        }
    }

    // Sendable: the mutex is all there is.
    private final class Counter: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock { value in
                defer { value += 1 }
                return value
            }
        }
    }

    private static func values(_ encoded: [Engine.Encoded]) -> [[Float]] {
        encoded.flatMap { [$0.utterance, $0.rows] }
    }

    /// What the segments give where nothing fails; the device's family of kernels does not matter to
    /// what follows.
    private static let expected = Result {
        try devices.first?.engine(ExtractFixtures.weights).encode(segments, wantsRows: true) ?? []
    }

    @Test(
        arguments: devices.prefix(1),
        [
            ("clEnqueueNDRangeKernel", -5), ("clEnqueueWriteBuffer", -4),
            ("clEnqueueReadBuffer", -5), ("clWaitForEvents", -6), ("clEnqueueMapBuffer", -12),
            ("clCreateBuffer", -61), ("clCreateKernel", -6), ("clEnqueueMarkerWithWaitList", -5),
            ("clEnqueueBarrierWithWaitList", -5),
        ] as [(String, Int32)])
    func aBatchThatIsTooLargeIsHalved(device: TestDevice, call: (String, Int32)) throws {
        let engine = try device.engine(ExtractFixtures.weights)
        let limit = engine.tokenLimit
        let encoded = try CallFailure.inject(Self.fail(call.0, call.1, after: 1, times: 1)) {
            try engine.encode(Self.segments, wantsRows: true)
        }
        let expected = try Self.values(Self.expected.get())
        #expect(Self.values(encoded) == expected)
        #expect(engine.incidents.count == 1)
        #expect(engine.incidents.first?.contains("(\(call.1))") == true)
        #expect(engine.tokenLimit < limit)
        #expect(try Self.values(engine.encode(Self.segments, wantsRows: true)) == expected)
        #expect(engine.incidents.count == 1)
    }

    @Test(arguments: devices.prefix(1))
    func aDeviceThatCannotTakeASingleSegmentIsAnError(device: TestDevice) throws {
        let engine = try device.engine(ExtractFixtures.weights)
        let error = #expect(throws: OpenCLError.self) {
            try CallFailure.inject(Self.fail("clEnqueueNDRangeKernel", -4)) {
                try engine.encode(Self.segments, wantsRows: true)
            }
        }
        #expect(error?.description.contains("CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)") == true)
        // 5 segments, then 2 or 3, ... : halved more than once on the way.
        #expect(engine.incidents.count >= 2)
        // Nothing was left behind.
        #expect(try engine.encode(Self.segments, wantsRows: true).count == Self.segments.count)
    }

    @Test(
        arguments: devices.prefix(1),
        [
            ("clEnqueueNDRangeKernel", -36), ("clWaitForEvents", -2),
            ("clEnqueueWriteBuffer", -34), ("clWaitForEvents", -9999),
        ] as [(String, Int32)])
    func aDeviceThatIsLostIsOpenedAgain(device: TestDevice, call: (String, Int32)) throws {
        let engine = try device.engine(ExtractFixtures.weights)
        let expected = try engine.encode(Self.segments, wantsRows: true)
        let encoded = try CallFailure.inject(Self.fail(call.0, call.1, times: 1)) {
            // Two batches of which both are lost, and only one loss counted.
            let batches = try (0..<2).map { _ in
                try engine.submit(Self.segments, wantsRows: true)
            }
            return try batches.flatMap { try engine.wait(for: $0) }
        }
        #expect(Self.values(encoded) == Self.values(expected + expected))
        #expect(encoded.allSatisfy { $0.device == engine.deviceName })
        #expect(engine.incidents.count == 1)
        #expect(engine.incidents.first?.contains("was lost") == true)
        #expect(engine.incidents.first?.hasSuffix("and opened again") == true)
    }

    @Test(arguments: devices.prefix(1), [true, false])
    func aDeviceThatIsLostAgainGivesWayToTheCPUPathIfItMay(
        device: TestDevice, fallsBack: Bool
    ) throws {
        let engine = try device.engine(ExtractFixtures.weights, fallsBack: fallsBack)
        func encode() throws -> [Engine.Encoded] {
            try CallFailure.inject(Self.fail("clEnqueueNDRangeKernel", -36)) {
                try engine.encode(Self.segments, wantsRows: true)
            }
        }
        guard fallsBack else {
            let error = #expect(throws: OpenCLError.self) { try encode() }
            #expect(error?.deviceFailure == .lost)
            #expect(engine.incidents.count == 1)
            return
        }
        let encoded = try encode()
        let expected = try TestEcho.onCPU().engine.encode(Self.segments, wantsRows: true)
        #expect(Self.values(encoded) == Self.values(expected))
        #expect(encoded.allSatisfy { $0.device.hasPrefix("CPU path") })
        #expect(engine.incidents.count == 2)
        #expect(engine.incidents.last?.hasSuffix("CPU path (oneDNN) took over") == true)
    }

    @Test(arguments: devices.prefix(1))
    func aDeviceThatCannotBeOpenedAgainGivesWayAtOnce(device: TestDevice) throws {
        let engine = try device.engine(ExtractFixtures.weights, fallsBack: true)
        let encoded = try CallFailure.inject({ call in
            ["clEnqueueNDRangeKernel": -2, "clCreateContext": -2][call]
        }) { try engine.encode(Self.segments, wantsRows: true) }
        #expect(encoded.allSatisfy { $0.device.hasPrefix("CPU path") })
        #expect(engine.incidents.count == 1)
    }

    @Test(arguments: devices.prefix(1))
    func aSpectrogramSurvivesALossToo(device: TestDevice) throws {
        let engine = try device.engine(ExtractFixtures.weights)
        let expected = try engine.spectrogram(Self.segments[0])
        let spectrogram = try CallFailure.inject(Self.fail("clWaitForEvents", -36, times: 1)) {
            try engine.spectrogram(Self.segments[0])
        }
        #expect(spectrogram == expected)
        #expect(engine.incidents.count == 1)
    }

    @Test(
        arguments: devices,
        [("clEnqueueNDRangeKernel", -5), ("clWaitForEvents", -36)] as [(String, Int32)])
    func aWholeExtractionIsAsIfNothingHadHappened(
        device: TestDevice, call: (String, Int32)
    ) throws {
        let folder = try ScratchFolder()
        for (index, signal) in TestEcho.mixture.enumerated() {
            try folder.wav("in/\(index).wav", signal.samples, sampleRate: signal.sampleRate)
        }
        func extract(to output: String, _ status: @escaping @Sendable (String) -> Int32?) throws
            -> ExtractionSummary
        {
            let options = Extraction.Options(level: .both, batchSize: 4, output: folder[output])
            let extraction = try Extraction(paths: [folder["in"]], options: options)
            let echo = try TestEcho.on(device)
            return try CallFailure.inject(status) { try extraction.run(on: echo) }
        }
        let quiet = try extract(to: "quiet") { _ in nil }
        let disturbed = try extract(to: "disturbed", Self.fail(call.0, call.1, after: 1, times: 1))
        #expect(quiet.incidents.isEmpty)
        #expect(disturbed.incidents.count == 1)
        #expect(disturbed.embeddedCount == TestEcho.mixture.count)
        let names = try folder.arrays(in: "quiet")
        #expect(try folder.arrays(in: "disturbed") == names && names.count == 16)
        for name in names {
            let (one, other) = (folder["quiet/\(name)"], folder["disturbed/\(name)"])
            #expect(FileManager.default.contentsEqual(atPath: one, andPath: other), "\(name)")
        }
        let json = try JSONEncoder().encode(disturbed)
        let object = try JSONSerialization.jsonObject(with: json) as? [String: Any]
        #expect((object?["incidents"] as? [String])?.count == 1)
    }
}
