import EchoFormats
import FoundationEssentials
import Glibc

/// The few things that are done to files here, with errors that name the file.
enum HubFiles {
    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(HubError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw HubError(
                .create, path, "the folder cannot be made: \(error.systemReason)",
                remedy: "Check the permissions above it, or set HF_HUB_CACHE to another folder.")
        }
    }

    /// The folder that a path lies in.
    static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// Bytes of a regular file, symbolic links followed; nil if there is none.
    static func size(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Where a symbolic link leads, as it is written there; nil for anything else.
    static func linkTarget(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// Puts a small text in place, whole or not at all.
    static func write(_ text: String, to path: String) throws(HubError) {
        try makeFolder(folder(of: path))
        try place(path) { try Data(text.utf8).write(to: URL(fileURLWithPath: $0)) }
    }

    /// Puts a symbolic link in place, in place of what is there.
    static func link(_ path: String, to target: String) throws(HubError) {
        if linkTarget(path) == target { return }
        try makeFolder(folder(of: path))
        let temporary = temporaryName(path)
        guard symlink(target, temporary) == 0 else {
            throw .system(.create, path, "the link cannot be made", errno)
        }
        try rename(temporary, to: path)
    }

    /// Copies a file's content to `path`, which appears whole or not at all; a link that is there is
    /// replaced, not followed.
    static func copy(_ source: String, to path: String) throws(HubError) {
        let real = URL(fileURLWithPath: source).resolvingSymlinksInPath().path
        try place(path) { try FileManager.default.copyItem(atPath: real, toPath: $0) }
    }

    /// Has a file written under a temporary name, and gives it its own.
    private static func place(
        _ path: String, writing: (_ temporary: String) throws -> Void
    ) throws(HubError) {
        let temporary = temporaryName(path)
        do {
            try writing(temporary)
        } catch {
            unlink(temporary)
            throw HubError(
                .write, path, "the file cannot be written: \(error.systemReason)",
                remedy: "Check that the folder may be written to and has space.")
        }
        try rename(temporary, to: path)
    }

    /// Flushes a file, gives it its name and flushes the folder.
    static func rename(_ temporary: String, to path: String) throws(HubError) {
        flush(temporary)
        guard Glibc.rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw .system(.write, path, "the file cannot be put in place", code)
        }
        flush(folder(of: path))
    }

    private static func flush(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func temporaryName(_ path: String) -> String {
        path + ".\(UUID().uuidString.prefix(8)).tmp"
    }
}
