import EchoTensor

/// What came of computing one thing on a backend and on the CPU path.
package struct Check: Sendable, CustomStringConvertible {
    /// What was computed: an operation's stem, a node's label, an output's name.
    package let name: String
    /// On what, in words.
    package let shape: String
    package let comparison: Comparison
    package let tolerance: Tolerance
    /// Why the backend left it to the CPU path; nil if it ran it.
    package let declined: String?

    init(
        name: String, shape: String, actual: HostTensor?, reference: HostTensor?,
        tolerance: Tolerance, declined: String?
    ) {
        self.name = name
        self.shape = shape
        comparison = Comparison(
            actual: actual?.numbers ?? [], reference: reference?.numbers ?? [],
            tolerance: tolerance)
        self.tolerance = tolerance
        self.declined = declined
    }

    /// True if the backend did it itself and agrees with the CPU path.
    package var passes: Bool { comparison.passes && declined == nil }

    package var description: String {
        "\(name) \(shape): \(comparison)" + (declined.map { ", declined: \($0)" } ?? "")
    }
}

extension HostTensor {
    /// The values of a float32 or int32 tensor; whole numbers are exact below 2^24.
    fileprivate var numbers: [Float] {
        type.element == .int32 ? ints.map(Float.init) : floats
    }
}
