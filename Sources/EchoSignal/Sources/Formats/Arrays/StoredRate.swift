/// A sample rate that lies in a file as a number, in whole Hz.
struct StoredRate {
    let hertz: Int
    /// What was done to it; nil if it is whole.
    let note: String?

    /// How far a rate may lie from a whole number of Hz, as a part of it.
    private static let slack = 1e-3
    /// How far where it stands for a whole number, as one by a time step of ten digits does.
    private static let rounding = 1e-9

    /// - Parameters:
    ///   - number: nil if there is no single number.
    ///   - name: What messages call it.
    /// - Throws: ``SignalError`` if it is no rate.
    init(_ number: Double?, _ name: String, _ content: SignalContent) throws(SignalError) {
        guard let number else {
            throw content.error(.storedRate("the sample rate \(name) is not a single real number"))
        }
        let whole = number.rounded()
        guard whole >= 1, whole <= 1e9, abs(number - whole) <= Self.slack * whole else {
            throw content.error(
                .storedRate("the sample rate \(name) is \(number), not a whole number of Hz"))
        }
        hertz = Int(whole)
        note =
            abs(number - whole) > Self.rounding * whole
            ? "the sample rate \(name) is \(number) Hz, and was taken as \(hertz) Hz" : nil
    }
}
