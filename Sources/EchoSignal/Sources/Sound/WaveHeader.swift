/// The header of a WAV in one of its forms: RIFF, RIFX (big endian), RF64 and BW64 (64-bit sizes in a
/// chunk of their own) and Sony's W64.
struct WaveHeader {
    private let walk: ChunkWalk
    private let isBigEndian: Bool
    /// The chunk of 64-bit sizes; nil if there is none.
    private var sizes: ChunkWalk.Chunk?
    private var format: ChunkWalk.Chunk?
    private let data: ChunkWalk.Chunk
    private let isW64: Bool
    private let name: String
    /// Bytes of samples, and where the whole ends, as the header says.
    private let stated: Int
    private let formEnd: Int

    private static let chunkLimit = 10_000
    /// The largest size that 32 bits hold, less a header's.
    private static let largest = 0xFFFF_FFFF - 0x1_0000

    /// Nil if it is no WAV, or has no samples: libsndfile says what is wrong then.
    init?(_ file: ByteFile, _ start: [UInt8]) throws(SignalError) {
        name = String(decoding: start.prefix(4), as: UTF8.self)
        isW64 = name == "riff"
        isBigEndian = name == "RIFX"
        let marker = isW64 ? 24 : 8
        guard start.count >= marker + 4,
            String(decoding: start[marker..<marker + 4], as: UTF8.self).lowercased() == "wave"
        else { return nil }
        walk = ChunkWalk(form: isW64 ? .w64 : .riff(isBigEndian: isBigEndian), file: file)
        var position = isW64 ? 40 : 12
        var found: ChunkWalk.Chunk?
        for _ in 0..<Self.chunkLimit where found == nil {
            guard let chunk = try walk.chunk(at: position), position < chunk.next else {
                return nil
            }
            switch chunk.name {
            case "ds64" where chunk.size >= 24: sizes = chunk
            case "fmt ": format = chunk
            case "data": found = chunk
            default: break
            }
            position = chunk.next
        }
        guard let found else { return nil }
        data = found
        var form = start.integer(isW64 ? 8 : 4, at: isW64 ? 16 : 4, isBigEndian: isBigEndian)
        var size = found.size
        if let sizes, name == "RF64" || name == "BW64" {
            let numbers = try file.bytes(upTo: 16, at: sizes.start)
            if form == 0xFFFF_FFFF { form = numbers.integer(8, at: 0, isBigEndian: false) }
            if size == 0xFFFF_FFFF { size = numbers.integer(8, at: 8, isBigEndian: false) }
        }
        stated = size
        formEnd = isW64 ? form : min(form, Int.max / 2) + 8
    }

    /// Makes `layout` what the file holds, whatever its header says of it.
    ///
    /// - Throws: ``SignalError`` if its samples can mean two things.
    func complete(
        _ layout: inout SoundLayout, _ file: ByteFile, _ content: SignalContent
    ) throws(SignalError) {
        let length = try SampleLength(
            stated: stated, start: data.start, formEnd: formEnd,
            wraps: !isW64 && sizes == nil, walk)
        if !length.differs { try requireNoMoreData(content) }
        layout.knowsLength = true
        layout.add(note: length.note)
        var patches: [(offset: Int, bytes: [UInt8])] = []
        let samples = data.start..<data.start + length.count
        var alignment: SampleAlignment?
        if let container = try self.container(file, content) {
            let found = try SampleAlignment(container, file, samples, content)
            layout.scale = found.scale
            layout.doubt = found.doubt
            layout.add(note: found.note)
            alignment = found
        }
        if length.differs {
            if try replaceHeader(&layout, file, samples, alignment, content) { return }
            patches += sizePatches(length.count)
        }
        if name == "BW64" { patches.append((0, Array("RF64".utf8))) }
        if let format, let bits = alignment?.bitsToTell {
            patches += self.patches(format, bits, file)
        }
        // Of a W64 libsndfile takes all that there is for samples, chunks behind them too.
        let end = length.differs || isW64 ? samples.upperBound : file.byteCount
        if !patches.isEmpty || end < file.byteCount { layout.patch(patches, end: end) }
    }

    /// A WAV has one chunk of samples; libsndfile does not say that a second one is why it fails.
    private func requireNoMoreData(_ content: SignalContent) throws(SignalError) {
        var position = data.next
        for _ in 0..<Self.chunkLimit {
            guard let chunk = try walk.chunk(at: position), chunk.next > position else { return }
            if chunk.name == "data" {
                throw content.error(
                    .malformed(
                        format: "a \(name) recording",
                        """
                        it has two chunks of samples (data), at the bytes \(data.start) and \
                        \(chunk.start), and a WAV has one
                        """))
            }
            position = chunk.next
        }
    }

    /// Sizes that say how many bytes of samples there are.
    private func sizePatches(_ count: Int) -> [(offset: Int, bytes: [UInt8])] {
        let end = data.start + count
        if isW64 {
            return [
                (16, .integer(end, 8, isBigEndian: false)),
                (data.sizeOffset, .integer(count + 24, 8, isBigEndian: false)),
            ]
        }
        if let sizes, name == "RF64" || name == "BW64" {
            return [
                (4, .integer(0xFFFF_FFFF, 4, isBigEndian: false)),
                (sizes.start, .integer(end - 8, 8, isBigEndian: false)),
                (sizes.start + 8, .integer(count, 8, isBigEndian: false)),
                (data.sizeOffset, .integer(0xFFFF_FFFF, 4, isBigEndian: false)),
            ]
        }
        return [
            (4, .integer(end - 8, 4, isBigEndian: isBigEndian)),
            (data.sizeOffset, .integer(count, 4, isBigEndian: isBigEndian)),
        ]
    }

    /// Puts an RF64 header before samples of more than 32 bits can count; false if they can.
    private func replaceHeader(
        _ layout: inout SoundLayout, _ file: ByteFile, _ samples: Range<Int>,
        _ alignment: SampleAlignment?, _ content: SignalContent
    ) throws(SignalError) -> Bool {
        guard !isW64, sizes == nil, samples.upperBound > Self.largest else { return false }
        guard !isBigEndian, let format, format.size <= 1 << 16 else {
            throw content.error(
                .malformed(
                    format: "a \(name) recording",
                    "it holds \(samples.count) bytes of samples, more than its 32-bit sizes count"))
        }
        var bytes = try file.bytes(upTo: format.size, at: format.start)
        for patch in patches(format, alignment?.bitsToTell, file) {
            let place = patch.offset - format.start
            bytes.replaceSubrange(place..<place + 2, with: patch.bytes)
        }
        let length = 12 + 36 + 8 + bytes.count + 8
        var header = Array("RF64".utf8) + [255, 255, 255, 255] + Array("WAVEds64".utf8)
        header += .integer(28, 4, isBigEndian: false)
        header += .integer(length - 8 + samples.count, 8, isBigEndian: false)
        header += .integer(samples.count, 8, isBigEndian: false)
        header += [UInt8](repeating: 0, count: 12)
        header += Array("fmt ".utf8) + .integer(bytes.count, 4, isBigEndian: false) + bytes
        header += Array("data".utf8) + [255, 255, 255, 255]
        layout.replace(header: header, samples: samples)
        return true
    }

    /// The fields of the format that say how many bits a sample has.
    private func patches(
        _ format: ChunkWalk.Chunk, _ bits: Int?, _ file: ByteFile
    ) -> [(offset: Int, bytes: [UInt8])] {
        guard let bits else { return [] }
        let bytes = [UInt8].integer(bits, 2, isBigEndian: isBigEndian)
        let isExtensible = format.size >= 40
        return [(format.start + 14, bytes)] + (isExtensible ? [(format.start + 18, bytes)] : [])
    }

    /// How integers lie in their bytes; nil if they fill them, or are none.
    private func container(
        _ file: ByteFile, _ content: SignalContent
    ) throws(SignalError) -> SampleContainer? {
        guard let format, format.size >= 16 else { return nil }
        let bytes = try file.bytes(upTo: min(format.size, 40), at: format.start)
        func field(_ offset: Int, _ count: Int = 2) -> Int {
            bytes.integer(count, at: offset, isBigEndian: isBigEndian)
        }
        let isExtensible = field(0) == 0xFFFE && bytes.count == 40
        guard field(0) == 1 || (isExtensible && field(24) == 1) else { return nil }
        return try SampleContainer(
            bits: field(14), validBits: isExtensible ? field(18) : 0, frameByteCount: field(12),
            channelCount: field(2), bytesPerSecond: field(8, 4), sampleRate: field(4, 4),
            isBigEndian: isBigEndian, isPlain: !isExtensible, content)
    }
}
