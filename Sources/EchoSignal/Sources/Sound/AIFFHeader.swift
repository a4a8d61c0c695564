/// The header of an AIFF or AIFC.
struct AIFFHeader {
    private let walk: ChunkWalk
    private let common: ChunkWalk.Chunk?
    private let data: ChunkWalk.Chunk
    private let sampleStart: Int
    private let formEnd: Int

    /// Bytes between the start of the chunk of samples and the first sample, offset aside.
    private static let prefixLength = 8

    /// Nil if it is none, or has no samples: libsndfile says what is wrong then.
    init?(_ file: ByteFile, _ start: [UInt8]) throws(SignalError) {
        guard start.count >= 12,
            ["AIFF", "AIFC"].contains(String(decoding: start[8..<12], as: UTF8.self))
        else { return nil }
        walk = ChunkWalk(form: .riff(isBigEndian: true), file: file)
        formEnd = start.integer(4, at: 4, isBigEndian: true) + 8
        var position = 12
        var (common, found): (ChunkWalk.Chunk?, ChunkWalk.Chunk?) = (nil, nil)
        for _ in 0..<10_000 where found == nil {
            guard let chunk = try walk.chunk(at: position), position < chunk.next else {
                return nil
            }
            if chunk.name == "COMM" { common = chunk }
            if chunk.name == "SSND" { found = chunk }
            position = chunk.next
        }
        guard let found else { return nil }
        (self.common, data) = (common, found)
        let prefix = try file.bytes(upTo: Self.prefixLength, at: found.start)
        sampleStart = found.start + Self.prefixLength + prefix.integer(4, at: 0, isBigEndian: true)
    }

    /// Makes `layout` what the file holds, whatever its header says of it.
    func complete(
        _ layout: inout SoundLayout, _ file: ByteFile, _ content: SignalContent
    ) throws(SignalError) {
        guard sampleStart <= file.byteCount else { return }
        let prefix = sampleStart - data.start
        let length = try SampleLength(
            stated: max(0, data.size - prefix), start: sampleStart, formEnd: formEnd, wraps: true,
            walk)
        layout.knowsLength = true
        layout.add(note: length.note)
        guard length.differs else { return }
        guard prefix + length.count <= Int(Int32.max) else {
            throw content.error(
                .malformed(
                    format: "an AIFF recording",
                    "it holds \(length.count) bytes of samples, more than its sizes count"))
        }
        let end = sampleStart + length.count
        var patches: [(offset: Int, bytes: [UInt8])] = [
            (4, .integer(end - 8, 4, isBigEndian: true)),
            (data.sizeOffset, .integer(prefix + length.count, 4, isBigEndian: true)),
        ]
        if let common, let count = try frameCount(common, file, length.count) {
            patches.append((common.start + 2, .integer(count, 4, isBigEndian: true)))
        }
        layout.patch(patches, end: end)
    }

    /// Samples of each channel in `byteCount` bytes; nil if they are compressed.
    private func frameCount(
        _ common: ChunkWalk.Chunk, _ file: ByteFile, _ byteCount: Int
    ) throws(SignalError) -> Int? {
        let bytes = try file.bytes(upTo: 22, at: common.start)
        let channels = bytes.integer(2, at: 0, isBigEndian: true)
        let bits = bytes.integer(2, at: 6, isBigEndian: true)
        let plain = [
            "NONE", "twos", "sowt", "raw ", "fl32", "FL32", "fl64", "FL64", "in24", "in32",
        ]
        let name = String(decoding: bytes.dropFirst(18), as: UTF8.self)
        guard common.size >= 18, bytes.count >= 18, channels > 0, (1...64).contains(bits),
            common.size < 22 || plain.contains(name)
        else { return nil }
        return byteCount / (channels * ((bits + 7) / 8))
    }
}
