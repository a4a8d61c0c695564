import EchoStore
import Glibc

/// A file that an option is to write, if something has its name already: a slip of a word makes it a recording.
enum ReplacedFile {
    /// Why what is there is not replaced; nil if nothing is there, or an empty file, or an earlier one of its kind.
    ///
    /// - Parameter start: What files of its kind begin with.
    static func obstacle(_ path: String, kind: String, start: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        // As root a rename would replace `/dev/null` for all of the machine.
        guard status.st_mode & S_IFMT == S_IFREG else { return "it is not a regular file" }
        let target = realpath(path, nil)
        defer { free(target) }
        let isOurs = target.flatMap {
            try? SmallFile.begins(String(cString: $0), with: Array(start.utf8))
        }
        return status.st_size == 0 || isOurs == true
            ? nil : "it is there already and is not \(kind), so it stays as it is"
    }
}
