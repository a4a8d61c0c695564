/// The pages of an Ogg file: where its links are, for files may be chained, and what is missing of it.
///
/// libsndfile reads the first link only, knows no FLAC in Ogg, and leaves out what a page's checksum
/// does not fit, all without a word.
struct OggPages {
    /// A stream of its own, from its first page to its last.
    struct Link {
        var range: Range<Int>
        /// Whether it is FLAC; then the bytes of its packets, one after the other, are a FLAC file.
        var isFLAC = false
        var packets: [PiecedBytes.Piece] = []
        /// Pages that are damaged or missing.
        var lostCount = 0
        /// Whether its last page says that it is the last.
        var isEnded = false
        /// What its streams of sound are, of which one is read: libsndfile leaves others out.
        var sounds: [String] = []
    }

    private(set) var links: [Link] = []
    private let file: ByteFile
    private var isFirstPage = true
    /// The stream whose pages are followed, and the number of its next page.
    private var serial = 0
    private var sequence = 0
    /// The link's streams, and whether the last page was of none of them: its beginning is not there.
    private var serials: Set<Int> = []
    private var isForeign = false
    /// What is to be said of bytes behind the last page; nil if there are none.
    private var surplus: String?

    private static let blockLength = 1 << 20
    private static let headerLength = 27
    /// How streams of sound begin.
    private static let sounds: [(marker: [UInt8], name: String)] = [
        (flacMarker, "FLAC"), ([1] + Array("vorbis".utf8), "Vorbis"),
        (Array("OpusHead".utf8), "Opus"), (Array("Speex   ".utf8), "Speex"),
    ]
    /// In Ogg, FLAC's marker has nine bytes before it.
    private static let flacMarker: [UInt8] = [0x7F] + Array("FLAC".utf8)
    private static let flacPrefix = 9

    /// Walks over all pages.
    init(_ file: ByteFile) throws(SignalError) {
        self.file = file
        var position = 0
        var block: [UInt8] = []
        var blockStart = 0
        var isLost = false
        var end = 0
        while position < file.byteCount {
            // A page has up to 65,307 bytes.
            if position < blockStart || position + 1 << 16 > blockStart + block.count,
                blockStart + block.count < file.byteCount || block.isEmpty
            {
                block = try file.bytes(upTo: Self.blockLength, at: position)
                blockStart = position
            }
            let bytes = block[(position - blockStart)...]
            if let length = Self.pageLength(bytes) {
                if isLost { lose() }
                isLost = false
                take(bytes.prefix(length), at: position)
                position += length
                end = position
            } else {
                // What is behind the last page is no loss: its mark tells whether it is the last.
                isLost = true
                let blockEnd = blockStart + block.count
                if let next = Self.nextPage(bytes.dropFirst()) {
                    position = blockStart + next
                } else if blockEnd < file.byteCount {
                    position = blockEnd - min(4, bytes.count - 1)
                } else {
                    break
                }
            }
        }
        if links.last?.isEnded == true {
            surplus = try TrailingBytes.note(file, from: end, behind: "its last page")
        }
        if let last = links.indices.last {
            links[last].range = links[last].range.lowerBound..<file.byteCount
        }
    }

    /// What to tell of damage; nil if there is none.
    func note(_ number: Int) -> String? {
        let link = links[number]
        var notes: [String?] = []
        if link.lostCount > 0 {
            notes.append(
                "damaged: its pages break off \(link.lostCount) times, and what was lost is left out"
            )
        }
        if !link.isEnded, number == links.count - 1 {
            notes.append(
                "cut off: its last page is not marked as the last; what is there was embedded")
        }
        if number == links.count - 1 { notes.append(surplus) }
        return Notes.joined(notes)
    }

    /// Why nobody can tell what the signal is: a link has several streams of sound. nil if none has.
    var doubt: String? {
        guard let sounds = links.map(\.sounds).first(where: { $0.count > 1 }) else { return nil }
        return """
            it has \(sounds.count) streams of sound side by side (\(sounds.joined(separator: ", "))), and \
            each may be the signal
            """
    }

    private mutating func lose() {
        guard let last = links.indices.last else { return }
        links[last].lostCount += 1
    }

    private mutating func take(_ page: ArraySlice<UInt8>, at position: Int) {
        let bytes = Array(page)
        let flags = bytes[5]
        let serial = bytes.integer(4, at: 14, isBigEndian: false)
        let sequence = bytes.integer(4, at: 18, isBigEndian: false)
        let body = Self.headerLength + Int(bytes[26])
        let isBeginning = flags & 2 != 0
        if isBeginning, !isFirstPage || links.isEmpty {
            if let last = links.indices.last {
                links[last].range = links[last].range.lowerBound..<position
            }
            var link = Link(range: position..<file.byteCount)
            link.isFLAC = bytes[body...].starts(with: Self.flacMarker)
            links.append(link)
            self.serial = serial
            self.sequence = sequence
            serials = []
        }
        isFirstPage = isBeginning
        guard let last = links.indices.last else { return }
        if isBeginning {
            serials.insert(serial)
            if let sound = Self.sounds.first(where: { bytes[body...].starts(with: $0.marker) }) {
                // Pictures may come first.
                if links[last].sounds.isEmpty { (self.serial, self.sequence) = (serial, sequence) }
                links[last].sounds.append(sound.name)
            }
        }
        let wasForeign = isForeign
        isForeign = !serials.contains(serial)
        if isForeign, !wasForeign { lose() }
        guard serial == self.serial else { return }
        if sequence != self.sequence { links[last].lostCount += 1 }
        self.sequence = (sequence + 1) & 0xFFFF_FFFF
        links[last].isEnded = flags & 4 != 0
        if links[last].isFLAC {
            let prefix = isBeginning ? Self.flacPrefix : 0
            links[last].packets.append(
                .file(position + min(body + prefix, bytes.count)..<position + bytes.count))
        }
    }

    /// The length of the page that starts here; nil if there is none, or one whose checksum is wrong.
    private static func pageLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        // Of the format's version 0, the only one.
        guard bytes.count >= headerLength, bytes.starts(with: Array("OggS\0".utf8)) else {
            return nil
        }
        let segments = Int(bytes[start + 26])
        guard bytes.count >= headerLength + segments else { return nil }
        let table = bytes[start + headerLength..<start + headerLength + segments]
        let length = headerLength + segments + table.reduce(0) { $0 + Int($1) }
        guard bytes.count >= length else { return nil }
        let stated = (0..<4).reduce(UInt32(0)) {
            $0 | UInt32(bytes[start + 22 + $1]) << (8 * UInt32($1))
        }
        return checksum(bytes[start..<start + length]) == stated ? length : nil
    }

    private static func nextPage(_ bytes: ArraySlice<UInt8>) -> Int? {
        let marker = Array("OggS\0".utf8)
        var index = bytes.startIndex
        while let found = bytes[index...].firstIndex(of: marker[0]) {
            if bytes[found...].starts(with: marker) { return found }
            index = found + 1
        }
        return nil
    }

    /// CRC-32 with the polynomial 04C11DB7, not reflected, of the page with zeros for the checksum.
    private static func checksum(_ page: ArraySlice<UInt8>) -> UInt32 {
        page.withUnsafeBufferPointer { bytes in
            var value: UInt32 = 0
            for index in 0..<bytes.count {
                let byte = (22..<26).contains(index) ? 0 : bytes[index]
                value = value << 8 ^ table[Int(UInt8(truncatingIfNeeded: value >> 24) ^ byte)]
            }
            return value
        }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte) << 24) { value, _ in
            value & 0x8000_0000 != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1
        }
    }
}
