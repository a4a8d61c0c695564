import EchoFormats
import EchoTensor

#if _endian(big)
#error("NPYStream writes values as they lie in memory, which '<f4' says is little endian")
#endif

/// An NPY file of float32 in C order, written piece by piece.
///
/// Nothing appears at `path` before ``commit()``; a stream that goes away before leaves nothing.
package final class NPYStream {
    package let shape: Shape
    private let file: AtomicFile
    private let pool: OpenFilePool?
    private var writtenCount = 0
    /// Nil if nobody asks for it.
    private var hash: SHA256?

    package var path: String { file.path }
    /// The folder that it lies in, which the caller flushes after ``commit()``.
    package var folder: String { file.folder }

    /// Creates the file beside its place, and the folders above it, and writes the header.
    ///
    /// - Parameters:
    ///   - pool: Bounds how many of a writer's streams are open at once.
    ///   - hashes: Whether ``sha256`` will be asked for.
    /// - Throws: ``StoreError`` if that fails.
    package init(
        path: String, shape: Shape, pool: OpenFilePool? = nil, hashes: Bool = false
    ) throws(StoreError) {
        file = try AtomicFile(path: path)
        self.shape = shape
        self.pool = pool
        try pool?.use(file)
        let header = NPYHeader.encoded(shape)
        if hashes { hash = SHA256() }
        hash?.update(header)
        try header.withUnsafeBufferPointer { bytes throws(StoreError) in
            try file.write(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Appends values in C order.
    ///
    /// - Throws: ``StoreError`` if they are more than the shape has, or writing fails.
    package func append(_ values: UnsafeBufferPointer<Float>) throws(StoreError) {
        writtenCount += values.count
        guard writtenCount <= shape.elementCount else { throw wrongCount }
        try pool?.use(file)
        try file.write(UnsafeRawBufferPointer(values))
        hash?.update(UnsafeRawBufferPointer(values))
    }

    /// The SHA-256 of what was written so far, in hexadecimal digits; nil if it was not to be asked for.
    package var sha256: String? {
        // A copy: more may be written.
        guard var hash = self.hash else { return nil }
        return hash.finalize().hexadecimalDigits
    }

    /// Appends values in C order.
    ///
    /// - Throws: ``StoreError`` if they are more than the shape has, or writing fails.
    package func append(_ values: [Float]) throws(StoreError) {
        try values.withUnsafeBufferPointer { buffer throws(StoreError) in try append(buffer) }
    }

    /// Says that all values are written: the system begins to bring them to disk.
    ///
    /// - Throws: ``StoreError`` if they are not exactly the shape's; the file is abandoned then.
    package func finish() throws(StoreError) {
        try requireAll()
        file.finish()
    }

    /// Gives the file its name.
    ///
    /// - Throws: ``StoreError`` if not exactly the shape's values were written, or the system
    ///   refuses; the file is abandoned then.
    package func commit() throws(StoreError) {
        try requireAll()
        try pool?.use(file)
        try file.commit()
    }

    /// Removes what was written; nothing happens after a commit.
    package func abandon() { file.abandon() }

    private func requireAll() throws(StoreError) {
        guard writtenCount == shape.elementCount else {
            file.abandon()
            throw wrongCount
        }
    }

    private var wrongCount: StoreError {
        StoreError(
            path: path, .wrongCount(promised: shape.elementCount, written: writtenCount))
    }
}
