/// Finds numbers that rise by even steps, whatever they are called: times and indices, which are no
/// signal.
enum EvenRise {
    /// Numbers at each end that are looked at: no signal is a line over so many.
    static let endLength = 1024
    /// Fewer say nothing.
    private static let least = 8

    /// - Parameters:
    ///   - count: How many numbers there are.
    ///   - head, tail: The first and the last ``endLength`` of them, or all.
    static func holds(count: Int, head: [Double], tail: [Double]) -> Bool {
        guard count >= least, let first = head.first, let last = tail.last, last > first else {
            return false
        }
        let step = (last - first) / Double(count - 1)
        // Clocks drift a little, and float32 rounds late times more than their steps are wide.
        let slack = max(0.6 * step, 1e-3 * (last - first), 4 * last.ulp)
        func isOnLine(_ numbers: [Double], from start: Int) -> Bool {
            let places = numbers.indices
            return zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 }
                && places.allSatisfy {
                    abs(numbers[$0] - (first + Double(start + $0) * step)) <= slack
                }
        }
        return isOnLine(head, from: 0) && isOnLine(tail, from: count - tail.count)
    }
}
