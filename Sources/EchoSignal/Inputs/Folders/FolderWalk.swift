/// Finds the recordings below a folder, in files and in archives, depth first, in byte-wise order of names.
///
/// A folder that several links lead to is walked once, so loops of links end.
struct FolderWalk {
    private(set) var inputs: [Input] = []
    private(set) var problems: [InputError] = []
    /// Files that are no recordings by their extension.
    private(set) var skippedCount = 0
    private var visited: Set<FolderIdentity>
    private let options: ReadingOptions

    /// - Parameters:
    ///   - prefix: What names start with, empty or ending in a slash.
    ///   - options: Whether signals that are no recordings are taken.
    init(folder: String, identity: FolderIdentity, prefix: String, _ options: ReadingOptions) {
        visited = [identity]
        self.options = options
        walk(folder, prefix: prefix)
    }

    private mutating func walk(_ folder: String, prefix: String) {
        let listing: FolderListing
        do throws(InputError) {
            listing = try FolderListing(path: folder)
        } catch {
            problems.append(error)
            return
        }
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        for entry in listing.entries { take(entry, base: base, prefix: prefix) }
    }

    private mutating func take(_ entry: FolderListing.Entry, base: String, prefix: String) {
        let isArchive = ArchiveListing.isArchive(entry.readableName)
        let isRecording = isArchive || SignalFormat.isWanted(entry.readableName, options)
        let path = base + entry.readableName
        switch entry.status {
        case .folder(let identity):
            guard let name = entry.name else {
                problems.append(InputError(.nameNotUnicode(path: path)))
                return
            }
            guard visited.insert(identity).inserted else { return }
            walk(path, prefix: prefix + name + "/")
        case .file(let facts) where isRecording:
            guard let name = entry.name else {
                problems.append(InputError(.nameNotUnicode(path: path)))
                return
            }
            guard isArchive else {
                inputs.append(Input(path: path, name: prefix + name, facts))
                return
            }
            let listing = ArchiveListing(path: path, prefix: prefix + name, facts, options)
            inputs += listing.inputs
            problems += listing.problems
            skippedCount += listing.skippedCount
        case .missing(let text) where isRecording:
            problems.append(InputError(.missing(path: path, text)))
        case .file, .other, .missing:
            skippedCount += 1
        }
    }
}
