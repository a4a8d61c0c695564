import EchoFormats
import EchoScore

/// What scores came to: counts and figures of each group.
struct ScoreFigures {
    private let plan: ScorePlan
    private let result: ScorePass.Result

    init(_ plan: ScorePlan, _ result: ScorePass.Result) {
        (self.plan, self.result) = (plan, result)
    }

    /// Requires that labels give figures, before anything is compared.
    ///
    /// - Throws: `EvaluationError`, `FieldError`.
    static func check(_ plan: ScorePlan) throws {
        guard plan.labels != nil else { return }
        let clips = try plan.test.rows.indices.map { place in try plan.clip(place, score: 0) }
        guard clips.contains(where: { $0.isAnomalous != nil }) else {
            // Evaluation sets come without labels.
            if plan.rules.challenge != nil { return }
            throw EchoError(
                .data,
                "no recording of the test has a label. Give labels with --fields-from, or leave --labels out."
            )
        }
        _ = try Evaluation(of: clips, by: plan.rules.figures)
    }

    func add(to metrics: inout ScoreMetrics) throws {
        try addGroups(to: &metrics)
        metrics.warnings += duplicates(&metrics.counts)
        guard plan.labels != nil else { return }
        let clips = try plan.test.rows.indices.map { place in
            try plan.clip(place, score: result.values.scores[place])
        }
        let evaluation = try Evaluation(of: clips, by: plan.rules.figures)
        for figure in evaluation.figures { Self.add(figure, to: &metrics.groups) }
        metrics.groups.sort { $0.name < $1.name }
        metrics.machines = evaluation.machines.map { part in
            .init(
                name: part.group.name,
                groupCount: evaluation.figures.count {
                    $0.kind == .auc && $0.belongs(to: part.group)
                },
                mean: plan.rules.figures.mean.rawValue, auc: part.means.auc,
                pauc: part.means.partialAUC)
        }
        addYear(evaluation, to: &metrics)
        for (set, count) in evaluation.unlabelled.sorted(by: { $0.key < $1.key }) {
            let name = set.isEmpty ? "the test" : "the \(set) set"
            metrics.warnings.append(
                "\(count.counted("recording")) of \(name) without a label, which no figure counts; "
                    + "--fields-from takes a table of labels")
        }
    }

    private func addYear(_ evaluation: Evaluation, to metrics: inout ScoreMetrics) {
        guard let challenge = plan.rules.challenge else { return }
        func score(of set: String) -> Double? {
            evaluation.sets.first { $0.group.name == set }?.means.all
        }
        metrics.year = .init(
            year: challenge.year, mean: plan.rules.figures.mean.rawValue,
            score: evaluation.year.all, development: score(of: "development"),
            evaluation: score(of: "evaluation"))
        if plan.rules.figures.year == .evaluationSet, evaluation.sets.isEmpty,
            !evaluation.figures.isEmpty
        {
            metrics.warnings.append(
                """
                nothing says which recordings are of the development set and which of the evaluation set (folders \
                dev_data and eval_data, or a field "set"): the figure of the year is that of all
                """)
        }
        if evaluation.year.all == nil, !evaluation.figures.isEmpty {
            metrics.warnings.append(
                "the figure of the year is that of the evaluation set, and no recording of that has a label"
            )
        }
    }

    // MARK: Groups

    private func addGroups(to metrics: inout ScoreMetrics) throws {
        for (number, group) in plan.groups.groups.enumerated() {
            var counts = ScoreMetrics.Counts(bank: group.bank.count, test: group.test.count)
            let threshold = result.thresholds.isEmpty ? nil : result.thresholds[number]
            for place in group.test { try count(place, threshold, &counts) }
            metrics.groups.append(
                .init(
                    name: group.key.name,
                    fields: Dictionary(
                        uniqueKeysWithValues: group.key.fields.map { ($0.name, $0.value) }),
                    counts: counts, threshold: threshold))
            metrics.counts.add(counts)
        }
    }

    private func count(
        _ place: Int, _ threshold: Double?, _ counts: inout ScoreMetrics.Counts
    ) throws {
        let row = plan.test.rows[place]
        let isOdd = threshold.map { result.values.scores[place] > $0 }
        if let isOdd { counts.odd = (counts.odd ?? 0) + (isOdd ? 1 : 0) }
        let label = try plan.isAnomalous(
            plan.test.catalog.fields(of: row), plan.test.catalog.id(of: row))
        guard let isAnomalous = label else { return }
        counts.normal = (counts.normal ?? 0) + (isAnomalous ? 0 : 1)
        counts.anomalous = (counts.anomalous ?? 0) + (isAnomalous ? 1 : 0)
        guard let isOdd else { return }
        counts.hits = (counts.hits ?? 0) + (isOdd && isAnomalous ? 1 : 0)
        counts.falseAlarms = (counts.falseAlarms ?? 0) + (isOdd && !isAnomalous ? 1 : 0)
    }

    /// Where figures are of other groups than banks, they have rows of their own.
    private static func add(_ figure: GroupFigure, to groups: inout [ScoreMetrics.Group]) {
        let name = figure.group.name
        let place: Int
        if let known = groups.firstIndex(where: { $0.name == name }) {
            place = known
        } else {
            var counts = ScoreMetrics.Counts(test: figure.normalCount + figure.anomalousCount)
            (counts.normal, counts.anomalous) = (figure.normalCount, figure.anomalousCount)
            let fields = figure.group.fields.map { ($0.name, $0.value) }
            groups.append(
                .init(name: name, fields: Dictionary(uniqueKeysWithValues: fields), counts: counts))
            place = groups.count - 1
        }
        switch figure.kind {
        case .auc: groups[place].auc = figure.value
        case .partialAUC: groups[place].pauc = figure.value
        }
    }

    // MARK: Duplicates

    private func duplicates(_ counts: inout ScoreMetrics.Counts) -> [String] {
        let bank = plan.bank.catalog
        let stamps = plan.isOneCatalog ? [] : Set(plan.bank.rows.map { bank.stamp(of: $0) })
        let limit = plan.request.options.metric.sameDistance
        var first: String?
        var count = 0
        for (place, row) in plan.test.rows.enumerated() {
            let nearest = result.values.nearest(of: place).first
            let isSame = stamps.contains(plan.test.catalog.stamp(of: row))
            guard isSame || nearest.map({ $0.distance <= limit }) ?? false else { continue }
            count += 1
            let other = nearest.map { " (its nearest is \(bank.id(of: $0.row)))" } ?? ""
            first = first ?? plan.test.catalog.id(of: row) + other
        }
        counts.duplicates = count
        return first.map {
            [
                "\(count.counted("recording")) of the test also in the bank, by id and size or because there is no "
                    + "distance; the first is \($0). Their scores say nothing."
            ]
        } ?? []
    }
}

extension Metric {
    /// Distance of what is one recording. Cosine: embeddings of other devices differ by 1e-5, which is half of its
    /// square, and SIREN's 1e-10 in the norm leaves as little. Euclidean distances have no such size.
    var sameDistance: Double { self == .cosine ? 1e-9 : 0 }
}

extension GroupFigure {
    fileprivate func belongs(to part: GroupKey) -> Bool {
        group.only(part.fields.map(\.name)) == part
    }
}

extension ScoreMetrics.Counts {
    /// Adds what was counted of a group; the rows of the banks are counted elsewhere.
    fileprivate mutating func add(_ group: Self) {
        func sum(_ first: Int?, _ second: Int?) -> Int? {
            first == nil && second == nil ? nil : (first ?? 0) + (second ?? 0)
        }
        (odd, hits) = (sum(odd, group.odd), sum(hits, group.hits))
        (normal, anomalous) = (sum(normal, group.normal), sum(anomalous, group.anomalous))
        falseAlarms = sum(falseAlarms, group.falseAlarms)
    }
}
