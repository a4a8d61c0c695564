/// The chunks that most sound files are made of: a name, a size, and as many bytes.
struct ChunkWalk {
    struct Chunk {
        /// Four characters; of the 16 bytes that W64 has the first four.
        let name: String
        /// Where its size is written, and where its bytes start.
        let sizeOffset: Int
        let start: Int
        /// Bytes as its header says; it may promise more than there are.
        let size: Int
        /// Where the next one starts.
        let next: Int
    }

    /// How sizes are written.
    enum Form: Hashable {
        /// 32 bits, without the chunk's own header; chunks start at even places.
        case riff(isBigEndian: Bool)
        /// 64 bits, little endian, with the header of 24 bytes; chunks start at multiples of 8.
        case w64
        /// 64 bits, big endian, without the header; anywhere.
        case caf
    }

    let form: Form
    let file: ByteFile

    /// Names that programs put behind the samples.
    private static let known: Set<String> = [
        "LIST", "list", "id3 ", "ID3 ", "bext", "cue ", "fact", "smpl", "inst", "PEAK", "JUNK",
        "junk",
        "iXML", "axml", "chna", "_PMX", "afsp", "DISP", "acid", "plst", "PAD ", "FLLR", "free",
        "COMT", "MARK", "INST", "APPL", "ANNO", "NAME", "AUTH", "(c) ", "info", "strg", "mark",
        "umid", "peak", "SNDM", "levl", "cart", "LGWV", "minf", "elm1", "regn", "SAUR",
    ]
    /// How another file starts, which is no chunk of this one.
    private static let wholes: Set<String> = [
        "RIFF", "RIFX", "RF64", "BW64", "riff", "FORM", "caff",
    ]
    /// What stands where tags of other formats are put behind everything.
    private static let tags = ["ID3", "TAG", "APETAGEX", "LYRICSBEGIN"].map { Array($0.utf8) }
    /// Chunks behind the samples if nothing else tells where these end.
    private static let trailingLimit = 64
    /// A chunk's padding, and what sloppy writers count in or out.
    static let slack = 8

    private var headerLength: Int {
        switch form {
        case .riff: 8
        case .w64: 24
        case .caf: 12
        }
    }

    /// Where a chunk starts that follows bytes that end at `offset`.
    func aligned(_ offset: Int) -> Int {
        switch form {
        case .riff: offset + offset % 2
        case .w64: (offset + 7) / 8 * 8
        case .caf: offset
        }
    }

    /// The chunk whose header is at `offset`; nil if there is no whole header.
    func chunk(at offset: Int) throws(SignalError) -> Chunk? {
        let bytes = try file.bytes(upTo: headerLength, at: offset)
        guard bytes.count == headerLength else { return nil }
        let name = String(decoding: bytes.prefix(4), as: UTF8.self)
        let start = offset + headerLength
        switch form {
        case .riff(let isBigEndian):
            let size = bytes.integer(4, at: 4, isBigEndian: isBigEndian)
            return Chunk(
                name: name, sizeOffset: offset + 4, start: start, size: size,
                next: start + size + size % 2)
        case .w64:
            let size = max(0, bytes.integer(8, at: 16, isBigEndian: false) - 24)
            let length = min(size, file.byteCount)
            return Chunk(
                name: name, sizeOffset: offset + 16, start: start, size: size,
                next: start + (length + 7) / 8 * 8)
        case .caf:
            let size = bytes.integer(8, at: 4, isBigEndian: true)
            return Chunk(
                name: name, sizeOffset: offset + 4, start: start, size: size,
                next: start + min(size, file.byteCount))
        }
    }

    /// Whether chunks, and nothing else, lie from `offset` to `formEnd`, or else to the file's end; also
    /// none at all.
    func areChunks(from offset: Int, to formEnd: Int? = nil) throws(SignalError) -> Bool {
        let end = formEnd ?? file.byteCount
        var position = offset
        for _ in 0..<10_000 {
            if end - position < headerLength {
                return position <= end + 1 && end - position < Self.slack
            }
            guard let chunk = try chunk(at: position), Self.isName(chunk.name) else { return false }
            if chunk.next > end + 1 { return formEnd == nil && Self.known.contains(chunk.name) }
            position = chunk.next
        }
        return false
    }

    /// Where chunks with names in use lie at the very end, within the last 64 KiB and behind `start`;
    /// the file's end if there are none.
    func trailingChunks(after start: Int) throws(SignalError) -> Int {
        let first = max(start, file.byteCount - 1 << 16)
        let bytes = try file.bytes(upTo: 1 << 16, at: first)
        for offset in stride(from: 0, to: max(0, bytes.count - headerLength), by: 1) {
            let name = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
            if Self.known.contains(name), try endsExactly(from: first + offset) {
                return first + offset
            }
        }
        return file.byteCount
    }

    /// Whether the bytes from `offset` on are a tag that has nothing to do with the format, or empty.
    func isTagOrPadding(from offset: Int) throws(SignalError) -> Bool {
        let bytes = try file.bytes(upTo: 1 << 20, at: offset)
        if Self.tags.contains(where: bytes.starts) { return true }
        return offset + bytes.count == file.byteCount && bytes.allSatisfy { $0 == 0 }
    }

    private func endsExactly(from offset: Int) throws(SignalError) -> Bool {
        var position = offset
        for _ in 0..<Self.trailingLimit where position < file.byteCount - 1 {
            guard let chunk = try chunk(at: position), Self.isName(chunk.name),
                chunk.next <= file.byteCount + 1
            else { return false }
            position = chunk.next
        }
        return position >= file.byteCount - 1
    }

    private static func isName(_ name: String) -> Bool {
        !wholes.contains(name) && name.utf8.count == 4
            && name.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }
}
