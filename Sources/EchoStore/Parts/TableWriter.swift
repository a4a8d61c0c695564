import EchoInvariant
import Glibc

/// A table of embeddings `[rows, columns]` of one part, written row by row at any place.
///
/// The bytes go to `.NAME.tmp` until ``commit()``, which sets the number of rows in the header,
/// flushes and renames. Only the process that holds the shard's lock writes files of that name.
package final class TableWriter: RestingFile {
    package let name: String
    package let columns: Int
    /// Rows up to the last one that was written.
    package private(set) var rowCount = 0

    private let path: String
    private let temporaryPath: String
    private let header: TableHeader
    private let pool: OpenFilePool
    private var state: State

    private enum State {
        case open(Int32)
        /// Its descriptor was given back.
        case resting
        /// Committed or abandoned.
        case closed
    }

    /// Creates the temporary file in a folder that exists; one of a dead process goes.
    init(
        folder: String, name: String, header: TableHeader, pool: OpenFilePool
    ) throws(StoreError) {
        self.name = name
        self.header = header
        self.pool = pool
        columns = header.columns
        path = "\(folder)/\(name)"
        temporaryPath = "\(folder)/.\(name).tmp"
        unlink(temporaryPath)
        // Exclusive, so that no symbolic link is followed.
        let opened = open(temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw StoreError(path: path, .system(.create, errno)) }
        state = .open(opened)
        try pool.use(self)
        try put(header.encoded(rows: 0), at: 0)
    }

    deinit { abandon() }

    /// Writes whole rows from `row` on.
    ///
    /// - Precondition: `values` are whole rows.
    package func write(_ values: [Float], at row: Int) throws(StoreError) {
        invariant(values.count.isMultiple(of: columns), "\(values.count) values in rows")
        try put(header.element.bytes(of: values), at: offset(of: row))
        rowCount = max(rowCount, row + values.count / columns)
    }

    /// Writes whole rows after the last one.
    package func append(_ values: [Float]) throws(StoreError) { try write(values, at: rowCount) }

    /// Writes whole rows after the last one, as they lie in another table of this element.
    ///
    /// - Precondition: `bytes` are whole rows.
    func append(bytes: UnsafeRawBufferPointer) throws(StoreError) {
        let rowByteCount = columns * header.element.byteCount
        invariant(bytes.count.isMultiple(of: rowByteCount), "\(bytes.count) bytes in rows")
        try put(bytes, at: offset(of: rowCount))
        rowCount += bytes.count / rowByteCount
    }

    /// Forgets the rows from `row` on.
    package func truncate(to row: Int) throws(StoreError) {
        guard row < rowCount else { return }
        guard ftruncate(try descriptor(), off_t(offset(of: row))) == 0 else {
            throw failed(.write)
        }
        rowCount = row
    }

    /// Gives the file its name, with all its bytes on disk; the folder is the caller's to flush.
    ///
    /// - Returns: The SHA-256 of the file, in hexadecimal digits.
    func commit() throws(StoreError) -> String {
        try put(header.encoded(rows: rowCount), at: 0)
        let descriptor = try descriptor()
        // Its first bytes are known last, and rows may come in any order: so it is hashed now, out of the
        // system's memory.
        let hash = try FileHash.sha256(descriptor, path: path)
        guard fsync(descriptor) == 0 else { throw failed(.sync) }
        state = .closed
        guard close(descriptor) == 0, rename(temporaryPath, path) == 0 else {
            let error = failed(.rename)
            unlink(temporaryPath)
            throw error
        }
        return hash
    }

    /// Removes the temporary file; nothing happens after a commit.
    func abandon() {
        if case .closed = state { return }
        if case .open(let descriptor) = state { close(descriptor) }
        state = .closed
        unlink(temporaryPath)
    }

    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    func rest() throws(StoreError) {
        guard case .open(let descriptor) = state else { return }
        state = .resting
        guard close(descriptor) == 0 else { throw failed(.write) }
    }

    /// The descriptor, opened again if it was given back.
    private func descriptor() throws(StoreError) -> Int32 {
        try pool.use(self)
        switch state {
        case .open(let descriptor): return descriptor
        case .resting:
            let opened = open(temporaryPath, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard opened >= 0 else { throw failed(.write) }
            state = .open(opened)
            return opened
        case .closed: invariantFailure("\(path) is closed")
        }
    }

    private func failed(_ operation: StoreError.Operation) -> StoreError {
        StoreError(path: path, .system(operation, errno))
    }

    private func offset(of row: Int) -> Int {
        header.byteCount + row * columns * header.element.byteCount
    }

    private func put(_ bytes: [UInt8], at offset: Int) throws(StoreError) {
        try bytes.withUnsafeBufferPointer { bytes throws(StoreError) in
            try put(UnsafeRawBufferPointer(bytes), at: offset)
        }
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StoreError) {
        let descriptor = try descriptor()
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
                off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw failed(.write)
            }
            done += count
        }
    }
}
