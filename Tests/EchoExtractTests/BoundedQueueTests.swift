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

    @Test func elementsThatAreSentTogetherArriveTogether() {
        let queue = BoundedQueue<Int>(capacity: 2)
        #expect(queue.push(0))
        // There is room for one; all of them are taken.
        #expect(queue.push(contentsOf: [1, 2, 3]))
        #expect(queue.pop(upTo: 2) == [0, 1])
        #expect(queue.pop(upTo: 5) == [2, 3])
        queue.finish()
        #expect(queue.pop(upTo: 1) == [])
    }

    @Test func severalWritersOfSeveralElementsKeepTheirOrder() {
        let queue = BoundedQueue<Int>(capacity: 2, writerCount: 3)
        for writer in 0..<3 {
            Thread.detachNewThread {
                for number in 0..<50 {
                    let first = writer * 100 + 2 * number
                    queue.push(contentsOf: [first, first + 1])
                }
                queue.finish()
            }
        }
        var received: [Int] = []
        while case let more = queue.pop(upTo: 3), !more.isEmpty {
            #expect(more.count <= 3)
            received += more
        }
        #expect(received.sorted() == Array(0..<300))
        for writer in 0..<3 {
            let own = received.filter { $0 / 100 == writer }
            #expect(own == own.sorted())
        }
    }

    @Test func cancellingLetsWhoeverSendsSeveralGo() {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.push(1))
        queue.cancel()
        #expect(!queue.push(contentsOf: [2, 3]))
        #expect(queue.pop(upTo: 4) == [])
    }
}
