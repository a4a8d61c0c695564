import EchoFormats
import Glibc

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
        /// The name of a folder that a recording needs is that of a file of ours.
        case reservedName(name: String, ours: String)
        /// The channels of one recording would be written over another.
        case channelAndName(recording: String, other: String)
        /// A file's name, or its path, has more bytes than the system takes.
        case nameTooLong(byteCount: Int, limit: Int)
        /// A symbolic link lies where a file or folder of ours should.
        case symbolicLink
        /// A file that echo-gpu writes and reads again is not what it wrote.
        case notARecord(String)
        /// Something is where a folder or file is to be written, and it is none that may be replaced.
        case occupied(String)
        /// A table, an array, or the line that names its rows, is not what echo-gpu wrote.
        case damagedRows(String)
        /// A table or an array that a manifest names is not there.
        case lostRows
        /// A table or array has another SHA-256 than its manifest says.
        case otherHash(recorded: String, found: String)
        /// A folder whose rows are to be read has no manifest.
        case noManifest
        /// A folder whose rows are to be read has none yet: a run was begun.
        case nothingEmbedded
        /// A file of another program lies where a recording needs a folder, or the other way round.
        case inTheWay(isFolder: Bool)
        /// A file that a run writes lines to, or must leave behind, went while it ran.
        case wentMeanwhile
        /// A manifest went, or became another file, while the folder was read.
        case changedMeanwhile
        /// Another process writes here: who.
        case locked(String)
        /// A process that writes here has cut the recordings into another number of shards.
        case otherShards(String, theirs: Int, ours: Int)
        /// A process that writes here has other inputs.
        case otherInputs(String)
        /// The folder was written with other settings: in what they differ, a sentence each.
        case otherSettings([String])
        /// The folder has manifests, and the file that says with which settings they were made is lost.
        case lostSettings
        /// The folder was begun in the other layout.
        case otherLayout(theirs: String, ours: String)
        /// Recordings whose ids are embedded already, from other paths and with other content: how many,
        /// and the first few of them.
        case otherContent(count: Int, [Replacement])
    }

    /// An id that stands for one recording in the folder, and for another in this run.
    package struct Replacement: Hashable, Sendable {
        package let id, earlierPath, path: String

        package init(id: String, earlierPath: String, path: String) {
            (self.id, self.earlierPath, self.path) = (id, earlierPath, path)
        }
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
        case .system(_, let number):
            Self.isFull(number)
                ? "disk-full" : Self.isOutOfDescriptors(number) ? "descriptors" : "system"
        case .wrongCount: "wrong-count"
        case .malformed: "malformed"
        case .outsideFolder: "outside-folder"
        case .folderAndFile: "folder-and-file"
        case .reservedName: "reserved-name"
        case .channelAndName: "channel-and-name"
        case .nameTooLong: "name-too-long"
        case .symbolicLink: "symbolic-link"
        case .notARecord: "not-a-record"
        case .damagedRows, .lostRows: "damaged-rows"
        case .otherHash: "other-hash"
        case .noManifest: "no-manifest"
        case .nothingEmbedded: "nothing-embedded"
        case .occupied, .inTheWay: "in-the-way"
        case .wentMeanwhile: "went-meanwhile"
        case .changedMeanwhile: "changed-meanwhile"
        case .locked, .otherShards, .otherInputs: "busy"
        case .lostSettings: "lost-settings"
        case .otherSettings, .otherLayout: "other-settings"
        case .otherContent: "other-content"
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
        case .reservedName(let name, let ours):
            "\(name) needs a folder called \(ours), and that is a file of the output folder"
        case .channelAndName(let recording, let other):
            "a channel of \(recording) would be written as \(other), which is another recording"
        case .nameTooLong(let byteCount, let limit):
            "the name has \(byteCount) bytes, and the system takes \(limit)"
        case .symbolicLink: "is a symbolic link, and none is followed in an output folder"
        case .notARecord(let text): "is not what echo-gpu wrote: \(text)"
        case .occupied(let text): text
        case .damagedRows(let text): "is not what echo-gpu wrote: \(text)"
        case .lostRows: "is missing, and a manifest names it"
        case .otherHash(let recorded, let found):
            "its bytes have changed since they were written: its SHA-256 is \(found), and its manifest "
                + "says \(recorded)"
        case .noManifest:
            "has no manifest-*.jsonl, so nothing says which recordings its embeddings are of"
        case .nothingEmbedded: "a run was begun there, and nothing is embedded yet"
        case .inTheWay(let isFolder):
            isFolder
                ? "\(path) is a folder, and its embedding is a file of this name"
                : "\(path) is a file, and its embedding goes into a folder of this name"
        case .wentMeanwhile:
            "was removed or replaced while the run wrote to the folder, so nothing says what its new "
                + "embeddings are of"
        case .changedMeanwhile:
            "another process, such as echo-gpu compact, replaced it while the folder was read"
        case .locked(let owner): "is held by \(owner)"
        case .otherShards(let owner, let theirs, let ours):
            "\(owner), writes to this folder in \(theirs.counted("shard")), not in \(ours)"
        case .otherInputs(let owner): "\(owner), writes to this folder, and its inputs are others"
        case .otherSettings(let differences): differences.joined(separator: "; ")
        case .lostSettings:
            "is missing, and the folder has manifests: nothing says with which model and settings its "
                + "embeddings were made"
        case .otherLayout(let theirs, let ours):
            "the folder was begun with --layout \(theirs), not \(ours)"
        case .otherContent(let count, let examples):
            examples.map {
                "\($0.id) is embedded from \($0.earlierPath), and \($0.path) has another size or time of "
                    + "change"
            }.joined(separator: "; ")
                + (count > examples.count ? "; and \(count - examples.count) more" : "")
        }
    }

    /// What to try.
    package var remedy: String {
        switch cause {
        case .system(_, let number):
            if Self.isFull(number) {
                "Make room, or choose another output folder."
            } else if Self.isOutOfDescriptors(number) {
                "Let the process have more files open: ulimit -n 4096."
            } else if number == EFBIG {
                "Raise the limit on the size of files (ulimit -f unlimited), or choose a file system that takes "
                    + "larger ones."
            } else {
                "Check the path and its permissions."
            }
        case .wrongCount: "Nothing was left behind; this is a fault of echo-gpu, please report it."
        case .malformed: "Save it with numpy.save as float32, C order."
        case .outsideFolder: "Rename the recording."
        case .folderAndFile: "Rename one, or embed them into different folders."
        case .reservedName: "Rename the recording or its folder, or give it another id."
        case .channelAndName:
            "Give one of them another id, or use another folder or --layout parts."
        case .nameTooLong:
            "Rename the recording, give it a shorter id in a manifest, or use --layout parts."
        case .symbolicLink: "Remove the link, or choose another output folder."
        case .notARecord where PartName(manifest: path.fileName) != nil,
            .damagedRows where PartName(manifest: path.fileName) != nil:
            Self.manifestRemedy
        case .notARecord: "Restore the file, or choose another output folder."
        case .occupied: "Give another name, or move what is there elsewhere."
        case .damagedRows where Self.isArray(path), .lostRows where Self.isArray(path),
            .otherHash where Self.isArray(path):
            Self.arrayRemedy
        case .damagedRows, .lostRows, .otherHash:
            "Restore the file from a copy, or embed the recordings into a new folder."
        case .noManifest:
            """
            Check the path. In a folder of files that release 0.1.0 wrote, run extract again: it writes \
            them.
            """
        case .nothingEmbedded: "Give the command of that run again, or wait until it is further."
        case .inTheWay:
            "Rename or remove that, give the recording another id, or use --layout parts or another output "
                + "folder; --retry-failed tries again."
        case .wentMeanwhile:
            "Run the command again, and keep programs that clean up away from the folder."
        case .changedMeanwhile: "Run the command again."
        case .locked: "Wait until it ends, or choose another output folder."
        case .otherShards: "Give all of them the same number of shards, or wait until it ends."
        case .otherInputs:
            "Give all shards the same inputs, as a list where files are added meanwhile (echo-gpu plan "
                + "--write-manifest), or wait until it ends."
        case .otherSettings:
            "Use the earlier settings, choose another output folder, or go on with --force."
        case .lostSettings: "Restore the file from a copy, or choose another output folder."
        case .otherLayout: "Leave --layout out, or choose another output folder."
        case .otherContent:
            "Only size and time are compared. If they are copies, make them with 'cp -p' or 'rsync -a', which "
                + "keep the time. Otherwise give them other ids, choose another output folder, or embed them "
                + "anew with --replace."
        }
    }

    package var description: String { "\(path): \(reason). \(remedy)" }

    /// What to do about a table or an array that is gone or damaged: a run makes what is not there.
    package static let arrayRemedy =
        "Restore the file from a copy. Without one, remove what is left of it and run the command that made "
        + "the folder again: it embeds its recordings again."

    /// What to do about a manifest that is damaged.
    package static let manifestRemedy =
        "Restore the file from a copy. Without one, move it elsewhere and run the command that made the "
        + "folder: it embeds the recordings of that manifest again."

    private static func isArray(_ path: String) -> Bool {
        ArrayFormat.allCases.contains { path.endsInBytes(of: ".\($0.rawValue)") }
    }

    /// The process, or the machine, has as many files open as it may have.
    private static func isOutOfDescriptors(_ number: Int32) -> Bool {
        number == EMFILE || number == ENFILE
    }

    /// True if the system does not give the process what it needs: descriptors, memory.
    package var isOfSystem: Bool {
        guard case .system(_, let number) = cause else { return false }
        return Self.isOutOfDescriptors(number) || number == ENOMEM
    }

    /// True if one recording's names are the reason, and other recordings can be written.
    package var isOfName: Bool {
        switch cause {
        case .outsideFolder, .reservedName, .channelAndName, .nameTooLong, .inTheWay: true
        case .system(_, let number): number == ENAMETOOLONG
        default: false
        }
    }

    /// The volume or the user's share of it has no room left.
    private static func isFull(_ number: Int32) -> Bool { number == ENOSPC || number == EDQUOT }
}
