import EchoInvariant

/// Hands results from a thread that makes them to a task that awaits them, so many of them ahead.
///
/// The thread waits while there is no room, so that a slow reader bounds the memory; the task waits without
/// a thread.
// Sendable: every access to the stored properties happens with `condition` held.
package final class ResultChannel<Element: Sendable>: @unchecked Sendable {
    /// What a reader is told: the next result, nil behind the last one, or what ended it.
    package typealias Answer = Result<Element?, EchoError>

    private let condition = Condition()
    private let capacity: Int
    private let sizeLimit: Int
    private var held: [(element: Element, size: Int)] = []
    private var heldSize = 0
    private var end: Answer?
    private var isCancelled = false
    private var reader: CheckedContinuation<Answer, Never>?

    /// - Parameters:
    ///   - capacity: Results that may be ahead of the reader, 1 or more.
    ///   - sizeLimit: Sum of their sizes, unless it is one that is larger.
    package init(capacity: Int, sizeLimit: Int) {
        invariant(capacity > 0, "\(capacity) places")
        (self.capacity, self.sizeLimit) = (capacity, sizeLimit)
    }

    /// Hands over a result; the calling thread waits for room.
    ///
    /// - Returns: False if nobody wants it.
    package func push(_ element: Element, size: Int) -> Bool {
        condition.withLock {
            while !isCancelled, !hasRoom(size) { condition.wait() }
            guard !isCancelled else { return false }
            guard let reader else {
                held.append((element, size))
                heldSize += size
                return true
            }
            self.reader = nil
            reader.resume(returning: .success(element))
            return true
        }
    }

    /// Says that nothing more comes, and why.
    ///
    /// - Parameter failure: Nil if all results were handed over.
    package func finish(_ failure: EchoError?) {
        condition.withLock {
            let end: Answer = failure.map { .failure($0) } ?? .success(nil)
            self.end = end
            reader?.resume(returning: end)
            reader = nil
        }
    }

    /// Lets the thread and the reader go: nobody wants more.
    package func cancel() {
        condition.withLock {
            isCancelled = true
            (held, heldSize) = ([], 0)
            reader?.resume(returning: .failure(.taskCancelled))
            reader = nil
            condition.broadcast()
        }
    }

    /// True once nobody wants more.
    package var isStopped: Bool { condition.withLock { isCancelled } }

    /// The next result; nil behind the last one. By one task at a time.
    ///
    /// - Throws: ``EchoError`` that ended it; of kind `stopped` if the task was cancelled.
    package func next() async throws(EchoError) -> Element? {
        let answer: Answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = condition.withLock { () -> Answer? in
                    if let known = take() { return known }
                    invariant(reader == nil, "two tasks await the next result")
                    reader = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            cancel()
        }
        return try answer.get()
    }

    /// What is there already, with `condition` held.
    private func take() -> Answer? {
        if isCancelled { return .failure(.taskCancelled) }
        guard !held.isEmpty else { return end }
        let first = held.removeFirst()
        heldSize -= first.size
        condition.broadcast()
        return .success(first.element)
    }

    /// Whether one of this size may be ahead of the reader, with `condition` held.
    private func hasRoom(_ size: Int) -> Bool {
        held.isEmpty || held.count < capacity && heldSize + size <= sizeLimit
    }
}

extension EchoError {
    /// What a task gets that was cancelled while it waited.
    static let taskCancelled = EchoError(.stopped, "stopped, as its task was cancelled.")
}
