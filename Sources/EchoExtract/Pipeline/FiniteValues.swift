/// The one check of what a device computed, before it is written or given out: a value that is NaN, or
/// infinite, or too large for the type that it is stored as, is no embedding.
///
/// Weights may overflow, and so may half precision where single does not.
enum FiniteValues {
    /// True if every value is a number of at most this magnitude.
    static func fit(_ values: [Float], limit: Float = .greatestFiniteMagnitude) -> Bool {
        values.withUnsafeBufferPointer { values in
            var fits = true
            for value in values { fits = (value.magnitude <= limit) && fits }
            return fits
        }
    }

    /// Why a recording has no embedding then.
    static let failure = RecordingFailure(
        code: "embedding-not-finite",
        reason: "its embedding has values that are not finite, or too large for the type that they "
            + "are stored as. Check the weights, or try another --device, --precision fp32 or "
            + "--dtype float32.")

    /// - Throws: ``EchoError`` of kind `signal` if a value is none.
    static func require(_ values: [Float], of name: String) throws(EchoError) {
        guard fit(values) else {
            throw EchoError(
                .signal,
                """
                \(name) has values that are not finite. Check the weights, or try another device, or \
                precision fp32.
                """)
        }
    }
}

extension Engine.Encoded {
    /// True if every value can be stored.
    package func fits(limit: Float = .greatestFiniteMagnitude) -> Bool {
        FiniteValues.fit(utterance, limit: limit) && FiniteValues.fit(rows, limit: limit)
    }
}
