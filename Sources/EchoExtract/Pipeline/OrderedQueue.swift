import EchoInvariant

/// A queue between threads whose elements come out by their numbers, 0 first, in whatever order they are
/// written: what several devices do at once is put in order here.
///
/// A writer that is ahead of the others waits while the queue is full. The element that is next is always
/// taken, so that a writer that is behind never waits.
// Sendable: every access to the stored properties happens with `condition` held.
package final class OrderedQueue<Element: Sendable>: @unchecked Sendable {
    private let condition = Condition()
    private let capacity: Int
    private var held: [Int: (element: Element, size: Int)] = [:]
    private var heldSize = 0
    private var next = 0
    private var writerCount: Int
    private var isCancelled = false

    /// An empty queue.
    ///
    /// - Parameters:
    ///   - capacity: Sum of the sizes of the elements that are held, 0 or more; what is next may exceed it.
    ///   - writerCount: Writers, each of which writes ascending numbers.
    package init(capacity: Int, writerCount: Int) {
        invariant(capacity >= 0 && writerCount > 0, "\(capacity) places, \(writerCount) writers")
        self.capacity = capacity
        self.writerCount = writerCount
    }

    /// Puts in an element, waiting until there is room.
    ///
    /// - Parameters:
    ///   - element: What comes out.
    ///   - number: Its place among all elements, from 0; each number comes once.
    ///   - size: How much of the capacity it takes.
    /// - Returns: False if the queue was cancelled: nobody will read the element.
    package func push(_ element: Element, number: Int, size: Int) -> Bool {
        condition.withLock {
            while number != next && heldSize + size > capacity && !isCancelled { condition.wait() }
            guard !isCancelled else { return false }
            held[number] = (element, size)
            heldSize += size
            condition.broadcast()
            return true
        }
    }

    /// Takes the element that is next, waiting for it; nil if every writer has finished or the
    /// queue was cancelled.
    ///
    /// - Parameter givesUp: Asked ten times a second while it waits: true ends the wait, with nil.
    package func pop(unless givesUp: () -> Bool = { false }) -> Element? {
        condition.withLock {
            while held[next] == nil && writerCount > 0 && !isCancelled {
                if !condition.wait(seconds: 0.1), givesUp() { return nil }
            }
            return take()
        }
    }

    /// What a wait of limited time comes to.
    package enum Popped {
        case element(Element)
        /// Nothing yet.
        case nothing
        /// Nothing any more: every writer has finished, or the queue was cancelled.
        case ended
    }

    /// Takes the element that is next, waiting for it up to so many seconds.
    package func pop(within seconds: Double) -> Popped {
        let end = ContinuousClock.now + .seconds(seconds)
        return condition.withLock {
            while held[next] == nil && writerCount > 0 && !isCancelled {
                if !condition.wait(seconds: (end - .now) / .seconds(1)) { return .nothing }
            }
            return take().map { .element($0) } ?? .ended
        }
    }

    /// The element that is next, with `condition` held.
    private func take() -> Element? {
        guard !isCancelled, let first = held.removeValue(forKey: next) else { return nil }
        next += 1
        heldSize -= first.size
        condition.broadcast()
        return first.element
    }

    /// Says that one writer will write no more.
    package func finish() {
        condition.withLock {
            writerCount -= 1
            condition.broadcast()
        }
    }

    /// Drops what is held and lets every reader and writer go.
    package func cancel() {
        condition.withLock {
            isCancelled = true
            held.removeAll()
            condition.broadcast()
        }
    }
}
