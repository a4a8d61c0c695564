/// Why the arguments of a run do not make a list of recordings, or a folder not a complete one.
package struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
    package let cause: Cause

    package init(_ cause: Cause) { self.cause = cause }

    package enum Cause: Hashable, Sendable {
        /// An argument, or the target of a link, cannot be found; with the system's text.
        case missing(path: String, String)
        /// A folder where a list of recordings is asked for.
        case folder(list: String)
        /// An address on the network where a path is asked for; with what to do instead.
        case address(String, remedy: String)
        /// Nothing to embed.
        case noRecordings(arguments: [String], skipped: SkippedFiles)
        /// Two inputs would write the same files.
        case sameName(String, first: String, second: String)
        /// A pattern that no path fits.
        case noMatch(pattern: String)
        /// A list of recordings is malformed on a line, from 1, in a column.
        case list(path: String, line: Int, column: String?, String)
        /// A recording of a request, from 0, is malformed in a member.
        case recording(index: Int, member: String?, String)
        /// An archive cannot be read, or not to its end; with libarchive's text.
        case archive(path: String, String)
        /// The system does not hand out an archive's bytes; with the number that it answers (`errno`).
        case system(archive: String, Int32)
        /// A member of an archive that is not taken; with the reason.
        case member(archive: String, name: String, String)
        /// A folder cannot be listed; with the system's text.
        case unreadableFolder(path: String, String)
        /// This process cannot look any further: no descriptors, no memory.
        case own(OwnFailure)
        /// A file or folder whose name is not UTF-8; the path has replacement characters.
        case nameNotUnicode(path: String)
    }

    /// A short name of the cause that stays the same between versions.
    package var code: String {
        switch cause {
        case .missing: "missing"
        case .folder: "folder"
        case .address: "address"
        case .noRecordings: "no-recordings"
        case .sameName: "same-name"
        case .noMatch: "no-match"
        case .list, .recording: "list"
        case .archive: "archive"
        case .system(_, let number): SystemAnswer(number).code
        case .member: "member"
        case .unreadableFolder: "unreadable-folder"
        case .own: "own"
        case .nameNotUnicode: "name-not-unicode"
        }
    }

    /// The path at fault, nil if there is not just one.
    package var path: String? {
        switch cause {
        case .missing(let path, _), .unreadableFolder(let path, _), .nameNotUnicode(let path),
            .list(let path, _, _, _), .archive(let path, _),
            .system(let path, _), .folder(let path):
            path
        case .member(let archive, let name, _): archive + "/" + name
        case .noMatch(let pattern): pattern
        case .address(let address, _): address
        case .noRecordings, .sameName, .own, .recording: nil
        }
    }

    package var description: String {
        switch cause {
        case .missing(let path, let text):
            return "\(path): cannot be opened: \(text). Check the path."
        case .folder(let path):
            return
                "\(path): is a folder, and a list is a file. Give a folder as an input, without an option."
        case .address(_, let remedy): return remedy
        case .noRecordings(let arguments, let skipped):
            let places = arguments.isEmpty ? "no input" : arguments.joined(separator: ", ")
            let others = skipped.sentences.map { " " + $0 }.joined()
            return "No recordings found: \(places).\(others) Name recordings, or folders that hold "
                + "files such as .wav, .flac, .ogg or .mp3."
        case .sameName(let name, let first, let second):
            return "\(first) and \(second) would both be written as \(name). Give a folder "
                + "that both are below, so that their ids begin with other folders; or a list with a "
                + "column id (--manifest); or rename one."
        case .noMatch(let pattern):
            return
                "\(pattern): no file has that name, and none fits the pattern. Check it; ** stands "
                + "for any number of folders."
        case .list(let path, let line, let column, let text):
            let place = path == "-" ? "standard input" : path
            return "\(place): line \(line)\(column.map { ", column \($0)" } ?? ""): \(text). "
                + "Correct the line."
        case .recording(let index, let member, let text):
            return "recordings[\(index)]\(member.map { ".\($0)" } ?? ""): \(text). Correct that "
                + "recording of the request."
        case .archive(let path, let text):
            return
                "\(path): the archive cannot be read to its end: \(text). Check that it is whole "
                + "(tar -tf lists it)."
        case .system(let path, let number):
            let answer = SystemAnswer(number)
            return "\(path): the archive cannot be read: \(answer.text). \(answer.remedy)"
        case .member(let archive, let name, let text):
            return
                "\(archive)/\(name): is left out: \(text). Correct it and pack the archive again."
        case .unreadableFolder(let path, let text):
            return "\(path): the folder cannot be listed: \(text). Check its permissions, and that "
                + "its path is not too long (4096 bytes)."
        case .own(let failure): return "\(failure.text). \(failure.remedy)"
        case .nameNotUnicode(let path):
            return "\(path): the name is not valid UTF-8. Rename it (convmv renames whole folders)."
        }
    }
}
