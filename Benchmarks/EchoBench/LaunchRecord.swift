import EchoTensor

/// A captured launch as JSON; `.ci/ptx/captured.py` says what each key means.
struct LaunchRecord: Encodable {
    let name: String
    var device = ""
    let `case`: String
    let operation: String
    var program = ""
    let kernel: String
    let global: [Int]
    let local: [Int]?
    var arguments: [Argument] = []
    var output: Output?

    struct Argument: Encodable {
        let kind: String
        var value: Double?
        var byteCount: Int?
        var before: String?
        var after: String?
    }

    struct Output: Encodable {
        let argument: Int
        let element: String
        let expected: String
        let tolerance: Allowed
    }

    /// A tolerance's parts, as `Tolerance` names them.
    struct Allowed: Encodable {
        let absolute: Double
        let relative: Double
        let ofLargest: Double
        let ofLoudest: [Double]?

        init(_ tolerance: Tolerance) {
            (absolute, relative) = (tolerance.absolute, tolerance.relative)
            ofLargest = tolerance.ofLargest
            ofLoudest = tolerance.ofLoudest.map { [$0.share, $0.divisor] }
        }
    }
}
