import EchoFormats

/// Where the bytes of one input are: a file, or a member of an archive, copied out of it or where it lies.
package struct SignalContent: Sendable {
    /// What errors call it.
    let path: String
    /// What is opened.
    let location: String
    /// The place in a file that is open; nil for a file of its own.
    let part: Part?
    /// Keeps the copy of a member alive.
    private let owner: MemberCopy?

    /// Bytes inside a file.
    struct Part: Sendable {
        let file: ByteFile
        let range: Range<Int>
    }

    /// A file of its own.
    package init(path: String) {
        // libsndfile takes "-" for standard input.
        self.init(path: path, location: path == "-" ? "./-" : path, owner: nil)
    }

    /// A copy of what has no file of its own, which errors call by `path`.
    package init(path: String, copy: MemberCopy) {
        self.init(path: path, location: copy.location, owner: copy)
    }

    /// A part of an open file, for readers that take it through ``ByteFile`` alone: there is nothing to open.
    init(path: String, part: Part) {
        self.init(path: path, location: path, part: part, owner: nil)
    }

    private init(path: String, location: String, part: Part? = nil, owner: MemberCopy?) {
        (self.path, self.location, self.part, self.owner) = (path, location, part, owner)
    }

    /// An error about it.
    func error(_ cause: SignalError.Cause) -> SignalError { SignalError(path: path, cause) }
}

/// What kind of file an input is, by its name.
enum SignalFormat: Hashable, Sendable {
    /// What libsndfile reads.
    case recording
    case npy, npz, csv, mat, tdms, raw

    /// - Parameters:
    ///   - hasRaw: Whether it was said what headerless files hold: then that is what files of no known
    ///     extension are.
    ///   - isText: Whether files of no known extension are text.
    init(path: String, hasRaw: Bool, isText: Bool = false) {
        switch path.ending ?? "" {
        case "npy": self = .npy
        case "npz": self = .npz
        case "csv", "tsv", "txt": self = .csv
        case "mat": self = .mat
        case "tdms": self = .tdms
        default:
            let isKnown = RecordingExtensions.contains(path)
            self = isKnown ? .recording : isText ? .csv : hasRaw ? .raw : .recording
        }
    }

    /// Whether the reader of an input takes any part of a file: libsndfile does, by callbacks.
    static func readsPart(_ input: Input, _ options: ReadingOptions) -> Bool {
        let options = input.overrides.applied(to: options)
        let format = SignalFormat(
            path: input.path, hasRaw: options.raw != nil, isText: options.text)
        return format == .recording && !options.ffmpeg && !FileKind.goesByName(input.path)
    }

    /// Whether a file of that name, below a folder or in an archive, is taken without being named:
    /// recordings always, signals if it was said how to read them.
    static func isWanted(_ name: String, _ options: ReadingOptions) -> Bool {
        if RecordingExtensions.contains(name) { return true }
        if options.ffmpeg, FileKind.isOfFFmpeg(name) { return true }
        switch SignalFormat(path: name, hasRaw: options.raw != nil, isText: options.text) {
        case .recording: return false
        case .npy: return options.sampleRate != nil
        case .npz: return options.sampleRate != nil || options.npzRate != nil
        case .mat: return options.sampleRate != nil || options.matRate != nil
        case .tdms: return options.sampleRate != nil || options.tdmsKey != nil
        case .csv:
            return options.text || options.sampleRate != nil || options.csv.columns != nil
                || options.csv.rateFromTime != nil
        case .raw:
            return ["raw", "pcm", "bin", "dat"].contains(name.ending)
        }
    }
}
