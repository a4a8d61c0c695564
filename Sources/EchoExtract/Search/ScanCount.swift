import Synchronization

/// Counts rows over several banks that are searched one after the other.
final class ScanCount: Sendable {
    private let total: Int
    private let report: ArchiveSearch.Progress
    /// Rows of the banks that are done, and of the one at hand.
    private let count = Mutex((before: 0, current: 0))

    init(total: Int, report: @escaping ArchiveSearch.Progress) {
        (self.total, self.report) = (total, report)
    }

    @Sendable func add(_ rowsDone: Int) {
        let done = count.withLock { count in
            count.current = rowsDone
            return count.before + rowsDone
        }
        report(done, total)
    }

    /// A bank is done.
    func next() {
        count.withLock { $0 = (before: $0.before + $0.current, current: 0) }
    }
}
