import EchoFormats
import EchoStore
import Glibc

/// Where `echo-gpu spectrogram` writes: one file, or a folder.
package enum SpectrogramTarget: Hashable, Sendable {
    case file(String, Format)
    case folder(String, Format)

    /// What a file holds.
    package enum Format: String, Hashable, Sendable, CaseIterable {
        /// A picture with axes.
        case png
        /// The values, float32 `[bins, frames]`.
        case npy
    }

    /// - Parameters:
    ///   - output: A name that ends in `.png` or `.npy`; or a folder: one that is there, a name with a slash at its
    ///     end, or any name where the format is given.
    ///   - format: nil if it was not given: then a name's ending says it, and in a folder it is PNG.
    /// - Throws: ``EchoError`` of kind `usage` if neither says it, or they differ.
    package init(_ output: String, format: Format?) throws(EchoError) {
        var status = stat()
        let isFolder =
            output.utf8.last == UInt8(ascii: "/")
            || stat(output, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        if isFolder {
            self = .folder(output, format ?? .png)
            return
        }
        let ending = Format.allCases.first { output.ending == $0.rawValue }
        switch (ending, format) {
        case (let ending?, let format?) where ending != format:
            throw EchoError(
                .usage,
                """
                --output \(output) ends in .\(ending.rawValue), and --format is \(format.rawValue). Give one \
                of them.
                """)
        case (let ending?, _): self = .file(output, ending)
        case (nil, let format?): self = .folder(output, format)
        case (nil, nil):
            throw EchoError(
                .usage,
                """
                --output \(output): a spectrogram is written as .png (a picture) or .npy (its values). End the \
                name so, or end it with a slash for a folder.
                """)
        }
    }

    package var format: Format {
        switch self {
        case .file(_, let format), .folder(_, let format): format
        }
    }

    /// Requires that a file can go there.
    ///
    /// - Throws: ``StoreError`` if something of another kind is there.
    func requireReplaceable(_ path: String) throws(StoreError) {
        switch format {
        case .png:
            let start = [0x89] + Array("PNG".utf8)
            try ReplaceableFile.require(path, start: start, kind: "a PNG picture")
        case .npy:
            let start = [0x93] + Array("NUMPY".utf8)
            try ReplaceableFile.require(path, start: start, kind: "an .npy file")
        }
    }

    /// The output folder; nil if it is a file.
    var folder: String? {
        if case .folder(let path, _) = self { path } else { nil }
    }

    /// The file of a recording, or of one of its channels.
    ///
    /// - Throws: ``StoreError`` where the name would leave the folder.
    func path(of name: String, channel: Int?) throws(StoreError) -> String {
        switch self {
        case .file(let path, _): return path
        case .folder(let folder, let format):
            guard EmbeddingFiles.isBelow(name) else {
                throw StoreError(path: folder, .outsideFolder(name: name))
            }
            let suffix = channel.map { ".ch\($0)" } ?? ""
            return folder.asFolderPrefix + name + suffix + ".spectrogram." + format.rawValue
        }
    }
}
