import EchoFormats

/// Whether the numbers of a column rise, or fall, by even steps, as time and row numbers do: judged
/// over all rows, one by one, holding none.
///
/// Numbers in text are rounded, so that the steps of an even clock differ in their last digit. They
/// are even where one step `s` exists with which every number lies within its resolution of
/// `first + row * s`. Each row narrows the range of such `s`; what is left of it at the end bounds
/// the sample rate.
struct EvenSteps {
    /// Where one number follows another.
    struct Place {
        let line: Int
        let from: Double
        let to: Double

        var text: String { "line \(line) goes from \(from) to \(to)" }
    }

    /// The step of the first rows.
    private let usual: Double
    private(set) var rowCount = 0
    private(set) var isEven = true
    /// Steps that fit all rows.
    private(set) var lowest = -Double.infinity
    private(set) var highest = Double.infinity
    /// The smallest and the largest step.
    private(set) var least = Double.infinity
    private(set) var most = -Double.infinity
    /// From the first number to the last.
    private(set) var span = 0.0
    /// Steps that are surely half as long or half as long again as the usual one, or against its
    /// direction; and the first of them.
    private(set) var brokenCount = 0
    private(set) var broken: Place?
    /// Steps that could be so, as far as rounding lets it be seen.
    private(set) var oddCount = 0
    private(set) var odd: Place?
    /// Steps against the direction, and steps like the usual one.
    private(set) var backCount = 0
    private(set) var usualCount = 0
    /// The finest resolution so far.
    private var resolution = Double.infinity
    private var first: CSVTimestamp?
    private var last: CSVTimestamp?

    /// Rows that tell a direction from chance, where steps are not even.
    private static let tellingCount = 16

    /// - Parameter rows: The column's first numbers.
    /// - Returns: Nil if they do not go one way.
    init?(_ rows: [CSVTimestamp]) {
        guard let first = rows.first, let last = rows.last, last - first != 0 else { return nil }
        var steps = zip(rows.dropFirst(), rows).map { $0 - $1 }
        let span = last - first
        let back = steps.count { $0 != 0 && ($0 < 0) != (span < 0) }
        guard 16 * back <= steps.count else { return nil }
        steps.sort()
        let median = steps[steps.count / 2]
        usual = median != 0 && (median < 0) == (span < 0) ? median : span / Double(steps.count)
        resolution = rows.map(\.resolution).min() ?? resolution
    }

    /// Takes the next row's number.
    mutating func add(_ value: CSVTimestamp, line: Int) {
        rowCount += 1
        let own = value.resolution
        resolution = min(resolution, own)
        guard let first, let last else {
            (first, last) = (value, value)
            return
        }
        let (offset, step) = (value - first, value - last)
        // Less than a thousandth of a step moves no sample; sums of doubles are off by less.
        let floor = usual.magnitude / 1000
        let slack = max(resolution, own, floor) + 1e-15 * offset.magnitude
        let count = Double(rowCount - 1)
        lowest = max(lowest, (offset - slack) / count)
        highest = min(highest, (offset + slack) / count)
        // So does each step. Two neighbours are hardly both as far off as rounding allows: a step beyond
        // that is a row that is missing, however coarse the numbers are.
        lowest = max(lowest, step - 1.25 * slack)
        highest = min(highest, step + 1.25 * slack)
        isEven = isEven && lowest <= highest
        (least, most, span) = (min(least, step), max(most, step), offset)
        let isBack = (usual < 0 ? -step : step) < -floor
        let deviation = (step - usual).magnitude
        if isBack { backCount += 1 }
        if isBack || deviation > max(usual.magnitude / 2 + slack / 2, 1.25 * slack) {
            brokenCount += 1
            broken = broken ?? Place(line: line, from: last.double, to: value.double)
        }
        if deviation >= usual.magnitude / 2 {
            oddCount += 1
            odd = odd ?? Place(line: line, from: last.double, to: value.double)
        }
        let isCoarse = usual.magnitude < 4 * resolution
        if deviation <= (isCoarse ? resolution / 4 : resolution) + floor { usualCount += 1 }
        self.last = value
    }

    private var stepCount: Int { max(0, rowCount - 1) }

    /// The step on average.
    var mean: Double { span / Double(max(1, stepCount)) }

    var isRising: Bool { usual > 0 }

    /// Even steps from the first row to the last.
    var isRamp: Bool { rowCount >= 3 && isEven && span != 0 }

    /// Steps between half and one and a half of the usual one: a clock that is not quite even.
    var isUnsteady: Bool { rowCount >= 3 && !isEven && brokenCount == 0 && span != 0 }

    /// What could be time with a gap, and could be a signal: it goes one way from the first row to the
    /// last, or has even steps except for a few.
    var isDoubtful: Bool {
        guard rowCount >= Self.tellingCount, !isRamp, span != 0 else { return false }
        return backCount == 0 || 16 * usualCount >= 15 * stepCount
    }

    /// Of steps that are even as far as rounding lets it be seen, the few that could miss a row.
    var suspicion: String? {
        guard isRamp, let odd, 256 * oddCount <= max(stepCount, 256) else { return nil }
        return "\(odd.text) where \(Self.shown(usual)) is usual (\(oddCount) of \(stepCount) steps)"
    }

    /// What is not even; nil if all is.
    var complaint: String? {
        if let broken, !isRamp || backCount > 0 {
            return "\(broken.text) where \(Self.shown(usual)) is usual "
                + "(\(brokenCount) of \(stepCount) steps)"
        }
        if isUnsteady {
            return "steps are \(Self.shown(least)) to \(Self.shown(most)), "
                + "\(Self.shown(mean)) on average"
        }
        return suspicion
    }

    /// A step, without the noise of binary fractions.
    static func shown(_ step: Double) -> String { step.formatted(significantDigits: 7) }
}
