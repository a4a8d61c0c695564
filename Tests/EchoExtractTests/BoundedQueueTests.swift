import Foundation
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct BoundedQueueTests {
    @Test func elementsComeOutInOrderAndThenNil() {
        let queue = BoundedQueue<Int>(capacity: 3)
        for number in 0..<3 { #expect(queue.push(number)) }
        queue.finish()
        #expect((0..<3).map { _ in queue.pop() } == [0, 1, 2])
        #expect(queue.pop() == nil)
    }

    @Test func everythingPassesThroughAQueueOfOneFromSeveralWriters() {
        let queue = BoundedQueue<Int>(capacity: 1, writerCount: 3)
        for writer in 0..<3 {
            Thread.detachNewThread {
                for number in 0..<100 { queue.push(writer * 100 + number) }
                queue.finish()
            }
        }
        var received: [Int] = []
        while let number = queue.pop() { received.append(number) }
        #expect(received.sorted() == Array(0..<300))
        for writer in 0..<3 {
            let own = received.filter { $0 / 100 == writer }
            #expect(own == own.sorted(), "the elements of one writer keep their order")
        }
    }

    @Test func cancellingLetsAWaitingWriterGo() {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.push(1))
        let waiting = DispatchGroup()
        waiting.enter()
        Thread.detachNewThread {
            // Full: this waits until the queue is cancelled, whenever that is.
            #expect(!queue.push(2))
            waiting.leave()
        }
        queue.cancel()
        waiting.wait()
        #expect(queue.pop() == nil)
    }
}
