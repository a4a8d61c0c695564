/// Refuses integers that may be fractions of the full scale, as in recordings, or counts: those of 32
/// bits, as numpy makes counts on Windows, and converters of 24 bits.
enum IntegerMeaning {
    private static let blockLength = 1 << 16

    /// - Parameters:
    ///   - format: How they lie. Only 32 bits that are not told to be one or the other are looked at.
    ///   - name: What messages call them.
    ///   - numbers: Reads them, from a place and so many.
    /// - Throws: ``SignalError`` if they use fewer than 24 bits, and not the upper ones.
    static func require(
        _ format: SampleFormat, count: Int, _ name: String, _ options: ArrayOptions,
        _ content: SignalContent, _ numbers: (Int, Int) throws(SignalError) -> [Double]
    ) throws(SignalError) {
        let fractions = [true, false].map { SampleFormat.Scale.full(bits: 32, isSigned: $0) }
        guard options.integerScale == nil, format.kind != .float, fractions.contains(format.scale)
        else { return }
        var (least, greatest, usesUpperBits) = (Double.infinity, -Double.infinity, true)
        for place in stride(from: 0, to: count, by: blockLength) {
            for number in try numbers(place, min(blockLength, count - place)) {
                least = min(least, number)
                greatest = max(greatest, number)
                usesUpperBits = usesUpperBits && number.remainder(dividingBy: 256) == 0
            }
            if greatest - least >= 0x1p24 { return }
        }
        guard greatest > least, !usesUpperBits else { return }
        throw content.error(
            .integers(
                "\(name) holds integers of 32 bits, from \(Int(least)) to \(Int(greatest)): as "
                    + "fractions of the full scale, 2^31, nearly nothing, and as counts another signal"
            ))
    }
}
