import Synchronization
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct SharedCopyingTests {
    @Test(arguments: [0, 1, 2, 3, 7, 64, 1000], [1, 2, 3, 4, 9])
    func everyNumberComesOnce(count: Int, threads: Int) {
        let seen = Mutex([Int]())
        SharedCopying.forEach(count, threads: threads) { number in
            seen.withLock { $0.append(number) }
        }
        #expect(seen.withLock { $0.sorted() } == Array(0..<count))
    }
}

@Suite(.timeLimit(.minutes(20))) struct DecoderCountTests {
    @Test(arguments: [(1, 1, 1), (2, 1, 1), (4, 1, 3), (16, 1, 15), (64, 1, 32), (64, 8, 63)])
    func itGoesByProcessorsAndDevices(processors: Int, devices: Int, expected: Int) {
        let count = Extraction.decoderCount(processorCount: processors, deviceCount: devices)
        #expect(count == expected)
    }
}
