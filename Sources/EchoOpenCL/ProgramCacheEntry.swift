/// A file of the program cache.
///
/// Layout, integers little-endian: 16 bytes of magic; bytes of the key, of the binary, and the hash
/// of both, each a UInt64; the key in UTF-8; the binary.
package struct ProgramCacheEntry {
    let key: String
    let binary: [UInt8]

    private static let magic = Array("echo-gpu binary1".utf8)
    private static let headerByteCount = magic.count + 3 * 8

    /// Why a file is no entry.
    enum Problem: Error, CustomStringConvertible {
        case foreign
        case length(Int, expected: UInt64)
        case hash

        var description: String {
            switch self {
            case .foreign: "it is not an entry of this version"
            case .length(let found, let expected): "it has \(found) bytes, not \(expected)"
            case .hash: "its contents have changed"
            }
        }
    }

    init(key: String, binary: [UInt8]) {
        self.key = key
        self.binary = binary
    }

    /// Reads a file's contents, which may be anything.
    init(bytes: [UInt8]) throws(Problem) {
        guard bytes.count >= Self.headerByteCount, bytes.starts(with: Self.magic) else {
            throw .foreign
        }
        let fields = (0..<3).map { field in
            let start = Self.magic.count + 8 * field
            return bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let (body, overflow) = fields[0].addingReportingOverflow(fields[1])
        let found = bytes.count - Self.headerByteCount
        guard !overflow, body == UInt64(found) else { throw .length(found, expected: body) }
        let keyEnd = Self.headerByteCount + Int(fields[0])
        guard Self.hash(bytes[Self.headerByteCount...]) == fields[2] else { throw .hash }
        key = String(decoding: bytes[Self.headerByteCount..<keyEnd], as: UTF8.self)
        binary = Array(bytes[keyEnd...])
    }

    /// The file's contents.
    var bytes: [UInt8] {
        let body = Array(key.utf8) + binary
        let fields = [UInt64(key.utf8.count), UInt64(binary.count), Self.hash(body)]
        let header = fields.flatMap { field in
            (0..<8).map { UInt8(truncatingIfNeeded: field >> (8 * $0)) }
        }
        return Self.magic + header + body
    }

    /// FNV-1a with 64 bits, after Fowler, Noll and Vo.
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
