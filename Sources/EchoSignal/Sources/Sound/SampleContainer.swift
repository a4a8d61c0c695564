/// Integers that have fewer bits than the bytes they lie in, such as 24 bits in 4 bytes.
///
/// The standards put them into the upper bits, some programs (`arecord -f S24_LE`) into the lower ones.
struct SampleContainer {
    /// Bits of a sample, and bytes from one to the next.
    let bits: Int
    let byteCount: Int
    let isBigEndian: Bool
    /// Whether the header's bits fill the bytes, except for what it calls valid.
    let isUsual: Bool
    /// A header of the first kind, of which libsndfile knows that float32 may hide behind it.
    let isPlain: Bool

    /// Bits of a sample that hold nothing.
    var spareBits: Int { byteCount * 8 - bits }

    /// Nil if nothing is spare, or the header does not say.
    ///
    /// - Parameters:
    ///   - bits: Of a sample; `validBits` those that hold something, 0 if not said.
    ///   - frameByteCount: Bytes of a sample of each channel, 0 if not said.
    ///   - bytesPerSecond: As the header says, which tells which of two numbers is wrong.
    /// - Throws: ``SignalError`` if these contradict each other.
    init?(
        bits: Int, validBits: Int, frameByteCount: Int, channelCount: Int, bytesPerSecond: Int,
        sampleRate: Int, isBigEndian: Bool, isPlain: Bool, _ content: SignalContent
    ) throws(SignalError) {
        guard (1...32).contains(bits), channelCount > 0, frameByteCount > 0 else { return nil }
        let least = (bits + 7) / 8
        var size = least * channelCount
        if frameByteCount != size {
            // Where the bytes of a second agree with the bits, the third number is the wrong one.
            if bytesPerSecond == sampleRate * size { return nil }
            size = frameByteCount
        }
        let (bytes, rest) = size.quotientAndRemainder(dividingBy: channelCount)
        guard rest == 0, bytes >= least, bytes <= 4 else {
            throw content.error(
                .malformed(
                    format: "a recording",
                    """
                    its header says \(bits) bits a sample and \(channelCount) channels in \
                    \(frameByteCount) bytes, which does not fit
                    """))
        }
        let valid = (1...bits).contains(validBits) ? validBits : bits
        guard bytes > 1, valid < bytes * 8 else { return nil }
        (self.bits, byteCount, self.isBigEndian) = (valid, bytes, isBigEndian)
        (isUsual, self.isPlain) = (bytes == least, isPlain)
    }
}

/// Where in their bytes the bits of samples lie, as the samples themselves tell.
struct SampleAlignment {
    /// What samples read as whole bytes are multiplied by.
    private(set) var scale: Float = 1
    private(set) var note: String?
    /// What they may be; nil if they are sure.
    private(set) var doubt: String?
    /// Bits of a sample to tell libsndfile; nil for those of the header.
    private(set) var bitsToTell: Int?

    /// Bytes looked at at a time: a multiple of 2, 3 and 4.
    private static let blockLength = 12 << 16

    /// Looks at the samples, all of them where that decides something.
    ///
    /// - Throws: ``SignalError`` if they may lie in the upper bits and in the lower ones.
    init(
        _ container: SampleContainer, _ file: ByteFile, _ samples: Range<Int>,
        _ content: SignalContent
    ) throws(SignalError) {
        var bits = Bits()
        var position = samples.lowerBound
        while position < samples.upperBound {
            let count = min(Self.blockLength, samples.upperBound - position)
            let block = try file.bytes(upTo: count, at: position)
            if block.isEmpty { break }
            bits.look(at: block, container)
            if bits.isDecided(container) { break }
            position += block.count
        }
        let (size, spare) = (container.byteCount * 8, container.spareBits)
        let places = "\(container.bits) bits in the upper or in the lower part of \(size)"
        if !container.isUsual { bitsToTell = size }
        if !container.isUsual, !bits.fitLower, bits.fitLowerUnsigned {
            throw content.error(
                .ambiguousSamples(
                    "its samples may be \(places) without their signs repeated above them, as ALSA may "
                        + "leave them, and nothing tells"))
        }
        switch (bits.fitUpper, bits.fitLower) {
        case (true, false): return
        case (true, true) where bits.areZero || container.isUsual: return
        case (false, true) where !container.isUsual:
            scale = Float(1 << spare)
            note = "its samples lie in the lower \(container.bits) bits of \(size)"
        case (false, false) where container.isUsual: return
        case (false, false):
            doubt = "its header says \(container.bits) bits of \(size), and its samples have more"
            guard container.isPlain else { throw content.error(.ambiguousSamples(doubt ?? "")) }
            bitsToTell = nil
        default:
            throw content.error(
                .ambiguousSamples(
                    "its samples may be \(places), which is \(6 * spare) dB louder, and nothing tells"
                ))
        }
    }

    /// What all samples so far have in common.
    private struct Bits {
        /// The spare low bits are zero in all; the spare high bits repeat the sign in all.
        private(set) var fitUpper = true
        private(set) var fitLower = true
        /// The spare high bits are zero in all, whatever the sign.
        private(set) var fitLowerUnsigned = true
        private(set) var areZero = true

        mutating func look(at block: [UInt8], _ container: SampleContainer) {
            let (size, spare) = (container.byteCount, container.spareBits)
            let places = container.isBigEndian ? Array((0..<size).reversed()) : Array(0..<size)
            let (mask, unused) = (Int32(1) << Int32(spare) - 1, Int32(32 - 8 * size))
            block.withUnsafeBufferPointer { bytes in
                for start in stride(from: 0, through: bytes.count - size, by: size) {
                    var code: UInt32 = 0
                    for (index, place) in places.enumerated() {
                        code |= UInt32(bytes[start + place]) << (8 * UInt32(index))
                    }
                    let value = Int32(bitPattern: code << UInt32(unused)) >> unused
                    if value == 0 { continue }
                    areZero = false
                    if value & mask != 0 { fitUpper = false }
                    if code >> UInt32(container.bits) != 0 { fitLowerUnsigned = false }
                    let rest = value >> Int32(container.bits - 1)
                    if rest != 0, rest != -1 { fitLower = false }
                }
            }
        }

        /// Whether more samples change nothing.
        func isDecided(_ container: SampleContainer) -> Bool {
            container.isUsual ? !fitLower : !fitLower && !fitUpper && !fitLowerUnsigned
        }
    }
}
