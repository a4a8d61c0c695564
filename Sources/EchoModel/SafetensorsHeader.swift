import EchoFormats

/// What the header of a safetensors file says, checked against the file's length.
///
/// The format: 8 bytes with the header's length (little-endian), the header (JSON), the data.
/// The header maps each tensor's name to its dtype, shape and range of bytes in the data; together
/// the ranges cover the data without a hole or an overlap. `__metadata__` maps strings to strings.
/// Source: https://huggingface.co/docs/safetensors
struct SafetensorsHeader {
    /// A tensor, as the header describes it.
    struct Entry {
        let name: String
        /// As in the file: `F32`. Not necessarily one that this program knows.
        let dtype: String
        let shape: [Int]
        /// Where its bytes lie in the data.
        let begin: Int
        let end: Int
    }

    /// Longest header that the format allows, in bytes.
    static let maximumLength = 100_000_000
    /// Most dimensions of a tensor: PyTorch's limit.
    static let maximumRank = 64

    /// Most tensors of a file; the largest encoder has some hundreds.
    static let maximumCount = 1 << 16

    /// The tensors by name.
    let entries: [String: Entry]
    /// The bytes of the file before its data.
    let bytes: [UInt8]

    /// Reads the header of a file.
    ///
    /// - Throws: ``ModelError`` if the file breaks the format in any way.
    init(of content: ModelFile) throws(ModelError) {
        let (file, byteCount) = (content.path, content.byteCount)
        guard byteCount >= 8 else {
            throw .malformed(
                file, "too short for a safetensors file", "\(byteCount.counted("byte"))")
        }
        let beginning = try content.bytes(0..<8)
        let next = try byteCount > 8 ? content.bytes(8..<9).first : nil
        if next != UInt8(ascii: "{"), let kind = ForeignFile.kind(beginning) {
            throw kind.error(file)
        }
        let length = beginning.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Self.maximumLength) else {
            throw .malformed(
                file, "the header's length is out of range, so it hardly is a safetensors file",
                "\(length) bytes, the format allows \(Self.maximumLength)")
        }
        let dataStart = 8 + Int(length)
        guard dataStart <= byteCount else {
            throw .malformed(
                file, "the header reaches past the end of the file",
                "header \(length) bytes, file \(byteCount) bytes")
        }
        bytes = try content.bytes(0..<dataStart)
        guard bytes.dropFirst(8).first == UInt8(ascii: "{") else {
            throw .malformed(file, "the header does not begin with '{'", "header \(length) bytes")
        }
        let list: [Entry]
        do throws(JSONScanner.Failure) {
            list = try Self.scan([UInt8](bytes[8..<dataStart]))
        } catch {
            throw .malformed(file, "the header is not valid", "\(error)")
        }
        for entry in list { try Self.checkSize(of: entry, file) }
        try Self.checkCover(list, dataLength: byteCount - dataStart, file)
        entries = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0) })
    }

    // MARK: JSON

    private static func scan(_ json: [UInt8]) throws(JSONScanner.Failure) -> [Entry] {
        var entries: [Entry] = []
        var scanner = JSONScanner(json)
        try scanner.object { (scanner, name) throws(JSONScanner.Failure) in
            if name == "__metadata__" {
                try scanner.object { (scanner, _) throws(JSONScanner.Failure) in
                    _ = try scanner.string()
                }
            } else {
                guard entries.count < maximumCount else {
                    throw scanner.failure("more than \(maximumCount) tensors")
                }
                entries.append(try scanEntry(name, &scanner))
            }
        }
        try scanner.end()
        return entries
    }

    private static func scanEntry(
        _ name: String, _ scanner: inout JSONScanner
    ) throws(JSONScanner.Failure) -> Entry {
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.object { (scanner, key) throws(JSONScanner.Failure) in
            switch key {
            case "dtype": dtype = try scanner.string()
            case "shape": shape = try extents(&scanner, limit: maximumRank, key)
            case "data_offsets": offsets = try extents(&scanner, limit: 2, key)
            default: try scanner.skipValue()
            }
        }
        guard let dtype, let shape, let offsets, offsets.count == 2 else {
            throw scanner.failure(
                "tensor \(quoted(name)) lacks its dtype, its shape or two data_offsets")
        }
        return Entry(name: name, dtype: dtype, shape: shape, begin: offsets[0], end: offsets[1])
    }

    /// Reads an array of at most `limit` integers, none of them negative.
    private static func extents(
        _ scanner: inout JSONScanner, limit: Int, _ key: String
    ) throws(JSONScanner.Failure) -> [Int] {
        var values: [Int] = []
        try scanner.array { (scanner) throws(JSONScanner.Failure) in
            let value = try scanner.integer()
            guard value >= 0 else { throw scanner.failure("\(key) has a negative \(value)") }
            guard values.count < limit else {
                throw scanner.failure("\(key) has more than \(limit) values")
            }
            values.append(value)
        }
        return values
    }

    // MARK: Consistency

    /// Bits of an element; nil for a dtype that is not known.
    private static func bitCount(ofDtype dtype: String) -> Int? {
        switch dtype {
        case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3": 8
        case "U16", "I16", "F16", "BF16": 16
        case "U32", "I32", "F32": 32
        case "U64", "I64", "F64", "C64": 64
        default: nil
        }
    }

    /// Requires that the range of bytes is as long as dtype and shape make it.
    private static func checkSize(of entry: Entry, _ file: String) throws(ModelError) {
        let range = "bytes \(entry.begin) ..< \(entry.end)"
        guard entry.begin <= entry.end else {
            throw .malformed(file, "tensor \(quoted(entry.name)) ends before it begins", range)
        }
        var count = 1
        for extent in entry.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw tooLarge(entry, file) }
            count = product
        }
        guard let bits = bitCount(ofDtype: entry.dtype) else { return }
        let (size, overflow) = count.multipliedReportingOverflow(by: bits / 8)
        guard !overflow else { throw tooLarge(entry, file) }
        guard entry.end - entry.begin == size else {
            throw .malformed(
                file, "tensor \(quoted(entry.name)) has a range that is not its size",
                "\(range), \(entry.dtype) \(entry.shape) takes \(size) bytes")
        }
    }

    private static func tooLarge(_ entry: Entry, _ file: String) -> ModelError {
        .malformed(
            file, "tensor \(quoted(entry.name)) is larger than memory can be",
            "\(entry.dtype) \(entry.shape)")
    }

    /// Requires that the ranges cover the data, each byte once.
    private static func checkCover(
        _ list: [Entry], dataLength: Int, _ file: String
    ) throws(ModelError) {
        var position = 0
        for entry in list.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            let name = quoted(entry.name)
            guard entry.begin >= position else {
                throw .malformed(
                    file, "tensor \(name) overlaps the one before it",
                    "begins at byte \(entry.begin), the other ends at \(position)")
            }
            guard entry.begin == position else {
                throw .malformed(
                    file, "the data have a hole before tensor \(name)",
                    "bytes \(position) ..< \(entry.begin)")
            }
            guard entry.end <= dataLength else {
                throw .malformed(
                    file, "tensor \(name) reaches past the end of the file",
                    "ends at byte \(entry.end) of \(dataLength)")
            }
            position = entry.end
        }
        guard position == dataLength else {
            throw .malformed(
                file, "the data go on after the last tensor",
                "\(dataLength) bytes, the tensors take \(position)")
        }
    }
}

extension ModelError {
    /// A file that is not what the safetensors format says.
    static func malformed(_ file: String, _ what: String, _ values: String) -> ModelError {
        ModelError(
            file: file, what: what, values: values,
            remedy:
                "Check that it is a model. If so, download it again, or write it with the safetensors library."
        )
    }
}
