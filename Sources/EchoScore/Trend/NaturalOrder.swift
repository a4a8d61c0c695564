import EchoFormats

/// Names in the order in which people count: numbers in them by value, `2.csv` before `10.csv`.
package enum NaturalOrder {
    /// Whether a name comes before another. Of equal ones (`1` and `01`) the smaller bytes do.
    package static func isBefore(_ first: String, _ second: String) -> Bool {
        var (left, right) = (Array(first.utf8)[...], Array(second.utf8)[...])
        while let one = left.first, let other = right.first {
            if isDigit(one), isDigit(other) {
                let (number, otherNumber) = (takeNumber(&left), takeNumber(&right))
                if number.count != otherNumber.count { return number.count < otherNumber.count }
                if !number.elementsEqual(otherNumber) {
                    return number.lexicographicallyPrecedes(otherNumber)
                }
            } else if one != other {
                return one < other
            } else {
                left.removeFirst()
                right.removeFirst()
            }
        }
        if left.isEmpty != right.isEmpty { return left.isEmpty }
        return first.utf8.lexicographicallyPrecedes(second.utf8)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The digits at the start, without leading zeros.
    private static func takeNumber(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = bytes.prefix(while: isDigit)
        bytes.removeFirst(digits.count)
        return digits.drop { $0 == 0x30 }
    }
}

extension NaturalOrder {
    /// The name with `#` for each number: names that count have one in common.
    package static func skeleton(_ name: String) -> [UInt8] {
        var skeleton: [UInt8] = []
        for byte in name.utf8 {
            if !isDigit(byte) {
                skeleton.append(byte)
            } else if skeleton.last != number {
                skeleton.append(number)
            }
        }
        return skeleton
    }

    private static let number = UInt8(ascii: "#")
}
