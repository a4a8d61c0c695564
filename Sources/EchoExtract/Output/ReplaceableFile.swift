import EchoFormats
import EchoStore

/// A file that a command is about to write under a name that may be taken: it replaces its own kind alone.
enum ReplaceableFile {
    /// Requires that nothing is there, or an empty file, or one of the kind.
    ///
    /// - Parameters:
    ///   - start: What files of the kind begin with.
    ///   - kind: What they are called: `a PNG picture`.
    /// - Throws: ``StoreError`` if there is something else.
    static func require(
        _ path: String, start: [UInt8], kind: String
    ) throws(StoreError) {
        guard try SmallFile.holdsAnything(path), try !SmallFile.begins(path, with: start) else {
            return
        }
        throw StoreError(path: path, .occupied("is there and is not \(kind)"))
    }
}
