/// The header of Apple's CAF.
struct CAFHeader {
    private let walk: ChunkWalk
    private let description: ChunkWalk.Chunk?
    private let data: ChunkWalk.Chunk

    /// Bytes before the first sample: how often the file was edited.
    private static let prefixLength = 4

    /// Nil if it has no samples: libsndfile says what is wrong then.
    init?(_ file: ByteFile) throws(SignalError) {
        walk = ChunkWalk(form: .caf, file: file)
        var position = 8
        var (description, found): (ChunkWalk.Chunk?, ChunkWalk.Chunk?) = (nil, nil)
        for _ in 0..<10_000 where found == nil {
            guard let chunk = try walk.chunk(at: position), position < chunk.next else {
                return nil
            }
            if chunk.name == "desc" { description = chunk }
            if chunk.name == "data" { found = chunk }
            position = chunk.next
        }
        guard let found else { return nil }
        (self.description, data) = (description, found)
    }

    /// Makes `layout` what the file holds, whatever its header says of it.
    ///
    /// - Throws: ``SignalError`` if its samples can mean two things.
    func complete(
        _ layout: inout SoundLayout, _ file: ByteFile, _ content: SignalContent
    ) throws(SignalError) {
        guard let description, description.size >= 32 else { return }
        let bytes = try file.bytes(upTo: 32, at: description.start)
        guard String(decoding: bytes.dropFirst(8).prefix(4), as: UTF8.self) == "lpcm" else {
            if data.size != .max, try !walk.areChunks(from: data.next) {
                layout.add(
                    note: try TrailingBytes.note(file, from: data.next, behind: "its samples"))
            }
            return
        }
        let start = data.start + Self.prefixLength
        guard start <= file.byteCount else { return }
        let length = try SampleLength(
            stated: max(0, data.size - Self.prefixLength), start: start,
            formEnd: (Self.prefixLength + 1..<Int.max).contains(data.size) ? data.next : nil,
            isOpen: data.size == .max, wraps: false, walk)
        layout.knowsLength = true
        layout.add(note: length.note)
        var patches: [(offset: Int, bytes: [UInt8])] = []
        let end = start + length.count
        if length.differs {
            patches.append(
                (
                    data.sizeOffset,
                    .integer(length.count + Self.prefixLength, 8, isBigEndian: true)
                ))
        }
        if let container = try container(bytes, content) {
            let found = try SampleAlignment(container, file, start..<end, content)
            layout.scale = found.scale
            layout.doubt = found.doubt
            layout.add(note: found.note)
            if let bits = found.bitsToTell {
                patches.append((description.start + 28, .integer(bits, 4, isBigEndian: true)))
            }
        }
        if !patches.isEmpty { layout.patch(patches, end: length.differs ? end : file.byteCount) }
    }

    private func container(
        _ bytes: [UInt8], _ content: SignalContent
    ) throws(SignalError) -> SampleContainer? {
        func field(_ offset: Int) -> Int { bytes.integer(4, at: offset, isBigEndian: true) }
        let isFloat = field(12) & 1 != 0
        let isLittleEndian = field(12) & 2 != 0
        guard bytes.count == 32, !isFloat, field(20) == 1 else { return nil }
        return try SampleContainer(
            bits: field(28), validBits: 0, frameByteCount: field(16), channelCount: field(24),
            bytesPerSecond: 0, sampleRate: 1, isBigEndian: !isLittleEndian, isPlain: false, content)
    }
}
