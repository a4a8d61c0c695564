import EchoModel
import EchoOpenCL
import EchoStore
import EchoTestSupport
import Foundation
import Testing

import EchoExtract

/// Recordings shared out between devices.
@Suite(.timeLimit(.minutes(20))) struct SeveralDevicesTests {
    /// CPU devices of two units and more: each becomes two devices.
    private static let splittable =
        ((try? Platform.all()) ?? []).compactMap(\.devices.first)
        .filter { $0.kind == .cpu && $0.computeUnitCount > 1 }

    private static func engine(_ device: Device) throws -> Engine {
        let choice = DeviceChoice(backend: try DeviceChoice.open(device, nil), reason: "a test's")
        return Engine(weights: ExtractFixtures.weights, choice: choice)
    }

    /// Embeds the mixture into the folder `output`.
    private static func extract(
        _ engines: [Engine], _ folder: ScratchFolder, to output: String
    ) throws -> ExtractionSummary {
        for (index, signal) in TestEcho.mixture.enumerated() {
            try folder.wav("in/\(index).wav", signal.samples, sampleRate: signal.sampleRate)
        }
        let options = Extraction.Options(level: .both, batchSize: 1, output: folder[output])
        return try Extraction(paths: [folder["in"]], options: options)
            .run(on: Echo(engines, ExtractFixtures.weights))
    }

    @Test(arguments: splittable)
    func partsOfADeviceGiveWhatTheWholeGives(device: Device) throws {
        let folder = try ScratchFolder()
        let whole = try Self.extract([Self.engine(device)], folder, to: "whole")
        #expect(whole.devices.map(\.segmentCount) == [10])
        let parts = try device.split(computeUnits: 1).prefix(2).map(Self.engine)
        // Neither goes ahead before the other has begun: both get batches.
        let meeting = Meeting(of: 2)
        let shared = try CallFailure.inject({ call in
            if call == "clEnqueueNDRangeKernel" { meeting.attend() }
            return nil
        }) { try Self.extract(Array(parts), folder, to: "shared") }

        #expect(shared.badCount == 0 && shared.embeddedCount == TestEcho.mixture.count)
        #expect(shared.devices.map(\.name) == parts.map(\.deviceName))
        #expect(shared.devices.allSatisfy { $0.segmentCount > 0 && $0.seconds > 0 })
        #expect(shared.devices.map(\.segmentCount).reduce(0, +) == 10)
        let names = Set(parts.map(\.deviceName))
        let recordings = try #require(shared.recordings)
        #expect(recordings.allSatisfy { !$0.devices.isEmpty && names.isSuperset(of: $0.devices) })
        #expect(Set(recordings.flatMap(\.devices)) == names)
        // The same kernels on the same processor: the same bits, whoever computed what.
        let files = try folder.arrays(in: "whole")
        #expect(try folder.arrays(in: "shared") == files && files.count == 16)
        for file in files {
            let (one, other) = (folder["whole/\(file)"], folder["shared/\(file)"])
            #expect(FileManager.default.contentsEqual(atPath: one, andPath: other), "\(file)")
        }
    }

    /// All that is installed at once, the CPU path with it.
    @Test func devicesOfAllKindsAgreeWithinRounding() throws {
        let folder = try ScratchFolder()
        let reference = try TestEcho.onCPU().engine
        _ = try Self.extract([reference], folder, to: "reference")
        let devices = try DeviceSelector.selectAll(from: Platform.all().flatMap(\.devices))
        let engines = [try TestEcho.onCPU().engine] + (try devices.map(Self.engine))
        let shared = try Self.extract(engines, folder, to: "shared")
        #expect(shared.devices.map(\.segmentCount).reduce(0, +) == 10)
        #expect(shared.device.contains("CPU path") && shared.devices.count == engines.count)
        for file in try folder.arrays(in: "reference") {
            let expected = try NPYFile.read(folder["reference/\(file)"])
            let actual = try NPYFile.read(folder["shared/\(file)"])
            #expect(actual.shape == expected.shape)
            let distance = zip(actual.floats, expected.floats).map { abs($0 - $1) }.max() ?? 1
            // Two layers, float32: what the operations' own tolerances allow.
            #expect(distance < 1e-4, "\(file)")
        }
    }

    @Test func aDeviceThatFailsForGoodStopsAll() throws {
        let folder = try ScratchFolder()
        let device = try #require(Self.splittable.first)
        let engines = try device.split(computeUnits: 1).prefix(2).map(Self.engine)
        let error = #expect(throws: EchoError.self) {
            try CallFailure.inject({ $0 == "clEnqueueNDRangeKernel" ? -36 : nil }) {
                try Self.extract(Array(engines), folder, to: "out")
            }
        }
        #expect(error?.kind == .device)
        #expect(try folder.files(in: "out") == ["run.json"])
    }

    @Test(arguments: [["cpu", "cpu"], ["auto", "0:0"], ["all", "0:0"]])
    func aDeviceThatIsAskedForTwiceIsRefused(devices: [String]) throws {
        let error = #expect(throws: EchoError.self) {
            try Echo(model: .demo, devices: devices, logger: nil, trace: nil)
        }
        #expect(error?.kind == .usage && error?.message.contains("twice") == true)
    }

    // Sendable: every access to the threads happens with the condition held.
    private final class Meeting: @unchecked Sendable {
        private let condition = NSCondition()
        private let count: Int
        private var threads = Set<ObjectIdentifier>()

        init(of count: Int) { self.count = count }

        /// Waits until so many threads have come; a minute at most.
        func attend() {
            condition.withLock {
                threads.insert(ObjectIdentifier(Thread.current))
                condition.broadcast()
                let deadline = Date(timeIntervalSinceNow: 60)
                while threads.count < count, condition.wait(until: deadline) {}
            }
        }
    }
}
