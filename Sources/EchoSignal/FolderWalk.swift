/// Finds the recordings below a folder, depth first, in byte-wise order of names.
///
/// A folder that several links lead to is walked once, so loops of links end.
struct FolderWalk {
    private(set) var inputs: [Input] = []
    private(set) var problems: [InputError] = []
    /// Files that are no recordings by their extension.
    private(set) var skippedCount = 0
    private var visited: Set<FolderIdentity>

    init(folder: String, identity: FolderIdentity) {
        visited = [identity]
        walk(folder, prefix: "")
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
        let isRecording = RecordingExtensions.contains(entry.readableName)
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
            inputs.append(Input(path: path, name: prefix + name, facts))
        case .missing(let text) where isRecording:
            problems.append(InputError(.missing(path: path, text)))
        case .file, .other, .missing:
            skippedCount += 1
        }
    }
}
