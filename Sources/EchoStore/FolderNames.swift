import Glibc

/// Names in a folder of perhaps millions, of which few matter: the others are never made strings.
package enum FolderNames {
    /// The names that begin with one of `prefixes`, sorted; none if there is no such folder. One that
    /// is not UTF-8 is not ours.
    ///
    /// - Throws: ``StoreError`` if the folder cannot be read.
    package static func list(
        _ folder: String, prefixes: [String]
    ) throws(StoreError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw StoreError(path: folder, .system(.open, errno))
        }
        defer { closedir(stream) }
        let prefixes = prefixes.map { Array($0.utf8) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes -> String? in
                guard prefixes.contains(where: { bytes.starts(with: $0) }) else { return nil }
                return String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name { names.append(name) }
        }
        guard errno == 0 else { throw StoreError(path: folder, .system(.read, errno)) }
        return names.sorted()
    }
}
