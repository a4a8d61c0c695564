import Glibc

/// Whether the system still gives memory: asked on behalf of what ends the process if it gets none, as
/// Swift's own objects and libraries do.
package enum MemoryRoom {
    /// Bytes that are to be left for those: small objects, stacks, and scratch of libraries.
    package static let reserve = 64 << 20

    /// Whether this process may have so many bytes more. Nothing of them is touched.
    package static func has(_ byteCount: Int) -> Bool {
        let size = max(byteCount, 1)
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0),
            memory != MAP_FAILED
        else { return false }
        munmap(memory, size)
        return true
    }

    /// - Parameter what: What the bytes are for.
    /// - Throws: ``MemoryError`` if this process cannot have so many bytes, and ``reserve`` besides.
    package static func require(_ byteCount: Int, for what: String) throws(MemoryError) {
        guard has(byteCount.addingReportingOverflow(reserve).partialValue) else {
            throw MemoryError(byteCount, for: what)
        }
    }
}

/// Memory that the system does not give.
package struct MemoryError: Error, Hashable, CustomStringConvertible {
    package let byteCount: Int
    private let what: String

    package init(_ byteCount: Int, for what: String) {
        (self.byteCount, self.what) = (byteCount, what)
    }

    package var description: String { "\(text). \(Self.remedy)" }

    /// What failed.
    package var text: String {
        let size = byteCount / 1_000_000
        return "no memory is left for \(what)" + (size > 0 ? " (\(size) MB)" : "")
    }

    /// What to try.
    package static let remedy = """
        Raise this process's limit of memory ('ulimit -v' says it in KiB; batch systems and containers have \
        limits of their own), or use a smaller --batch.
        """
}
