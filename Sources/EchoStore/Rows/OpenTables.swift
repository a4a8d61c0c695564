import Synchronization

/// Files of rows that are open: those that were read last, so that neighbouring reads open none.
final class OpenTables: Sendable {
    private let folder: String
    private let name: String
    private let limit: Int
    /// The one that was read last at the end.
    private let open = Mutex<[(file: String, table: TableFile)]>([])

    /// - Parameters:
    ///   - folder: The output folder.
    ///   - name: What the format calls an array: the level.
    init(folder: String, name: String, limit: Int = 8) {
        (self.folder, self.name, self.limit) = (folder, name, limit)
    }

    /// The file of this path from the folder, opened if it is not.
    func table(_ file: String) throws(StoreError) -> TableFile {
        let known = open.withLock { open -> TableFile? in
            guard let index = open.lastIndex(where: { $0.file.utf8.elementsEqual(file.utf8) })
            else { return nil }
            if index != open.count - 1 { open.append(open.remove(at: index)) }
            return open[open.count - 1].table
        }
        if let known { return known }
        let table = try TableFile(path: folder + "/" + file, name: name)
        open.withLock { open in
            // Who reads it still keeps it open.
            if open.count >= limit { open.removeFirst() }
            open.append((file, table))
        }
        return table
    }
}
