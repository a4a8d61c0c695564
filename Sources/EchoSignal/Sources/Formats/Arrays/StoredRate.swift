/// A sample rate that lies in a file as a number.
enum StoredRate {
    /// How far a rate may lie from a whole number of Hz, as a part of it.
    private static let slack = 1e-3

    /// - Parameters:
    ///   - number: nil where there is no single number.
    ///   - name: What messages call it.
    /// - Returns: Whole Hz.
    /// - Throws: ``SignalError`` where it is no rate.
    static func hertz(
        _ number: Double?, _ name: String, _ content: SignalContent
    ) throws(SignalError) -> Int {
        guard let number else {
            throw content.error(.storedRate("the sample rate \(name) is no single real number"))
        }
        let whole = number.rounded()
        guard whole >= 1, whole <= 1e9, abs(number - whole) <= slack * whole else {
            throw content.error(
                .storedRate("the sample rate \(name) is \(number), no whole number of Hz"))
        }
        return Int(whole)
    }
}
