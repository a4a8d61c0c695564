import Glibc

/// The manifest of a folder of files: lines are added to the end once the files that they name are in
/// place and on disk.
///
/// A line counts once its end is there: what a run that died left of one is cut off before the next is
/// written. A manifest takes ``lineLimit`` lines, then the next one begins, so that readers need never
/// hold them all.
package final class ManifestLog {
    /// Lines of one manifest.
    package static let lineLimit = 16_384

    private let folder: String
    private let shard: Shard
    private var number: Int
    private var lineCount = 0
    /// Bytes up to the end of the last line.
    private var byteCount = 0
    /// Nil before the first line of a manifest that is not there yet.
    private var descriptor: Int32?

    /// Takes up the last manifest of a shard. Only for the holder of the shard's lock.
    ///
    /// - Throws: ``StoreError`` if it cannot be read or written.
    package init(_ folder: PartFolder, shard: Shard) throws(StoreError) {
        (self.folder, self.shard) = (folder.path, shard)
        number = folder.lastNumber(of: shard) ?? folder.nextNumber(of: shard)
        guard folder.parts.contains(name), let bytes = try SmallFile.read(path) else { return }
        let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        lineCount = bytes.count { $0 == UInt8(ascii: "\n") }
        (byteCount, descriptor) = (end, try Self.open(path, O_WRONLY))
        if end < bytes.count { try cut() }
    }

    deinit { if let descriptor { close(descriptor) } }

    /// Adds lines and brings them to disk; either all of them are there afterwards, or an error.
    ///
    /// - Throws: ``StoreError`` if they cannot be written: none of them counts then.
    package func append(_ entries: [ManifestEntry]) throws(StoreError) {
        guard !entries.isEmpty else { return }
        if lineCount >= Self.lineLimit { next() }
        var text = ""
        for entry in entries { text += entry.json.text + "\n" }
        let bytes = Array(text.utf8)
        do throws(StoreError) {
            try write(bytes)
        } catch {
            // What is left of them is no line; it is cut off here, or by the next run.
            try? cut()
            throw error
        }
        byteCount += bytes.count
        lineCount += entries.count
    }

    /// Requires that the manifest that lines went to is still the one of that name.
    ///
    /// - Throws: ``StoreError`` if it was removed or replaced: then nothing says what the arrays are.
    package func requireInPlace() throws(StoreError) {
        guard let descriptor else { return }
        var (ours, there) = (stat(), stat())
        guard fstat(descriptor, &ours) == 0, lstat(path, &there) == 0, ours.st_ino == there.st_ino,
            ours.st_dev == there.st_dev
        else { throw StoreError(path: path, .wentMeanwhile) }
    }

    private var name: PartName { PartName(shard: shard, number: number) }
    private var path: String { folder + "/" + name.manifest }

    private func next() {
        if let descriptor { close(descriptor) }
        descriptor = nil
        (number, lineCount, byteCount) = (number + 1, 0, 0)
    }

    private func write(_ bytes: [UInt8]) throws(StoreError) {
        let isNew = descriptor == nil
        if isNew { descriptor = try Self.open(path, O_WRONLY | O_CREAT | O_EXCL) }
        guard let file = descriptor else { return }
        guard lseek(file, off_t(byteCount), SEEK_SET) >= 0 else { throw failed(.write) }
        try bytes.withUnsafeBufferPointer { bytes throws(StoreError) in
            try AtomicFile.write(UnsafeRawBufferPointer(bytes), to: file, path: path)
        }
        guard fsync(file) == 0 else { throw failed(.sync) }
        if isNew { try FolderSync.sync(folder) }
    }

    private func cut() throws(StoreError) {
        guard let descriptor else { return }
        guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw failed(.write) }
    }

    private static func open(_ path: String, _ flags: Int32) throws(StoreError) -> Int32 {
        let opened = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard opened >= 0 else {
            throw StoreError(
                path: path, errno == ELOOP ? .symbolicLink : .system(.create, errno))
        }
        return opened
    }

    private func failed(_ operation: StoreError.Operation) -> StoreError {
        StoreError(path: path, .system(operation, errno))
    }
}
