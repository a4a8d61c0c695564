import EchoFormats
import EchoInvariant
import Foundation
import Synchronization

/// A file that appears whole or not at all: written beside its place, then renamed.
///
/// The bytes go to `.NAME.tmp-<process>-<number>` in the same folder; ``commit()`` flushes them to
/// disk and renames. A file that is not committed is removed.
package final class AtomicFile {
    let path: String
    private let temporaryPath: String
    /// Nil once committed or abandoned.
    private var descriptor: Int32?

    private static let counter = Atomic<Int>(0)

    /// Creates the temporary file, and the folders above it where they are missing.
    init(path: String) throws(StoreError) {
        let (folder, name) = Self.split(path)
        try Self.createFolder(folder)
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        // The file system's limit is 255 bytes a name, and the suffix needs some of them.
        var prefix = name
        while prefix.utf8.count > 200 { prefix.removeLast() }
        self.path = path
        temporaryPath = "\(folder)/.\(prefix).tmp-\(getpid())-\(number)"
        let opened = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw StoreError(path: path, .system(.create, errno)) }
        descriptor = opened
    }

    deinit { abandon() }

    /// Appends these bytes.
    ///
    /// - Precondition: neither committed nor abandoned.
    func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        guard let descriptor else { invariantFailure("\(path) is closed") }
        try Self.write(bytes, to: descriptor, path: path)
    }

    /// Appends these bytes.
    func write(_ bytes: [UInt8]) throws(StoreError) {
        try bytes.withUnsafeBufferPointer { bytes throws(StoreError) in
            try write(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Says that all bytes are written: the system begins to bring them to disk, and several files on
    /// their way at once cost ``commit()`` hardly more time than one.
    func finish() {
        // What POSIX calls "not needed soon" Linux writes out at once. Advice: failing, it costs time.
        if let descriptor { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }
    }

    /// Flushes the bytes to disk and gives the file its name; an older file of that name goes.
    func commit() throws(StoreError) {
        guard let descriptor else { invariantFailure("\(path) is closed") }
        guard fsync(descriptor) == 0 else { throw failed(.sync) }
        self.descriptor = nil
        guard close(descriptor) == 0, rename(temporaryPath, path) == 0 else {
            let error = failed(.rename)
            unlink(temporaryPath)
            throw error
        }
    }

    /// As ``commit()``, but a file of that name stays.
    ///
    /// - Returns: false where there was one; the new one is removed.
    func commitUnlessPresent() throws(StoreError) -> Bool {
        guard let descriptor else { invariantFailure("\(path) is closed") }
        guard fsync(descriptor) == 0 else { throw failed(.sync) }
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

    /// The name that a temporary file was to get; nil where it is none.
    static func finalName(ofTemporary name: String) -> String? {
        guard name.hasPrefix("."),
            let match = name.dropFirst().wholeMatch(of: #/(.+)\.tmp(-[0-9]+-[0-9]+)?/#)
        else { return nil }
        return String(match.1)
    }

    /// Removes the temporary file; nothing happens after a commit.
    func abandon() {
        guard let descriptor else { return }
        self.descriptor = nil
        close(descriptor)
        unlink(temporaryPath)
    }

    /// Writes all the bytes to an open file; errors name `path`.
    package static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
    ) throws(StoreError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Foundation.write(
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

    private static func split(_ path: String) -> (folder: String, name: String) {
        (path.parentPath ?? ".", path.fileName)
    }

    /// Makes the folder and those above it; several processes may do so at once.
    private static func createFolder(_ folder: String) throws(StoreError) {
        var missing: [String] = []
        var path = folder
        while mkdir(path, 0o777) != 0 {
            let number = errno
            if number == ENOENT, let above = path.parentPath {
                missing.append(path)
                path = above
                continue
            }
            try requireFolder(path, number)
            break
        }
        for path in missing.reversed() where mkdir(path, 0o777) != 0 {
            try requireFolder(path, errno)
        }
    }

    private static func requireFolder(_ path: String, _ number: Int32) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(path: path, .system(.createFolder, number))
        }
    }
}
