import EchoExtract
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(20))) struct ResultChannelTests {
    @Test func resultsComeOutInOrderAndThenTheEnd() async throws {
        let channel = ResultChannel<Int>(capacity: 3, sizeLimit: 100)
        Thread.detachNewThread {
            for number in 0..<100 { _ = channel.push(number, size: 1) }
            channel.finish(nil)
        }
        var numbers: [Int] = []
        while let number = try await channel.next() { numbers.append(number) }
        #expect(numbers == Array(0..<100))
        #expect(try await channel.next() == nil)
    }

    @Test(arguments: [(3, 1000), (1000, 3)])
    func whoIsAheadWaits(capacity: Int, sizeLimit: Int) async throws {
        let channel = ResultChannel<Int>(capacity: capacity, sizeLimit: sizeLimit)
        let pushed = Counter()
        Thread.detachNewThread {
            for number in 0..<50 where channel.push(number, size: 1) { pushed.add() }
            channel.finish(nil)
        }
        while pushed.count < 3 { await Task.yield() }
        var taken = 0
        while try await channel.next() != nil {
            // What is ahead: three that are held, and one that took the place of the one just taken.
            #expect(pushed.count <= taken + 4)
            taken += 1
            for _ in 0..<10 { await Task.yield() }
        }
        #expect(taken == 50)
    }

    @Test func oneThatIsTooLargeGoesAlone() async throws {
        let channel = ResultChannel<Int>(capacity: 3, sizeLimit: 10)
        #expect(channel.push(7, size: 1000))
        #expect(try await channel.next() == 7)
    }

    @Test func whatEndsItComesAfterTheResults() async throws {
        let channel = ResultChannel<Int>(capacity: 3, sizeLimit: 10)
        #expect(channel.push(7, size: 1))
        channel.finish(EchoError(.device, "lost"))
        #expect(try await channel.next() == 7)
        await #expect(throws: EchoError(.device, "lost")) { try await channel.next() }
    }

    @Test func cancellingLetsBothGo() async throws {
        let channel = ResultChannel<Int>(capacity: 1, sizeLimit: 10)
        #expect(channel.push(0, size: 1))
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            // There is no room until nobody wants it.
            #expect(!channel.push(1, size: 1))
            done.signal()
        }
        channel.cancel()
        let answer = await Task.detached { done.wait(timeout: .now() + 60) }.value
        #expect(answer == .success)
        let error = await #expect(throws: EchoError.self) { try await channel.next() }
        #expect(error?.kind == .stopped)
    }

    @Test func aReaderThatWaitsIsWokenByItsCancellation() async throws {
        let channel = ResultChannel<Int>(capacity: 1, sizeLimit: 10)
        let reader = Task { try await channel.next() }
        reader.cancel()
        let error = await #expect(throws: EchoError.self) { try await reader.value }
        #expect(error?.kind == .stopped)
        #expect(channel.isStopped)
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add() { value.withLock { $0 += 1 } }
}
