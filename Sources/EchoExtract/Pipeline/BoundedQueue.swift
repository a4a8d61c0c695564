import EchoInvariant

/// A first-in, first-out queue between threads that makes its writers wait while it is full.
///
/// It bounds the memory of the pipeline: a stage that is faster than the next one waits here.
// Sendable: every access to the stored properties happens with `condition` held.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let condition = Condition()
    private let capacity: Int
    private var elements: [Element] = []
    private var writerCount: Int
    private var wasCancelled = false

    /// An empty queue.
    ///
    /// - Parameters:
    ///   - capacity: Elements that it holds, 1 or more.
    ///   - writerCount: Writers, each of which calls ``finish()`` once.
    package init(capacity: Int, writerCount: Int = 1) {
        invariant(capacity > 0 && writerCount > 0, "\(capacity) places, \(writerCount) writers")
        self.capacity = capacity
        self.writerCount = writerCount
    }

    /// Appends an element, waiting while the queue is full.
    ///
    /// - Returns: False if the queue was cancelled: nobody will read the element.
    @discardableResult
    package func push(_ element: Element) -> Bool {
        condition.withLock {
            while elements.count >= capacity && !wasCancelled { condition.wait() }
            guard !wasCancelled else { return false }
            elements.append(element)
            condition.broadcast()
            return true
        }
    }

    /// Appends elements and wakes the reader once for all of them, waiting while the queue is full. As one
    /// free place lets all of them in, it may then hold more than its capacity.
    ///
    /// - Returns: As ``push(_:)``.
    @discardableResult
    package func push(contentsOf more: [Element]) -> Bool {
        condition.withLock {
            while elements.count >= capacity && !wasCancelled { condition.wait() }
            guard !wasCancelled else { return false }
            elements += more
            condition.broadcast()
            return true
        }
    }

    /// Takes the oldest elements, at most `count`, waiting for the first; an empty array where ``pop()`` gives
    /// nil.
    package func pop(upTo count: Int) -> [Element] {
        condition.withLock {
            while elements.isEmpty && writerCount > 0 && !wasCancelled { condition.wait() }
            guard !wasCancelled, !elements.isEmpty else { return [] }
            let taken = Array(elements.prefix(count))
            elements.removeFirst(taken.count)
            condition.broadcast()
            return taken
        }
    }

    /// Takes the oldest element, waiting for one; nil if every writer has finished or the queue
    /// was cancelled.
    package func pop() -> Element? {
        condition.withLock {
            while elements.isEmpty && writerCount > 0 && !wasCancelled { condition.wait() }
            guard !wasCancelled, !elements.isEmpty else { return nil }
            condition.broadcast()
            return elements.removeFirst()
        }
    }

    /// Says that one writer will write no more.
    package func finish() {
        condition.withLock {
            writerCount -= 1
            condition.broadcast()
        }
    }

    /// Whether nobody will read what is pushed.
    package var isCancelled: Bool { condition.withLock { wasCancelled } }

    /// Drops what is queued and lets every reader and writer go.
    package func cancel() {
        condition.withLock {
            wasCancelled = true
            elements.removeAll()
            condition.broadcast()
        }
    }
}
