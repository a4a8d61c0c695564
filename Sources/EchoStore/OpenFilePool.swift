/// A file that is written, whose descriptor may be given back in between.
protocol RestingFile: AnyObject {
    /// True while it has a descriptor.
    var isOpen: Bool { get }

    /// Gives the descriptor back; the next write opens the file again.
    ///
    /// - Throws: ``StoreError`` if what was written is found not to have arrived.
    func rest() throws(StoreError)
}

/// Keeps the files that a writer has open at once below a number: those that were written longest ago
/// give their descriptors back.
package final class OpenFilePool {
    private let limit: Int
    /// Those that are open, the one that was written last at the end.
    private var open: [Reference] = []

    /// Weak: a file that its owner drops removes itself.
    private struct Reference {
        weak var file: (any RestingFile)?
    }

    /// - Parameter limit: Files; by default what this process may have leaves room for decoders,
    ///   devices and libraries.
    package init(limit: Int? = nil) {
        self.limit = limit ?? min(max((DescriptorLimit.current - 64) / 4, 8), 256)
    }

    /// Says that a file is about to be written.
    ///
    /// - Throws: ``StoreError`` if another one cannot be given up for it.
    func use(_ file: any RestingFile) throws(StoreError) {
        if open.last?.file === file { return }
        open.removeAll { $0.file === file || $0.file?.isOpen != true }
        while open.count >= limit { try open.removeFirst().file?.rest() }
        open.append(Reference(file: file))
    }
}
