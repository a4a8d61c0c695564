/// The header of Sun's AU, of either byte order.
struct AUHeader {
    private let isBigEndian: Bool
    private let start: Int
    private let size: Int

    /// What stands in place of the size if it was not known, as the format allows.
    private static let unknown = 0xFFFF_FFFF

    /// Nil if it is cut off.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 24 else { return nil }
        isBigEndian = bytes[0] == UInt8(ascii: ".")
        start = bytes.integer(4, at: 4, isBigEndian: isBigEndian)
        size = bytes.integer(4, at: 8, isBigEndian: isBigEndian)
    }

    /// Makes `layout` what the file holds, whatever its header says of it.
    func complete(_ layout: inout SoundLayout, _ file: ByteFile) throws(SignalError) {
        guard start >= 24, start <= file.byteCount else { return }
        let walk = ChunkWalk(form: .riff(isBigEndian: isBigEndian), file: file)
        let length = try SampleLength(
            stated: size, start: start, formEnd: size > 0 ? start + size : nil,
            isOpen: size == Self.unknown, wraps: true, walk)
        layout.knowsLength = true
        layout.add(note: length.note)
        guard length.differs else { return }
        layout.patch(
            [(8, .integer(Self.unknown, 4, isBigEndian: isBigEndian))], end: start + length.count)
    }
}
