import Foundation

/// Makes the names in a folder last: what was renamed or created there survives a power cut.
enum FolderSync {
    /// - Throws: ``StoreError`` where the folder cannot be opened or flushed.
    static func sync(_ folder: String) throws(StoreError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(path: folder, .system(.open, errno)) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            // Some file systems cannot flush a folder, and need not.
            if errno == EINVAL || errno == ENOTSUP { return }
            throw StoreError(path: folder, .system(.sync, errno))
        }
    }
}
