/// What libsndfile is to see of a sound file: the file itself, or one whose header was put right, where
/// the header says of the samples what cannot be or what libsndfile would take for something else.
struct SoundLayout {
    /// The bytes that libsndfile sees.
    private(set) var pieces: [PiecedBytes.Piece]
    /// What is unusual about the header; nil if nothing is.
    var note: String?
    /// What samples are multiplied by: they lie in the lower bits of their bytes.
    var scale: Float = 1
    /// Whether its length was compared with the file's here, and not by libsndfile alone.
    var knowsLength = false
    /// Samples of each channel, if they were counted here, where libsndfile would guess.
    private(set) var sampleCount: Int?
    /// Whether a few zeros may follow the last sample, which a decoder takes for damage.
    private(set) var mayEndWithZeros = false
    /// What its samples may be; then they are taken only if libsndfile finds float32.
    var doubt: String?
    /// The first bytes, which tell what it is.
    let start: [UInt8]
    /// Whether libsndfile sees the file as it is.
    private(set) var isWhole = true

    private static let startLength = 64

    /// - Throws: ``SignalError`` if it cannot be read, or its samples can mean two things.
    init(_ file: ByteFile, _ content: SignalContent) throws(SignalError) {
        let offset = try Self.tagLength(file)
        start = try file.bytes(upTo: Self.startLength, at: offset)
        pieces = [.file(offset..<file.byteCount)]
        isWhole = offset == 0
        if start.first == 0xFF {
            let frames = try MPEGFrames(file, from: offset)
            (pieces, note, sampleCount) = (frames.pieces, frames.note, frames.sampleCount)
        }
        guard offset == 0 else { return }
        switch String(decoding: start.prefix(4), as: UTF8.self) {
        case "RIFF", "RIFX", "RF64", "BW64", "riff":
            try WaveHeader(file, start)?.complete(&self, file, content)
        case "FORM": try AIFFHeader(file, start)?.complete(&self, file, content)
        case ".snd", "dns.": try AUHeader(start)?.complete(&self, file)
        case "caff": try CAFHeader(file)?.complete(&self, file, content)
        case "fLaC":
            if let end = try FLACTail.end(file) {
                patch([], end: end)
                mayEndWithZeros = true
            }
        default: break
        }
    }

    /// A stretch of a file, or several, as they are.
    init(_ pieces: [PiecedBytes.Piece], note: String? = nil) {
        self.pieces = pieces
        self.note = note
        start = []
        isWhole = false
        knowsLength = true
    }

    /// Adds a note to those that there are.
    mutating func add(note: String?) {
        self.note = Notes.joined([self.note, note])
    }

    /// Replaces bytes of the file, and what comes from `end` on is not seen.
    ///
    /// A patch that overlaps the one before it is left out.
    mutating func patch(_ patches: [(offset: Int, bytes: [UInt8])], end: Int) {
        guard let whole = pieces.first, case .file(let range) = whole, pieces.count == 1 else {
            return
        }
        var pieces: [PiecedBytes.Piece] = []
        var position = range.lowerBound
        for patch in patches.sorted(by: { $0.offset < $1.offset }) where patch.offset >= position {
            pieces += [.file(position..<patch.offset), .bytes(patch.bytes)]
            position = patch.offset + patch.bytes.count
        }
        self.pieces = pieces + [.file(position..<max(position, end))]
        isWhole = false
    }

    /// Replaces all that comes before the samples.
    mutating func replace(header: [UInt8], samples: Range<Int>) {
        pieces = [.bytes(header), .file(samples)]
        isWhole = false
    }

    /// Bytes of ID3v2 tags, which players and taggers put before anything.
    private static func tagLength(_ file: ByteFile) throws(SignalError) -> Int {
        var offset = 0
        for _ in 0..<8 {
            let header = try file.bytes(upTo: 10, at: offset)
            guard header.count == 10, header.starts(with: Array("ID3".utf8)) else { break }
            let size = header[6..<10].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
            let next = offset + 10 + size + (header[5] & 0x10 == 0 ? 0 : 10)
            guard next < file.byteCount else { break }
            offset = next
        }
        return offset
    }
}

extension Array where Element == UInt8 {
    /// The unsigned integer of `count` bytes at `offset`; 0 if they are not all there.
    func integer(_ count: Int, at offset: Int, isBigEndian: Bool) -> Int {
        guard offset + count <= self.count else { return 0 }
        let bytes = self[offset..<offset + count]
        let value = (isBigEndian ? Array(bytes) : bytes.reversed()).reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        return Int(clamping: value)
    }

    /// The bytes of an unsigned integer.
    static func integer(_ value: Int, _ count: Int, isBigEndian: Bool) -> [UInt8] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isBigEndian ? bytes.reversed() : bytes
    }
}
