import EchoFormats

/// Finds the recordings below a folder, in files and in archives, depth first, in byte-wise order of names.
///
/// A folder that several links lead to is walked once, so loops of links end. Nothing recurses: folders may
/// lie as deep in each other as paths can be long.
struct FolderWalk {
    private(set) var inputs = InputList()
    private(set) var problems: [InputError] = []
    private(set) var skipped = SkippedFiles()
    private(set) var warnings = ColumnWarnings()
    private var visited: Set<FolderIdentity>
    /// The folders that the walk is in, the outermost first.
    private var levels: [Level] = []
    private let options: ReadingOptions
    private let outputs: OwnOutputs
    /// Whether the folder is an output folder that was named as an input: then our files in it are left
    /// out by their names.
    private let isOutput: Bool

    /// A folder that the walk is in, and what of it is still to come.
    private struct Level {
        let base: String
        let prefix: String
        var entries: ArraySlice<FolderListing.Entry>
    }

    /// - Parameters:
    ///   - prefix: What names start with, empty or ending in a slash.
    ///   - options: Whether signals that are no recordings are taken.
    ///   - outputs: What is left out because we wrote it.
    init(
        folder: String, identity: FolderIdentity, prefix: String, _ options: ReadingOptions,
        _ outputs: OwnOutputs
    ) {
        visited = [identity]
        self.options = options
        self.outputs = outputs
        isOutput = outputs.isOutputFolder(folder, identity)
        enter(folder, prefix: prefix)
        while let entry = nextEntry() { take(entry) }
    }

    private mutating func enter(_ folder: String, prefix: String) {
        do throws(InputError) {
            let listing = try FolderListing(path: folder)
            skipped.addHidden(listing.hiddenCount)
            levels.append(
                Level(
                    base: folder.asFolderPrefix, prefix: prefix, entries: listing.entries[...]))
        } catch {
            problems.append(error)
        }
    }

    /// What comes next in the innermost folder that is not through.
    private mutating func nextEntry() -> FolderListing.Entry? {
        while !levels.isEmpty {
            if let entry = levels[levels.count - 1].entries.popFirst() { return entry }
            levels.removeLast()
        }
        return nil
    }

    private mutating func take(_ entry: FolderListing.Entry) {
        guard let level = levels.last else { return }
        let validName = entry.name
        let readableName = validName ?? entry.readableName
        let path = level.base + readableName
        let isArchive = ArchiveListing.isArchive(readableName)
        let isRecording = isArchive || SignalFormat.isWanted(readableName, options)
        switch entry.status {
        case .folder(let identity):
            guard let name = validName else {
                problems.append(InputError(.nameNotUnicode(path: path)))
                return
            }
            guard visited.insert(identity).inserted else { return }
            guard !outputs.isOutputFolder(path, identity) else {
                skipped.addOwnFolder(path)
                return
            }
            enter(path, prefix: level.prefix + name + "/")
        case .file where isOutput && OwnName.isOutput(readableName):
            skipped.addOwnFile()
        case .file(let facts) where isRecording:
            guard let name = validName else {
                problems.append(InputError(.nameNotUnicode(path: path)))
                return
            }
            guard !outputs.isOwnFile(path) else { return skipped.addOwnFile() }
            guard isArchive else {
                inputs.append(Input(path: path, name: level.prefix + name, facts))
                return
            }
            let listing = ArchiveListing(path: path, prefix: level.prefix + name, facts, options)
            inputs.append(contentsOf: listing.inputs)
            problems += listing.problems
            skipped.add(listing.skipped)
            warnings.add(listing.warnings)
        case .missing(let text) where isRecording:
            problems.append(InputError(.missing(path: path, text)))
        case .other: skipped.addSpecial()
        case .file, .missing: skipped.add(readableName)
        }
    }
}
