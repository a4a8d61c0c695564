import EchoFormats
import Glibc

/// Paths from the root.
enum AbsolutePath {
    /// The path without links, `.` and `..`; of what is not there, the path that it would have.
    static func of(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        // Where the working folder is gone there is no more to know.
        guard path != ".", path != "/" else { return path }
        return of(path.parentPath ?? ".").asFolderPrefix + path.fileName
    }
}
