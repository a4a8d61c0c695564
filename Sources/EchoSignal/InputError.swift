/// Why the arguments of a run do not make a list of recordings, or a folder not a complete one.
package struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
    package let cause: Cause

    package init(_ cause: Cause) { self.cause = cause }

    package enum Cause: Hashable, Sendable {
        /// An argument, or the target of a link, cannot be found; with the system's text.
        case missing(path: String, String)
        /// Nothing to embed.
        case noRecordings(arguments: [String], skippedCount: Int)
        /// Two inputs would write the same files.
        case sameName(String, first: String, second: String)
        /// A folder cannot be listed; with the system's text.
        case unreadableFolder(path: String, String)
        /// A file or folder whose name is not UTF-8; the path has replacement characters.
        case nameNotUnicode(path: String)
    }

    /// A short name of the cause that stays the same between versions.
    package var code: String {
        switch cause {
        case .missing: "missing"
        case .noRecordings: "no-recordings"
        case .sameName: "same-name"
        case .unreadableFolder: "unreadable-folder"
        case .nameNotUnicode: "name-not-unicode"
        }
    }

    /// The path at fault, nil where there is not just one.
    package var path: String? {
        switch cause {
        case .missing(let path, _), .unreadableFolder(let path, _), .nameNotUnicode(let path): path
        case .noRecordings, .sameName: nil
        }
    }

    package var description: String {
        switch cause {
        case .missing(let path, let text):
            return "\(path): cannot be found: \(text). Check the path."
        case .noRecordings(let arguments, let skipped):
            let places = arguments.isEmpty ? "no input" : arguments.joined(separator: ", ")
            let others = skipped == 0 ? "" : " (\(skipped) other files skipped)"
            return "No recordings found: \(places)\(others). Name recordings, or folders that hold "
                + "files such as .wav, .flac, .ogg or .mp3."
        case .sameName(let name, let first, let second):
            return "\(first) and \(second) would both be written as \(name). Rename one, or embed "
                + "them into different folders."
        case .unreadableFolder(let path, let text):
            return "\(path): the folder cannot be listed: \(text). Check its permissions."
        case .nameNotUnicode(let path):
            return "\(path): the name is not valid UTF-8. Rename it."
        }
    }
}
