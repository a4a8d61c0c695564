/// How the numbers of `.npy`, `.npz` and `.mat` files become samples.
public struct ArrayOptions: Hashable, Sendable {
    /// What becomes of integers.
    public enum IntegerScale: String, Hashable, Sendable, CaseIterable {
        /// Fractions of the type's full scale, [-1, 1), as in recordings: divided by 2^(bits - 1), what
        /// has no sign less 2^(bits - 1) first.
        case full
        /// Counts, as they are, like the numbers of text files.
        case counts = "none"
    }

    /// The extent along which time runs, from 0; the other one holds the channels. nil for the longer
    /// one, if that is beyond doubt.
    public var timeAxis: Int?
    /// nil for ``IntegerScale/full`` up to 32 bits, which is refused where 32 bits look like counts,
    /// and ``IntegerScale/counts`` for 64.
    public var integerScale: IntegerScale?

    /// Makes options.
    public init(timeAxis: Int? = nil, integerScale: IntegerScale? = nil) {
        self.timeAxis = timeAxis
        self.integerScale = integerScale
    }

    /// What is done to integers of so many bits.
    func scale(bits: Int, isSigned: Bool) -> SampleFormat.Scale {
        switch integerScale ?? (bits == 64 ? IntegerScale.counts : .full) {
        case .full: .full(bits: bits, isSigned: isSigned)
        case .counts: .unscaled
        }
    }
}
