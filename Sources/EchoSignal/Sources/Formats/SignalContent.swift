/// Where the bytes of one input are: a file, or a member of an archive that was copied out of it.
package struct SignalContent: Sendable {
    /// What errors call it.
    let path: String
    /// What is opened.
    let location: String
    /// Keeps the copy of a member alive.
    private let owner: MemberCopy?

    /// A file of its own.
    package init(path: String) {
        // libsndfile takes "-" for standard input.
        self.init(path: path, location: path == "-" ? "./-" : path, owner: nil)
    }

    /// A copy of what has no file of its own, which errors call by `path`.
    package init(path: String, copy: MemberCopy) {
        self.init(path: path, location: copy.location, owner: copy)
    }

    private init(path: String, location: String, owner: MemberCopy?) {
        (self.path, self.location, self.owner) = (path, location, owner)
    }

    /// An error about it.
    func error(_ cause: SignalError.Cause) -> SignalError { SignalError(path: path, cause) }
}

/// What kind of file an input is, by its name.
enum SignalFormat: Hashable, Sendable {
    /// What libsndfile reads.
    case recording
    case npy, csv, mat, raw

    /// - Parameter hasRaw: Whether it was said what headerless files hold: then that is what files of
    ///   no known extension are.
    init(path: String, hasRaw: Bool) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let dot = name.lastIndex(of: ".")
        switch dot.map({ name[name.index(after: $0)...].lowercased() }) ?? "" {
        case "npy": self = .npy
        case "csv", "tsv", "txt": self = .csv
        case "mat": self = .mat
        default: self = hasRaw && !RecordingExtensions.contains(name) ? .raw : .recording
        }
    }

    /// Whether a file of that name, below a folder or in an archive, is taken without being named:
    /// recordings always, signals where it was said how to read them.
    static func isWanted(_ name: String, _ options: ReadingOptions) -> Bool {
        if RecordingExtensions.contains(name) { return true }
        if options.ffmpeg, FileKind.isOfFFmpeg(name) { return true }
        switch SignalFormat(path: name, hasRaw: options.raw != nil) {
        case .recording: return false
        case .npy, .mat: return options.sampleRate != nil
        case .csv: return options.csv.columns != nil
        case .raw:
            let dot = name.lastIndex(of: ".")
            let ending = dot.map { name[name.index(after: $0)...].lowercased() }
            return ["raw", "pcm", "bin", "dat"].contains(ending)
        }
    }
}
