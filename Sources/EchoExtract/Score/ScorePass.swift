import EchoFormats
import EchoScore

/// Compares the rows of a plan: scores, and the thresholds above which they are odd.
struct ScorePass {
    let plan: ScorePlan
    let finder: any NearestFinder
    let progress: (ScoreProgress) -> Void

    /// Rows of a group's bank whose own scores make its threshold, at most: enough for any quantile that is of
    /// use, where all of them would cost the square of the bank.
    static let thresholdRowLimit = 10_000

    struct Result {
        var values: ScoreValues
        /// One for each group; nil if its bank is too small.
        var thresholds: [Double?] = []
        var warnings: [String] = []
    }

    func run() throws -> Result {
        let options = plan.request.options
        var result = Result(
            values: ScoreValues(rowCount: plan.test.rows.count, nearestCount: options.nearestCount))
        try score(&result)
        if let quantile = options.quantile { try addThresholds(quantile, &result) }
        return result
    }

    private func search(_ group: RowGroup) throws -> BankSearch {
        try BankSearch(
            group, of: plan.bank.catalog, by: plan.rules.bank, plan.request.options, finder)
    }

    private func score(_ result: inout Result) throws {
        if plan.request.findsItsBank { try requireCompany() }
        let total = plan.test.rows.count
        var done = 0
        var smallest: RowGroup?
        for group in plan.groups.groups {
            let rows = group.test.map { plan.test.rows[$0] }
            try search(group).forEachAnswer(
                to: rows, of: plan.test.catalog, excludingSelf: plan.request.findsItsBank,
                progress: {
                    done += $0
                    progress(ScoreProgress(.scoring, done, total))
                }
            ) { place, answer in
                guard let answer else {
                    throw EchoError(
                        .data,
                        "\(plan.test.catalog.id(of: rows[place])) is alone in \(group.key.title): there is nothing "
                            + "to compare it with. Group by other fields, or leave it out with --test-where."
                    )
                }
                result.values.set(group.test[place], answer)
            }
            if group.bank.count < smallest?.bank.count ?? .max { smallest = group }
        }
        let k = plan.request.options.k
        if let smallest, smallest.bank.count < k {
            result.warnings.append(
                "the bank of \(smallest.key.title) has \(smallest.bank.count.counted("recording")), fewer "
                    + "than --k \(k): its scores are made of all of them")
        }
    }

    /// Groups that an error names.
    private static let namedLimit = 20

    /// - Throws: ``EchoError`` if a recording has no other in its group, with all such groups.
    private func requireCompany() throws(EchoError) {
        let alone = plan.groups.groups.filter { $0.bank.count == 1 }
        guard !alone.isEmpty else { return }
        let named = alone.prefix(Self.namedLimit)
        let texts = named.map { "\(plan.bank.catalog.id(of: $0.bank[0])) in \($0.key.title)" }
        let more = alone.count > named.count ? ", and \(alone.count - named.count) more" : ""
        let options = named.compactMap { group in
            group.key.fields.count == 1 && alone.count < plan.groups.groups.count
                ? "--test-where \(quoted("\(group.key.fields[0].name)!=\(group.key.fields[0].value)"))"
                : nil
        }
        throw EchoError(
            .data,
            "\(alone.count.counted("recording")) alone in a group, with nothing to be compared with: "
                + "\(texts.joined(separator: ", "))\(more). Group by other fields, or leave them out: "
                + (options.isEmpty ? "--test-where." : options.joined(separator: " ") + "."))
    }

    // MARK: Thresholds

    private func addThresholds(_ share: Double, _ result: inout Result) throws {
        let groups = plan.groups.groups
        let samples = groups.map { Self.sample($0.bank) }
        let total = samples.reduce(0) { $0 + $1.count }
        var (done, copyCount) = (0, 0)
        for (group, rows) in zip(groups, samples) {
            let scores =
                plan.request.findsItsBank
                ? known(group, result)
                : try own(of: group, rows, copies: &copyCount) {
                    done += $0
                    progress(ScoreProgress(.threshold, done, total))
                }
            result.thresholds.append(scores.isEmpty ? nil : try quantile(share, of: scores))
        }
        if copyCount > 0 {
            result.warnings.append(
                "\(copyCount.counted("recording")) of the bank with a copy in it, since there is no distance "
                    + "between them: thresholds are too low, and too much is odd. Leave the copies out of --bank."
            )
        }
        let small = zip(groups, result.thresholds).filter { $1 == nil }.map(\.0.key.title)
        if !small.isEmpty {
            result.warnings.append(
                "\(small.count.counted("group")) without a threshold, since the bank has one recording: "
                    + small.prefix(5).joined(separator: ", ") + (small.count > 5 ? ", ..." : ""))
        }
        let large = zip(groups, samples).first { $0.bank.count > $1.count }?.0
        if let large, !plan.request.findsItsBank {
            result.warnings.append(
                "thresholds are of \(Self.thresholdRowLimit) recordings of a bank, evenly spread: "
                    + "that of \(large.key.title) has \(large.bank.count)")
        }
    }

    /// The scores that rows of a bank have among themselves.
    ///
    /// - Parameter copies: Grows by the rows whose nearest is the same recording again.
    private func own(
        of group: RowGroup, _ rows: [Int], copies: inout Int, progress: (Int) -> Void
    ) throws -> [Double] {
        guard group.bank.count > 1 else { return [] }
        var scores: [Double] = []
        var count = 0
        let limit = plan.request.options.metric.sameDistance
        try search(group).forEachAnswer(
            to: rows, of: plan.bank.catalog, excludingSelf: true, progress: progress
        ) { _, answer in
            guard let answer else { return }
            scores.append(answer.score)
            if answer.nearest.first?.distance ?? answer.score <= limit { count += 1 }
        }
        copies += count
        return scores
    }

    /// Likewise where the test is the bank: they are there already.
    private func known(_ group: RowGroup, _ result: Result) -> [Double] {
        let bank = Set(group.bank)
        return group.test.filter { bank.contains(plan.test.rows[$0]) }
            .map { result.values.scores[$0] }
    }

    /// At most so many of the rows, evenly spread.
    private static func sample(_ rows: [Int]) -> [Int] {
        guard rows.count > thresholdRowLimit else { return rows }
        return (0..<thresholdRowLimit).map { rows[$0 * rows.count / thresholdRowLimit] }
    }
}
