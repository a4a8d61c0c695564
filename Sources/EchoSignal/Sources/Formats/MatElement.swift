import CLibArchive
import EchoFormats

/// A variable of a v5 MATLAB file: where it lies, and what the start of its matrix says.
struct MatElement {
    /// Its bytes in the file, tag included.
    let range: Range<Int>
    /// MATLAB's number of its class; nil where it cannot be made out.
    let classNumber: UInt8?
    let name: String

    /// Bytes of a matrix that are looked at: flags, extents and name.
    static let headLength = 1024

    /// Text and full arrays of numbers: what libmatio may see. It walks through as many cells and
    /// fields as a header claims to have, for ever if need be.
    var isPlain: Bool { classNumber.map { (4...13).contains($0) && $0 != 5 } ?? false }

    var description: String {
        let kinds: [UInt8: String] = [1: "cell", 2: "struct", 3: "object", 5: "sparse"]
        return "\(quoted(name)) \(classNumber.flatMap { kinds[$0] } ?? "of another class")"
    }

    /// - Parameter head: The first bytes of the matrix, after its tag.
    init(range: Range<Int>, head: ArraySlice<UInt8>, isBigEndian: Bool) {
        self.range = range
        let head = Array(head)
        func word(_ offset: Int) -> Int? {
            guard offset + 4 <= head.count else { return nil }
            let bytes = head[offset..<offset + 4]
            return isBigEndian
                ? bytes.reduce(0) { $0 << 8 | Int($1) }
                : bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        // Array flags, 16 bytes; extents; name.
        guard word(0) == 6, word(4) == 8, let flags = word(8) else {
            (classNumber, name) = (nil, "")
            return
        }
        classNumber = UInt8(flags & 0xFF)
        guard let extentLength = word(20), extentLength <= Self.headLength else {
            name = ""
            return
        }
        let place = 24 + (extentLength + 7) / 8 * 8
        // Up to four bytes lie in the tag itself.
        let tag = word(place) ?? 0
        let (start, length) =
            tag >> 16 > 0 ? (place + 4, tag >> 16) : (place + 8, word(place + 4) ?? 0)
        let isThere = start + length <= head.count
        name = isThere ? String(decoding: head[start..<start + length], as: UTF8.self) : ""
    }

    /// The first bytes of a zlib stream, inflated: none where it is damaged.
    ///
    /// libarchive knows gzip's wrapping of the same stream.
    static func inflate(_ stream: [UInt8]) -> [UInt8] {
        let wrapped =
            [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + stream.dropFirst(2)
            + [UInt8](repeating: 0, count: 8)
        guard let archive = archive_read_new() else { return [] }
        defer { archive_read_free(archive) }
        archive_read_support_filter_gzip(archive)
        archive_read_support_format_raw(archive)
        return wrapped.withUnsafeBytes { bytes in
            var entry: OpaquePointer?
            guard archive_read_open_memory(archive, bytes.baseAddress, bytes.count) == ARCHIVE_OK,
                archive_read_next_header(archive, &entry) >= ARCHIVE_WARN
            else { return [] }
            var head = [UInt8](repeating: 0, count: headLength + 8)
            let count = head.withUnsafeMutableBytes {
                archive_read_data(archive, $0.baseAddress, $0.count)
            }
            return Array(head.prefix(max(0, count)))
        }
    }
}
