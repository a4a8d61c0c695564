import EchoTestSupport
import Foundation
import Synchronization
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct WaitingRowsLimitTests {
    @Test func theHeadNeverWaitsAndTheOthersDoAtTheLimit() {
        let gate = WaitingRowsLimit(limit: 100)
        #expect(gate.admit(0, byteCount: 1_000_000) {})
        #expect(gate.admit(2, byteCount: 60) {})
        let flushed = DispatchSemaphore(value: 0)
        let passed = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            _ = gate.admit(1, byteCount: 60) { flushed.signal() }
            passed.signal()
        }
        // It says that it waits, with everything before it passed on.
        #expect(flushed.wait(timeout: .now() + 10) == .success)
        #expect(gate.admit(0, byteCount: 1_000_000) {})
        gate.advance(to: 1)
        #expect(passed.wait(timeout: .now() + 10) == .success)
        #expect(gate.peakByteCount == 60)
        gate.advance(to: 3)
        #expect(gate.admit(4, byteCount: 100) {}, "what 2 held is free")
    }

    @Test func cancellingLetsEveryoneGo() {
        let gate = WaitingRowsLimit(limit: 10)
        #expect(gate.admit(1, byteCount: 10) {})
        let result = Mutex<Bool?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let admitted = gate.admit(2, byteCount: 10) { gate.cancel() }
            result.withLock { $0 = admitted }
            done.signal()
        }
        #expect(done.wait(timeout: .now() + 10) == .success)
        #expect(result.withLock { $0 } == false)
    }

    /// A first recording that is longer than all others, batches larger than everything, and no
    /// room to speak of: it ends, in order, and within the limit.
    @Test(arguments: [1, 7, 1000])
    func anExtractionWithNoRoomStillEnds(batchSize: Int) throws {
        let folder = try ScratchFolder()
        for index in 0..<40 {
            let frames = index % 20 == 0 ? 9000 : 20 + index
            let samples = ExtractFixtures.signal(
                seed: UInt64(index),
                sampleCount: ExtractFixtures.sampleCount(frames: frames, sampleRate: 1000),
                sampleRate: 1000)
            try folder.wav("in/\(100 + index).wav", samples, sampleRate: 1000)
        }
        func run(_ out: String, limit: Int) throws -> [String: Data] {
            var storage = OutputOptions(layout: .parts, partSize: 16)
            storage.waitingByteLimit = limit
            let options = Extraction.Options(
                level: .both, batchSize: batchSize, output: folder[out], storage: storage)
            let extraction = try Extraction(paths: [folder["in"]], options: options)
            let summary = try extraction.run(on: try TestEcho.onCPU())
            #expect(summary.embeddedCount == 40)
            let names = try folder.files(in: out)
            return Dictionary(
                uniqueKeysWithValues: try names.map {
                    ($0, try Data(contentsOf: URL(fileURLWithPath: folder[out] + "/" + $0)))
                })
        }
        let tight = try run("tight", limit: 1)
        #expect(try run("wide", limit: 1 << 30) == tight)
    }
}
