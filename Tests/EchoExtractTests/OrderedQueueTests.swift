import EchoExtract
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct OrderedQueueTests {
    @Test func elementsComeOutByNumber() {
        let queue = OrderedQueue<String>(capacity: 10, writerCount: 1)
        for (number, text) in [(2, "c"), (0, "a"), (1, "b")] {
            #expect(queue.push(text, number: number, size: 1))
        }
        #expect(queue.pop() == "a")
        #expect(queue.pop() == "b")
        #expect(queue.pop() == "c")
        queue.finish()
        #expect(queue.pop() == nil)
    }

    @Test func whoIsAheadWaitsForRoomAndWhoIsNextDoesNot() {
        let queue = OrderedQueue<Int>(capacity: 1, writerCount: 1)
        #expect(queue.push(2, number: 2, size: 1))
        let ahead = Flag()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            _ = queue.push(3, number: 3, size: 1)
            ahead.set()
            done.signal()
        }
        // The queue is full; what is next gets in all the same.
        #expect(queue.push(0, number: 0, size: 5))
        #expect(queue.pop() == 0)
        #expect(queue.push(1, number: 1, size: 5))
        #expect(!ahead.isSet, "2 still takes all the room")
        #expect(queue.pop() == 1)
        #expect(queue.pop() == 2)
        #expect(done.wait(timeout: .now() + 60) == .success)
        #expect(queue.pop() == 3)
    }

    @Test func cancellingLetsEverybodyGo() {
        let queue = OrderedQueue<Int>(capacity: 0, writerCount: 2)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            #expect(!queue.push(7, number: 7, size: 1))
            done.signal()
        }
        Thread.detachNewThread {
            #expect(queue.pop() == nil)
            done.signal()
        }
        queue.cancel()
        for _ in 0..<2 { #expect(done.wait(timeout: .now() + 60) == .success) }
        #expect(!queue.push(0, number: 0, size: 0))
    }

    /// Writers that take numbers from one counter, as devices take batches.
    @Test func manyWritersLoseNothing() {
        let queue = OrderedQueue<Int>(capacity: 3, writerCount: 4)
        let numbers = Numbers()
        for _ in 0..<4 {
            Thread.detachNewThread {
                while let number = numbers.take(below: 1000) {
                    _ = queue.push(number, number: number, size: 1)
                }
                queue.finish()
            }
        }
        var taken: [Int] = []
        while let element = queue.pop() { taken.append(element) }
        #expect(taken == Array(0..<1000))
    }

    // Sendable: every access to the value happens with the lock held.
    private final class Flag: @unchecked Sendable {
        private let lock = NSLock()
        private var value = false

        func set() { lock.withLock { value = true } }
        var isSet: Bool { lock.withLock { value } }
    }

    // Sendable: likewise.
    private final class Numbers: @unchecked Sendable {
        private let lock = NSLock()
        private var next = 0

        func take(below end: Int) -> Int? {
            lock.withLock {
                guard next < end else { return nil }
                defer { next += 1 }
                return next
            }
        }
    }
}
