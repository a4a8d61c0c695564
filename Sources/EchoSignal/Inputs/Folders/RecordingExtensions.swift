import CSndFile
import EchoFormats

/// File name extensions that libsndfile's formats go by.
enum RecordingExtensions {
    /// Lower case, without the dot.
    static let all: Set<String> = {
        var extensions = Set(majorFormats()).union(aliases)
        extensions.subtract(excluded)
        return extensions
    }()

    /// Names in use that libsndfile does not list.
    private static let aliases: Set<String> = [
        "wav", "wave", "bwf", "rf64", "w64", "flac", "ogg", "oga", "opus", "mp3", "mp2", "aif",
        "aiff", "aifc", "au", "snd", "caf", "sph", "nist", "8svx", "svx", "iff", "voc", "ircam",
    ]

    /// Headerless samples, which nobody can read without being told their format, and MATLAB
    /// files, which are seldom recordings. Such a file can still be named as an argument.
    private static let excluded: Set<String> = ["raw", "mat"]

    /// The extensions of the formats that this libsndfile was built with.
    private static func majorFormats() -> [String] {
        var count: Int32 = 0
        sf_command(
            nil, Int32(SFC_GET_FORMAT_MAJOR_COUNT), &count, Int32(MemoryLayout<Int32>.size))
        return (0..<count).compactMap { index in
            var info = SF_FORMAT_INFO()
            info.format = index
            let status = sf_command(
                nil, Int32(SFC_GET_FORMAT_MAJOR), &info, Int32(MemoryLayout<SF_FORMAT_INFO>.size))
            guard status == 0, let text = info.extension else { return nil }
            return String(cString: text).lowercased()
        }
    }

    /// True if `name` ends as recordings do, in any case.
    static func contains(_ name: String) -> Bool {
        name.ending.map(all.contains) ?? false
    }
}
