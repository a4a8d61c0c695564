import EchoFormats
import Glibc

/// Folders that last: what was created or renamed in one survives a power cut.
package enum FolderSync {
    /// Brings the names in a folder to disk.
    ///
    /// - Throws: ``StoreError`` if the folder cannot be opened or flushed.
    package static func sync(_ folder: String) throws(StoreError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // A folder that may be written and not read: nobody can flush it.
            if errno == EACCES { return }
            throw StoreError(path: folder, .system(.sync, errno))
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            // Some file systems cannot flush a folder, and need not.
            if errno == EINVAL || errno == ENOTSUP { return }
            throw StoreError(path: folder, .system(.sync, errno))
        }
    }

    /// Makes a folder and those above it, and brings the name of each new one to disk; several
    /// processes may do so at once.
    ///
    /// - Throws: ``StoreError`` if it is not there afterwards, or is no folder.
    package static func create(_ folder: String) throws(StoreError) {
        var missing: [String] = []
        var path = folder
        // No recursion: folders may lie as deep in each other as paths can be long.
        while true {
            let number = try make(path)
            if number == ENOENT, let above = path.parentPath {
                missing.append(path)
                path = above
                continue
            }
            try require(path, number)
            break
        }
        for path in missing.reversed() { try require(path, make(path)) }
    }

    /// Requires that there is a folder, after making it gave this number.
    private static func require(_ path: String, _ number: Int32) throws(StoreError) {
        if number == 0 { return }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(path: path, .system(.createFolder, number))
        }
    }

    /// The folder that a path lies in, and the name there.
    package static func split(_ path: String) -> (folder: String, name: String) {
        (path.parentPath ?? ".", path.fileName)
    }

    /// Makes a folder; 0, or the number that says why not.
    private static func make(_ folder: String) throws(StoreError) -> Int32 {
        guard mkdir(folder, 0o777) == 0 else { return errno }
        try sync(split(folder).folder)
        return 0
    }
}
