/// A number of a timestamp column as it is written: nanoseconds since 1970 have more digits than a
/// double, and what counts is the difference of two.
struct CSVTimestamp {
    /// `±mantissa / 10^decimals`
    private let mantissa: UInt64
    private let isNegative: Bool
    private let decimals: Int
    let double: Double

    private static let mostDecimals = 30

    /// Nil if the field is no finite number.
    init?(_ field: UnsafeBufferPointer<UInt8>, mark: UInt8) {
        guard let parts = CSVNumber.decimal(field, mark: mark),
            let value = CSVNumber.value(parts, field, mark: mark), value.isFinite,
            (-Self.mostDecimals...Self.mostDecimals).contains(parts.exponent)
        else { return nil }
        (mantissa, isNegative, decimals) = (parts.mantissa, parts.isNegative, -parts.exponent)
        double = value
    }

    init?(_ text: String, mark: UInt8) {
        let bytes = Array(text.utf8)
        guard let value = bytes.withUnsafeBufferPointer({ CSVTimestamp($0, mark: mark) }) else {
            return nil
        }
        self = value
    }

    /// Exact before it is rounded once, unless the numbers are as long as those of doubles.
    static func - (later: CSVTimestamp, earlier: CSVTimestamp) -> Double {
        let most = max(later.decimals, earlier.decimals)
        guard later.isNegative == earlier.isNegative, let end = later.scaled(to: most),
            let start = earlier.scaled(to: most)
        else { return later.double - earlier.double }
        let magnitude = Double(end > start ? end - start : start - end) * power(-most)
        return (end < start) == later.isNegative ? magnitude : -magnitude
    }

    /// The mantissa with that many decimals; nil if it does not fit.
    private func scaled(to most: Int) -> UInt64? {
        guard most > decimals, mantissa > 0 else { return mantissa }
        guard most - decimals <= 19 else { return nil }
        var value = mantissa
        for _ in decimals..<most {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            if overflows { return nil }
            value = product
        }
        return value
    }

    /// How far apart two numbers are that are written alike: a unit of the last digit, or more where
    /// they come from a double, which has no more than 17 digits, or from a float.
    var resolution: Double {
        let written = Self.power(-decimals)
        // 16 digits and more are what programs print of a double.
        guard mantissa >= 1_000_000_000_000_000 else { return written }
        let isFloat = Double(Float(double)) == double && double != double.rounded()
        return max(written, 2 * double.ulp, isFloat ? Double(Float(double).ulp) : 0)
    }

    /// Powers of ten from -60 to 60.
    private static let powers: [Double] = (-60...60).map { Double("1e\($0)") ?? .nan }

    private static func power(_ exponent: Int) -> Double { powers[exponent + 60] }
}
