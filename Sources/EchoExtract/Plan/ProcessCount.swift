import EchoSignal
import EchoStore

/// How many processes, each with a shard of its own, are done in a time.
struct ProcessCount {
    /// Nil if no number of processes is.
    let count: Int?
    /// The longest recording, if it alone takes longer: a recording is never shared among processes.
    let tooLong: ExtractionPlan.LongRecording?

    /// Seconds that each recording takes, and the order in which they are shared out.
    private let seconds: [Double]
    private let order: OutputPlan.ShardOrder

    /// - Returns: Nil if nobody knows how long recordings take.
    init?(_ inputs: InputList, _ measure: ShareMeasure, within: Double) {
        var seconds: [Double] = []
        seconds.reserveCapacity(inputs.count)
        for (number, input) in inputs.enumerated() {
            guard let own = measure.seconds(for: input, number: number) else { return nil }
            seconds.append(own)
        }
        (self.seconds, order) = (seconds, OutputPlan.ShardOrder(inputs))
        let longest = seconds.indices.max { seconds[$0] < seconds[$1] }
        if let longest, seconds[longest] > within {
            tooLong = .init(id: inputs[longest].id, runSeconds: seconds[longest])
            count = nil
        } else {
            tooLong = nil
            count = Self.smallest(
                from: (seconds.reduce(0, +) / within).rounded(.up),
                to: min(max(1, inputs.count), Shard.counts.upperBound)
            ) { [order] in order.longestLoad(of: seconds, count: $0) <= within }
        }
    }

    /// The smallest number that does, as far as more of them are never slower; nil if the largest does not.
    private static func smallest(
        from start: Double, to most: Int, _ isEnough: (Int) -> Bool
    ) -> Int? {
        var low = Int(min(max(1, start), Double(most)))
        var (high, step) = (low, 1)
        while !isEnough(high) {
            guard high < most else { return nil }
            low = high + 1
            high = min(most, high + step)
            step *= 2
        }
        while low < high {
            let middle = (low + high) / 2
            if isEnough(middle) { high = middle } else { low = middle + 1 }
        }
        return high
    }
}

extension ExtractionPlan {
    /// A recording, and how long one process takes for it.
    package struct LongRecording: Sendable, Codable {
        package let id: String
        package let runSeconds: Double
    }
}
