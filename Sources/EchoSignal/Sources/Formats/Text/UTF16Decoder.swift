/// Makes UTF-8 of UTF-16, piece by piece: pieces may end inside a character.
struct UTF16Decoder {
    private let isBigEndian: Bool
    /// Half a unit, and the first unit of a pair, that the last piece ended with.
    private var half: UInt8?
    private var lead: UInt16?

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// The UTF-8 of a piece; what is no character becomes U+FFFD.
    mutating func decode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2 + 2)
        if let lead { units.append(lead) }
        lead = nil
        for byte in bytes {
            guard let first = half else {
                half = byte
                continue
            }
            let (high, low) = isBigEndian ? (first, byte) : (byte, first)
            units.append(UInt16(high) << 8 | UInt16(low))
            half = nil
        }
        if let last = units.last, UTF16.isLeadSurrogate(last) { lead = units.removeLast() }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// What bytes without a mark are: text has zeros in every other byte, if it is UTF-16.
    static func detect(_ bytes: some Collection<UInt8>) -> UTF16Decoder? {
        let start = Array(bytes.prefix(64))
        guard start.count >= 8 else { return nil }
        let zeros = start.indices.filter { start[$0] == 0 }
        guard zeros.count == start.count / 2 else { return nil }
        if zeros.allSatisfy({ !$0.isMultiple(of: 2) }) { return UTF16Decoder(isBigEndian: false) }
        return zeros.allSatisfy { $0.isMultiple(of: 2) } ? UTF16Decoder(isBigEndian: true) : nil
    }
}
