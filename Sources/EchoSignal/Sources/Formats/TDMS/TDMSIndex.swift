import EchoFormats

/// What a TDMS file holds: its segments walked, their metadata read, no sample touched.
///
/// Source: "TDMS File Format Internal Structure", National Instruments; npTDMS reads the same.
struct TDMSIndex {
    private(set) var objects: [String: TDMSChannel] = [:]
    /// Their paths, in the order in which the file names them.
    private(set) var order: [String] = []
    /// Whether the last segment was not finished.
    private(set) var isCutOff = false

    /// What of a segment's raw data is an object's.
    private struct Piece {
        let path: String
        let type: Int
        let valueCount: Int
        let byteCount: Int
    }

    private let content: SignalContent
    private let file: ByteFile
    /// The pieces of a chunk, in order, and those that each object had last.
    private var pieces: [Piece] = []
    private var lastPieces: [String: Piece] = [:]
    private var runCount = 0

    private static let leadLength = 28
    private static let unfinished = UInt64.max
    /// Segments and runs of values that are kept in mind.
    private static let (segmentLimit, runLimit) = (1_000_000, 10_000_000)

    /// Bits of the word that says what a segment has.
    private enum Flag {
        static let (metadata, newObjects, raw) = (1 << 1, 1 << 2, 1 << 3)
        static let (interleaved, bigEndian, daqmx) = (1 << 5, 1 << 6, 1 << 7)
    }

    /// - Throws: ``SignalError`` if it is no such file, or holds what is not read here.
    init(_ file: ByteFile, _ content: SignalContent) throws(SignalError) {
        (self.file, self.content) = (file, content)
        guard file.byteCount > 0 else { throw content.error(.empty) }
        var (position, count) = (0, 0)
        while position < file.byteCount {
            guard file.byteCount - position >= Self.leadLength else {
                if count == 0 { throw malformed("it has no lead-in") }
                isCutOff = true
                return
            }
            position = try readSegment(at: position)
            count += 1
            guard count <= Self.segmentLimit else {
                throw malformed("it has more than \(Self.segmentLimit) segments; defragment it")
            }
        }
    }

    /// - Returns: Where the next one is.
    private mutating func readSegment(at position: Int) throws(SignalError) -> Int {
        let bytes = try file.bytes(position..<position + Self.leadLength)
        guard bytes.starts(with: "TDSm".utf8) else {
            throw malformed("at byte \(position) is not a segment")
        }
        let lead: (flags: Int, next: UInt64, raw: UInt64)
        var cursor = TDMSBytes(Array(bytes.dropFirst(4)), isBigEndian: false)
        do throws(TDMSBytes.Failure) {
            let flags = try cursor.word()
            cursor.isBigEndian = flags & Flag.bigEndian != 0
            _ = try cursor.word()
            lead = (flags, try cursor.long(), try cursor.long())
        } catch {
            throw malformed(error.text)
        }
        guard lead.flags & Flag.daqmx == 0 else { throw daqmx() }
        let start = position + Self.leadLength
        let room = file.byteCount - start
        let isWhole = lead.next != Self.unfinished && lead.next <= UInt64(room)
        let end = isWhole ? start + Int(lead.next) : file.byteCount
        guard lead.raw <= UInt64(end - start) else {
            guard !isWhole else { throw malformed("the segment at byte \(position) lies") }
            isCutOff = true
            return file.byteCount
        }
        if !isWhole { isCutOff = true }
        let rawStart = start + Int(lead.raw)
        if lead.flags & Flag.metadata != 0 {
            let metadata = try file.bytes(start..<rawStart)
            do throws(TDMSBytes.Failure) {
                var cursor = TDMSBytes(
                    metadata, isBigEndian: lead.flags & Flag.bigEndian != 0)
                try readMetadata(&cursor, isNew: lead.flags & Flag.newObjects != 0)
            } catch {
                throw error.text == Self.daqmxText ? daqmx() : malformed(error.text)
            }
        }
        if lead.flags & Flag.raw != 0, end > rawStart {
            try addRuns(rawStart..<end, lead.flags, isWhole: isWhole)
        }
        return end
    }

    private mutating func readMetadata(
        _ cursor: inout TDMSBytes, isNew: Bool
    ) throws(TDMSBytes.Failure) {
        if isNew { pieces = [] }
        var places: [String: Int] = [:]
        for (place, piece) in pieces.enumerated() { places[piece.path] = place }
        for _ in 0..<(try cursor.word()) {
            let path = try cursor.text()
            let object = object(path)
            if let piece = try piece(path, &cursor) {
                lastPieces[path] = piece
                if let place = places[path] {
                    pieces[place] = piece
                } else {
                    places[path] = pieces.count
                    pieces.append(piece)
                }
            } else if let place = places[path] {
                // In the list, without values here.
                pieces[place] = Piece(path: path, type: 0, valueCount: 0, byteCount: 0)
            }
            for _ in 0..<(try cursor.word()) {
                let name = try cursor.text()
                object.properties[name] = try cursor.value()
            }
        }
    }

    /// What of the raw data is an object's; nil for nothing.
    private func piece(
        _ path: String, _ cursor: inout TDMSBytes
    ) throws(TDMSBytes.Failure) -> Piece? {
        switch try cursor.word() {
        case 0xFFFF_FFFF: return nil
        case 0:
            guard let last = lastPieces[path] else {
                throw .init(text: "an object is as before, and there is none", isCutOff: false)
            }
            return last
        case 0x1269, 0x126A: throw .init(text: Self.daqmxText, isCutOff: false)
        default: break
        }
        let (type, dimension, count) = (try cursor.word(), try cursor.word(), try cursor.long())
        let total: UInt64
        if type == TDMSType.string {
            total = try cursor.long()
        } else {
            guard let size = TDMSType.byteCount(type) else {
                throw .init(text: "an object is of the unknown type \(type)", isCutOff: false)
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: UInt64(size))
            total = overflow ? .max : product
        }
        guard dimension == 1, total < 1 << 48, count < 1 << 48 else {
            throw .init(
                text: "an object has \(count) values in \(dimension) dimensions", isCutOff: false)
        }
        return Piece(path: path, type: type, valueCount: Int(count), byteCount: Int(total))
    }

    /// Gives each object its values in the raw data of a segment.
    private mutating func addRuns(
        _ range: Range<Int>, _ flags: Int, isWhole: Bool
    ) throws(SignalError) {
        let isInterleaved = flags & Flag.interleaved != 0
        let (chunkSize, frameSize) = try sizes(isInterleaved, range.count)
        let (chunkCount, rest) = range.count.quotientAndRemainder(dividingBy: chunkSize)
        let last = range.lowerBound + chunkCount * chunkSize
        if rest > 0, !isWhole { isCutOff = true }
        // Where an object's values start in a whole chunk, and in what is left at the end.
        var (offset, lastOffset) = (0, 0)
        for piece in pieces where piece.valueCount > 0 {
            let size = piece.byteCount / piece.valueCount
            func append(from start: Int, length: Int, count: Int) throws(SignalError) {
                let run = TDMSChannel.Run(
                    start: start, valueStep: isInterleaved ? frameSize : size, chunkLength: length,
                    chunkCount: count, chunkStep: chunkSize,
                    isBigEndian: flags & Flag.bigEndian != 0)
                let object = object(piece.path)
                guard object.append(run, type: piece.type) else {
                    throw malformed("the type of \(quoted(object.path)) changes")
                }
            }
            // A whole segment ends in a shorter chunk of all channels, one that was cut off anywhere.
            let left =
                if isInterleaved {
                    rest / frameSize
                } else if isWhole {
                    Int(Int128(piece.valueCount) * Int128(rest) / Int128(chunkSize))
                } else {
                    size > 0 ? min(piece.valueCount, max(0, rest - lastOffset) / size) : 0
                }
            if rest > 0, left == 0, !isWhole { object(piece.path).isPromised = true }
            try append(
                from: range.lowerBound + offset, length: piece.valueCount, count: chunkCount)
            try append(from: last + lastOffset, length: left, count: 1)
            offset += isInterleaved ? size : piece.byteCount
            lastOffset += isInterleaved ? size : isWhole ? left * size : piece.byteCount
            runCount += 2
        }
        guard runCount <= Self.runLimit else {
            throw malformed("it is in more than \(Self.runLimit) pieces; defragment it")
        }
    }

    /// Bytes of a chunk, and of a value of every object.
    private func sizes(
        _ isInterleaved: Bool, _ byteCount: Int
    ) throws(SignalError) -> (chunk: Int, frame: Int) {
        var (chunk, frame, lengths) = (0, 0, Set<Int>())
        for piece in pieces where piece.valueCount > 0 {
            let (sum, overflow) = chunk.addingReportingOverflow(piece.byteCount)
            guard !overflow else { throw malformed("its chunks are too large") }
            chunk = sum
            frame += piece.byteCount / piece.valueCount
            lengths.insert(piece.valueCount)
        }
        guard chunk > 0 else {
            throw malformed("a segment has \(byteCount) bytes of values and says not whose")
        }
        let hasText = pieces.contains { $0.valueCount > 0 && $0.type == TDMSType.string }
        guard !isInterleaved || (lengths.count == 1 && !hasText) else {
            throw malformed("interleaved channels are not all as long")
        }
        return (chunk, frame)
    }

    private mutating func object(_ path: String) -> TDMSChannel {
        if let object = objects[path] { return object }
        let object = TDMSChannel(names: Self.names(path))
        objects[path] = object
        order.append(path)
        return object
    }

    /// The names in `/'group'/'channel'`, in which a quote is doubled.
    private static func names(_ path: String) -> [String] {
        var (names, isInside, wasQuote) = ([String](), false, false)
        for character in path {
            if character == "'" {
                if !isInside {
                    if wasQuote { names[names.count - 1].append("'") } else { names.append("") }
                }
                wasQuote = isInside
                isInside.toggle()
            } else {
                wasQuote = false
                if isInside { names[names.count - 1].append(character) }
            }
        }
        return names
    }

    private static let daqmxText = "raw values of DAQmx"

    private func daqmx() -> SignalError {
        content.error(.elements("holds \(Self.daqmxText), which only NI's drivers scale"))
    }

    private func malformed(_ text: String) -> SignalError {
        content.error(.malformed(format: "a .tdms file", text))
    }
}
