/// The frames of an MP3 or MP2, of which each says its length.
///
/// Decoders leave out without a word a last frame that was cut off, and stop at bytes that are no frame: they
/// are shown frames alone. If the first one does not say how many follow, libsndfile takes all to be as long as
/// that one, and reads no more samples than so many frames have. If that is too few, as it may be of frames of
/// different lengths, it is shown one more frame first, which counts them.
struct MPEGFrames {
    /// What libsndfile is to see.
    private(set) var pieces: [PiecedBytes.Piece]
    /// Samples of each channel, if libsndfile would guess how many there are.
    private(set) var sampleCount: Int?
    /// What to tell of the file; nil if there is nothing.
    private(set) var note: String?
    private let file: ByteFile
    private var block: [UInt8] = []
    private var blockStart = 0
    /// Bytes between frames that nothing explains.
    private var strangeCount = 0

    private static let blockLength = 1 << 20
    /// Tags between two frames, where files were joined.
    private static let tagLimit = 8

    /// Walks over the frames of a file, of which the first is at `offset`.
    init(_ file: ByteFile, from offset: Int) throws(SignalError) {
        self.file = file
        pieces = [.file(offset..<file.byteCount)]
        guard let first = try header(at: offset) else { return }
        let promised = try promisedCount(first, at: offset)
        var (position, count) = (offset, 0)
        var runs: [Range<Int>] = []
        while let header = try header(past: &position, of: first.kind),
            position + header.length <= file.byteCount
        {
            let start = runs.last?.upperBound == position ? runs.removeLast().lowerBound : position
            position += header.length
            runs.append(start..<position)
            count += 1
        }
        // One header alone may be chance.
        guard count > 1 else { return }
        pieces = runs.map { .file($0) }
        if promised == nil {
            let byteCount = runs.reduce(0) { $0 + $1.count }
            if byteCount < count * first.length, let counting = first.counting(count) {
                pieces.insert(.bytes(counting), at: 0)
            } else {
                sampleCount = count * first.sampleCount
            }
        }
        note = Notes.joined([
            joined(count, promised), strange, try rest(at: position, of: first.kind),
        ])
    }

    /// What is to be told of more frames than the first one promises, which decoders do not read.
    private func joined(_ count: Int, _ promised: Int?) -> String? {
        // Programs count that frame itself in or out.
        guard let promised, promised > 0, count - promised > 2 else { return nil }
        return """
            its first frame promises \(promised) frames, which were read; \(count - 1 - promised) more \
            follow, as where files were joined, and were not
            """
    }

    private var strange: String? {
        guard strangeCount > 0 else { return nil }
        return "damaged: \(strangeCount) bytes between its frames are none of it, and were left out"
    }

    /// What is to be told of bytes at `position`, where no whole frame follows; nil if there is nothing.
    private mutating func rest(
        at position: Int, of kind: MPEGHeader.Kind
    ) throws(SignalError) -> String? {
        guard let header = try header(at: position), header.kind == kind else {
            return try TrailingBytes.note(file, from: position, behind: "its last frame")
        }
        return """
            cut off: its last frame has \(file.byteCount - position) bytes of \(header.length); what \
            is there was embedded
            """
    }

    /// How many frames follow the first, which says so in place of sound (`Xing` or `Info`); nil if it
    /// does not. A decoder reads no more.
    private func promisedCount(_ first: MPEGHeader, at offset: Int) throws(SignalError) -> Int? {
        let frame = try file.bytes(upTo: min(first.length, 64), at: offset)
        // Behind the header, a checksum perhaps, and as many zeros as the channels need.
        for place in stride(from: 13, through: max(13, frame.count - 12), by: 1) {
            guard place + 12 <= frame.count else { return nil }
            let name = String(decoding: frame[place..<place + 4], as: UTF8.self)
            if name == "Xing" || name == "Info" {
                let hasCount = frame[place + 7] & 1 != 0
                return hasCount ? frame.integer(4, at: place + 8, isBigEndian: true) : nil
            }
        }
        return nil
    }

    // MARK: Walking

    /// The header at `position`, or the one behind tags or other bytes there, which it steps over; nil if
    /// no frame follows.
    private mutating func header(
        past position: inout Int, of kind: MPEGHeader.Kind
    ) throws(SignalError) -> MPEGHeader? {
        for _ in 0..<Self.tagLimit {
            if let header = try header(at: position), header.kind == kind { return header }
            let length = try TrailingBytes.tagLength(file, at: position)
            if length == 0 { break }
            position += length
        }
        guard let next = try nextFrame(after: position, of: kind) else { return nil }
        if try isStrange(position..<next) { strangeCount += next - position }
        position = next
        return try header(at: next)
    }

    /// Whether bytes between two frames tell of damage: one that makes places even, zeros, and the titles
    /// that radio stations send between frames do not.
    private func isStrange(_ range: Range<Int>) throws(SignalError) -> Bool {
        guard range.count > 1 else { return false }
        let bytes = try file.bytes(upTo: min(range.count, 1 << 12), at: range.lowerBound)
        if bytes.count == range.count, bytes.allSatisfy({ $0 == 0 }) { return false }
        return !bytes.dropFirst().starts(with: Array("StreamTitle=".utf8))
    }

    /// Where the next frame starts that another one or the file's end follows; nil if there is none.
    private mutating func nextFrame(
        after position: Int, of kind: MPEGHeader.Kind
    ) throws(SignalError) -> Int? {
        var place = position + 1
        while place + MPEGHeader.byteCount <= file.byteCount {
            try fill(place)
            let start = blockStart
            guard let found = block[(place - start)...].firstIndex(of: 0xFF) else {
                place = start + block.count
                continue
            }
            place = start + found
            if let header = try header(at: place), header.kind == kind {
                let next = place + header.length
                if next == file.byteCount { return place }
                if try self.header(at: next)?.kind == kind { return place }
            }
            place += 1
        }
        return nil
    }

    /// The header at `position`; nil if there is none.
    private mutating func header(at position: Int) throws(SignalError) -> MPEGHeader? {
        try fill(position)
        return MPEGHeader(Array(block[(position - blockStart)...].prefix(MPEGHeader.byteCount)))
    }

    /// Sees to it that `block` has what is at `position`.
    private mutating func fill(_ position: Int) throws(SignalError) {
        let end = blockStart + block.count
        guard position < blockStart || position + MPEGHeader.byteCount > end else { return }
        block = try file.bytes(upTo: Self.blockLength, at: position)
        blockStart = position
    }
}
