import Synchronization

/// Lets whoever reads stop early: asked between blocks by everything that reads, so that a first pass over
/// hours of sound, or a copy out of an archive, ends within one block.
///
/// It belongs to the thread that reads (and what it calls): `ReadingStop.$current.withValue(stop) { ... }`.
package final class ReadingStop: Sendable {
    /// The one that this thread listens to; nil if nobody stops it.
    @TaskLocal package static var current: ReadingStop?

    private let asked = Atomic(false)
    private let isAskedElsewhere: @Sendable () -> Bool

    /// - Parameter isAskedElsewhere: Another reason to stop; asked often, by any thread.
    package init(or isAskedElsewhere: @escaping @Sendable () -> Bool = { false }) {
        self.isAskedElsewhere = isAskedElsewhere
    }

    package func stop() { asked.store(true, ordering: .relaxed) }

    package var isAsked: Bool { asked.load(ordering: .relaxed) || isAskedElsewhere() }

    /// True if this thread is to stop. What it throws then, for whatever reason, is nobody's fault.
    package static var isAsked: Bool { current?.isAsked ?? false }

    /// - Throws: ``SignalError`` if this thread is to stop.
    static func check(_ path: String) throws(SignalError) {
        if isAsked { throw SignalError(path: path, .stopped) }
    }
}
