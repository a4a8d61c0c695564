import EchoFormats
import EchoInvariant
import Glibc
import Synchronization

/// A file that appears whole or not at all: written beside its place, then renamed.
///
/// The bytes go to `.echo-gpu-<process>-<number>.tmp` in the same folder; ``commit()`` flushes them to
/// disk and renames. A file that is not committed is removed. That the new name lasts is for the caller
/// to see to, with ``FolderSync``: one call does for many files.
package final class AtomicFile: RestingFile {
    let path: String
    /// The folder that it lies in.
    let folder: String
    private let temporaryPath: String
    private var state: State

    private enum State {
        case open(Int32)
        /// Its descriptor was given back.
        case resting
        /// Committed or abandoned.
        case closed
    }

    private static let counter = Atomic<Int>(0)

    /// What names of temporary files begin with.
    package static let temporaryPrefix = ".echo-gpu-"

    /// Creates the temporary file, and the folders above it if they are missing.
    package init(path: String) throws(StoreError) {
        folder = FolderSync.split(path).folder
        try FolderSync.create(folder)
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.path = path
        temporaryPath = "\(folder)/\(Self.temporaryPrefix)\(getpid())-\(number).tmp"
        let opened = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw StoreError(path: path, .system(.create, errno)) }
        state = .open(opened)
    }

    deinit { abandon() }

    /// Appends these bytes.
    ///
    /// - Precondition: neither committed nor abandoned.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        try Self.write(bytes, to: descriptor(), path: path)
    }

    /// Appends these bytes.
    package func write(_ bytes: [UInt8]) throws(StoreError) {
        try bytes.withUnsafeBufferPointer { bytes throws(StoreError) in
            try write(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Says that all bytes are written: the system begins to bring them to disk, and several files on
    /// their way at once cost ``commit()`` hardly more time than one.
    func finish() {
        // What POSIX calls "not needed soon" Linux writes out at once. Advice: failing, it costs time.
        if case .open(let descriptor) = state {
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        }
    }

    /// Flushes the bytes to disk and gives the file its name; an older file of that name goes.
    package func commit() throws(StoreError) {
        let descriptor = try descriptor()
        guard fsync(descriptor) == 0 else { throw failed(.sync) }
        state = .closed
        guard close(descriptor) == 0, rename(temporaryPath, path) == 0 else {
            let error = failed(.rename)
            unlink(temporaryPath)
            throw error
        }
    }

    /// As ``commit()``, but a file of that name stays.
    ///
    /// - Returns: false if there was one; the new one is removed.
    func commitUnlessPresent() throws(StoreError) -> Bool {
        guard fsync(try descriptor()) == 0 else { throw failed(.sync) }
        if link(temporaryPath, path) == 0 {
            abandon()
            return true
        }
        switch errno {
        case EEXIST:
            abandon()
            return false
        case EPERM, ENOTSUP:
            // No hard links here: the next best, in which two processes may both believe to be first.
            if access(path, F_OK) == 0 {
                abandon()
                return false
            }
            try commit()
            return true
        default: throw failed(.rename)
        }
    }

    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    func rest() throws(StoreError) {
        guard case .open(let descriptor) = state else { return }
        state = .resting
        guard close(descriptor) == 0 else { throw failed(.write) }
    }

    /// Removes the temporary file; nothing happens after a commit.
    package func abandon() {
        if case .closed = state { return }
        if case .open(let descriptor) = state { close(descriptor) }
        state = .closed
        unlink(temporaryPath)
    }

    /// The descriptor, opened again if it was given back.
    private func descriptor() throws(StoreError) -> Int32 {
        switch state {
        case .open(let descriptor): return descriptor
        case .resting:
            let flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW
            let opened = open(temporaryPath, flags)
            guard opened >= 0 else { throw failed(.write) }
            state = .open(opened)
            return opened
        case .closed: invariantFailure("\(path) is closed")
        }
    }

    /// Writes all the bytes to an open file; errors name `path`.
    package static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
    ) throws(StoreError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreError(path: path, .system(.write, errno))
            }
            rest = rest.dropFirst(count)
        }
    }

    private func failed(_ operation: StoreError.Operation) -> StoreError {
        StoreError(path: path, .system(operation, errno))
    }
}
