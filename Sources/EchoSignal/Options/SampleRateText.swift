import EchoFormats

/// A sample rate as people write it: `12000`, `12k`, `44.1k`, `48kHz`, `12000 Hz`, `0.5MHz`.
package enum SampleRateText {
    /// What is wrong with it, and what to write instead.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Hz beyond which a number is no rate at all, and arithmetic with it might overflow.
    private static let limit = 1e9

    /// The rate in Hz.
    ///
    /// - Throws: ``Failure`` if `text` is no number with one of these units, or no whole number of Hz. Whether the
    ///   rate can be embedded is another question (``ReadingOptions/sampleRates``).
    package static func hertz(_ text: String) throws(Failure) -> Int {
        var digits = text.trimmed
        if digits.lowercased().hasSuffix("hz") { digits = String(digits.dropLast(2)).trimmed }
        var factor = 1
        switch digits.last {
        case "k", "K": factor = 1000
        // Not m, which is a thousandth.
        case "M": factor = 1_000_000
        default: break
        }
        if factor > 1 { digits = String(digits.dropLast()).trimmed }
        guard let number = number(digits), number * Double(factor) >= 1 else {
            // A number as it is: -1 needs no quotes.
            let name = number(digits) == nil ? quoted(text) : shown(text, limit: 80)
            throw Failure(
                description: "\(name) is no sample rate; write Hz, such as 12000, 44.1k or 48kHz, "
                    + "with a point as the decimal mark")
        }
        // 44.1 times 1000 is not quite 44100; what lies further from a whole number was not meant as one.
        let hertz = (number * Double(factor) * 1e6).rounded() / 1e6
        guard hertz <= limit, let whole = Int(exactly: hertz) else {
            throw Failure(
                description: "a sample rate is a whole number of Hz, up to "
                    + "\(ReadingOptions.sampleRates.upperBound), not \(shown(text, limit: 80))")
        }
        return whole
    }

    /// A number as JSON and CSV have it, no name of a value (`inf`) and no other notation (`0x10`).
    private static func number(_ digits: String) -> Double? {
        guard digits.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }) else { return nil }
        return Double(digits)
    }
}
