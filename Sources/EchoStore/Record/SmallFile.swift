import EchoFormats
import Glibc

/// Whole files in an output folder: no symbolic link is followed, and what is written lasts.
package enum SmallFile {
    /// The bytes of a regular file; nil if there is none of that name.
    ///
    /// - Throws: ``StoreError`` if it cannot be read or is a symbolic link.
    package static func read(_ path: String) throws(StoreError) -> [UInt8]? {
        try read(path, atMost: .max)
    }

    /// Whether there is a regular file whose first bytes are these, however large it is.
    package static func begins(_ path: String, with bytes: [UInt8]) throws(StoreError) -> Bool {
        try read(path, atMost: bytes.count) == bytes
    }

    /// Whether there is a regular file that is not empty.
    package static func holdsAnything(_ path: String) throws(StoreError) -> Bool {
        try read(path, atMost: 1)?.isEmpty == false
    }

    private static func read(_ path: String, atMost limit: Int) throws(StoreError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ENOTDIR:
                let folder = FolderSync.split(path).folder
                throw StoreError(path: folder, .system(.createFolder, ENOTDIR))
            case ELOOP: throw StoreError(path: path, .symbolicLink)
            default: throw StoreError(path: path, .system(.open, errno))
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(path: path, .notARecord("it is not a regular file"))
        }
        return try bytes(descriptor, count: min(Int(status.st_size), limit), path)
    }

    /// Writes a file that appears whole or not at all; one of that name goes.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(StoreError) {
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
        try FolderSync.sync(file.folder)
    }

    /// Writes a file that appears whole or not at all, unless there is one of that name.
    ///
    /// - Returns: false if there is.
    static func create(_ path: String, with bytes: [UInt8]) throws(StoreError) -> Bool {
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        guard try file.commitUnlessPresent() else { return false }
        try FolderSync.sync(file.folder)
        return true
    }

    private static func bytes(
        _ descriptor: Int32, count: Int, _ path: String
    ) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: done), count - done)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw StoreError(path: path, .system(.read, errno)) }
            if got == 0 { return Array(bytes[..<done]) }
            done += got
        }
        return bytes
    }
}
