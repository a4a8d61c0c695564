import Foundation

/// Why a file could not be written or read.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let cause: Cause

    package init(path: String, _ cause: Cause) {
        self.path = path
        self.cause = cause
    }

    package enum Cause: Hashable, Sendable {
        /// A call of the system failed; with its `errno`.
        case system(Operation, Int32)
        /// A file was promised another number of values than it got.
        case wrongCount(promised: Int, written: Int)
        /// The file is not in the NPY format, or not what this reader takes.
        case malformed(String)
        /// A recording's name that would be written outside the output folder.
        case outsideFolder(name: String)
        /// Two recordings of which one needs a folder where the other writes a file.
        case folderAndFile(first: String, second: String)
        /// A symbolic link lies where a file or folder of ours should.
        case symbolicLink
        /// A file that echo-gpu writes and reads again is not what it wrote.
        case notARecord(String)
        /// Another process writes here: who.
        case locked(String)
        /// A process that writes here has cut the recordings into another number of shards.
        case otherShards(String, theirs: Int, ours: Int)
        /// A process that writes here has other inputs.
        case otherInputs(String)
        /// The folder was written with other settings: in what they differ, a sentence each.
        case otherSettings([String])
    }

    package enum Operation: String, Hashable, Sendable {
        case createFolder = "create the folder"
        case create = "create the file"
        case write = "write"
        case sync = "flush to disk"
        case rename = "rename the finished file"
        case open = "open"
        case read = "read"
        case lock = "lock"
    }

    /// A short name of the cause that stays the same between versions.
    package var code: String {
        switch cause {
        case .system(_, let number): Self.isFull(number) ? "disk-full" : "system"
        case .wrongCount: "wrong-count"
        case .malformed: "malformed"
        case .outsideFolder: "outside-folder"
        case .folderAndFile: "folder-and-file"
        case .symbolicLink: "symbolic-link"
        case .notARecord: "not-a-record"
        case .locked, .otherShards, .otherInputs: "busy"
        case .otherSettings: "other-settings"
        }
    }

    /// What is wrong, without the path.
    package var reason: String {
        switch cause {
        case .system(let operation, let number):
            "cannot \(operation.rawValue): "
                + (Self.isFull(number) ? "the disk is full" : String(cString: strerror(number)))
        case .wrongCount(let promised, let written):
            "was to hold \(promised) values and got \(written)"
        case .malformed(let text): "is not an NPY file that can be read: \(text)"
        case .outsideFolder(let name): "the name \"\(name)\" would leave the output folder"
        case .folderAndFile(let first, let second):
            "\(first) would be written to this file, and \(second) needs a folder of that name"
        case .symbolicLink: "is a symbolic link, and none is followed in an output folder"
        case .notARecord(let text): "is not what echo-gpu wrote: \(text)"
        case .locked(let owner): "is held by \(owner)"
        case .otherShards(let owner, let theirs, let ours):
            "\(owner), writes to this folder in \(theirs) shards, not in \(ours)"
        case .otherInputs(let owner): "\(owner), writes to this folder, and its inputs are others"
        case .otherSettings(let differences): differences.joined(separator: "; ")
        }
    }

    /// What to try.
    package var remedy: String {
        switch cause {
        case .system(_, let number):
            Self.isFull(number)
                ? "Make room, or choose another output folder."
                : "Check the path and its permissions."
        case .wrongCount: "Nothing was left behind; this is a fault of echo-gpu, please report it."
        case .malformed: "Save it with numpy.save as float32, C order."
        case .outsideFolder: "Rename the recording."
        case .folderAndFile: "Rename one, or embed them into different folders."
        case .symbolicLink: "Remove the link, or choose another output folder."
        case .notARecord: "Restore the file, or choose another output folder."
        case .locked: "Wait until it ends, or choose another output folder."
        case .otherShards: "Give all of them the same number of shards, or wait until it ends."
        case .otherInputs: "Give all shards the same inputs, or wait until it ends."
        case .otherSettings:
            "Use the settings of before, choose another output folder, or go on with --force."
        }
    }

    package var description: String { "\(path): \(reason). \(remedy)" }

    /// The volume or the user's share of it has no room left.
    private static func isFull(_ number: Int32) -> Bool { number == ENOSPC || number == EDQUOT }
}
