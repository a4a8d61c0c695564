/// A number of a timestamp column, exact: nanoseconds since 1970 have more digits than a double.
struct CSVTimestamp {
    /// `mantissa / 10^decimals`
    private let mantissa: Int128
    private let decimals: Int
    let double: Double

    private static let mostDecimals = 30

    /// Nil where the field is no finite number.
    init?(_ field: UnsafeBufferPointer<UInt8>, mark: UInt8) {
        guard let parts = CSVNumber.decimal(field, mark: mark),
            let value = CSVNumber.value(field, mark: mark), value.isFinite,
            (-Self.mostDecimals...Self.mostDecimals).contains(parts.exponent)
        else { return nil }
        mantissa = parts.isNegative ? -Int128(parts.mantissa) : Int128(parts.mantissa)
        decimals = -parts.exponent
        double = value
    }

    init?(_ text: String, mark: UInt8) {
        let bytes = Array(text.utf8)
        guard let value = bytes.withUnsafeBufferPointer({ CSVTimestamp($0, mark: mark) }) else {
            return nil
        }
        self = value
    }

    static func - (later: CSVTimestamp, earlier: CSVTimestamp) -> Double {
        let most = max(later.decimals, earlier.decimals)
        guard most - min(later.decimals, earlier.decimals) <= 18 else {
            return later.double - earlier.double
        }
        let difference = later.scaled(to: most) - earlier.scaled(to: most)
        return Double(difference) * Self.power(-most)
    }

    private func scaled(to most: Int) -> Int128 {
        var value = mantissa
        for _ in decimals..<most { value *= 10 }
        return value
    }

    /// How far apart two numbers are that are written alike: a unit of the last digit, or more where
    /// they come from a double, which has no more than 17 digits.
    var resolution: Double {
        let written = Self.power(-decimals)
        // 16 digits and more are what programs print of a double.
        guard mantissa.magnitude >= 1_000_000_000_000_000 else { return written }
        return max(written, 2 * double.ulp, isFloat ? Double(Float(double).ulp) : 0)
    }

    /// Whether it is a single in double's clothing.
    private var isFloat: Bool {
        mantissa.magnitude >= 1_000_000_000_000_000 && Double(Float(double)) == double
            && double != double.rounded()
    }

    private static func power(_ exponent: Int) -> Double {
        let count = Int(exponent.magnitude)
        let power =
            count <= 22 ? CSVNumber.powers[count] : CSVNumber.powers[22] * CSVNumber.powers[count - 22]
        return exponent < 0 ? 1 / power : power
    }
}
