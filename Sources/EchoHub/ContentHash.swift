import EchoFormats
import Glibc

/// What names a blob: the SHA-256 of its content, or git's SHA-1 of it.
///
/// The hub gives it as the ETag of a file: SHA-256 for files in large file storage, and for all others
/// git's blob name, `SHA-1("blob " + length + "\0" + content)`.
package enum ContentHash: Hashable, Sendable {
    case sha256(String)
    case gitBlob(String)

    /// Reads a blob's name, 64 or 40 lower-case hexadecimal digits; nil for anything else, which so
    /// never becomes part of a path.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy(\.isLowercaseHexDigit) else { return nil }
        switch text.utf8.count {
        case 64: self = .sha256(text)
        case 40: self = .gitBlob(text)
        default: return nil
        }
    }

    /// Reads an ETag, which may be weak, and quoted.
    init?(etag: String) {
        let strong = etag.hasPrefix("W/") ? etag.dropFirst(2) : etag[...]
        self.init(strong.trimmed { $0 == "\"" })
    }

    /// The hexadecimal digits.
    package var digits: String {
        switch self {
        case .sha256(let digits), .gitBlob(let digits): digits
        }
    }

    /// How to speak of it.
    package var kind: String {
        switch self {
        case .sha256: "SHA-256"
        case .gitBlob: "git SHA-1"
        }
    }

    /// The hash of this kind of a file's content, symbolic links followed.
    ///
    /// - Throws: ``HubError`` if the file cannot be read.
    package func digits(ofFile path: String) throws(HubError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw .system(.write, path, "the file cannot be read", errno)
        }
        defer { close(descriptor) }
        switch self {
        case .sha256:
            return try Self.digest(descriptor, SHA256(), path)
        case .gitBlob:
            var hash = SHA1()
            hash.update("blob \(status.st_size)\0".utf8)
            return try Self.digest(descriptor, hash, path)
        }
    }

    private static func digest(
        _ descriptor: Int32, _ start: some HashFunction, _ path: String
    ) throws(HubError) -> String {
        var hash = start
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count == 0 { return hash.finalize().hexadecimalDigits }
            if count > 0 {
                hash.update(piece[..<count])
            } else if errno != EINTR {
                throw .system(.write, path, "the file cannot be read", errno)
            }
        }
    }
}
