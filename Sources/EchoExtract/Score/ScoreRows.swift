import EchoScore

/// The rows of `scores.csv`, made when they are written.
struct ScoreRows {
    private let plan: ScorePlan
    private let result: ScorePass.Result
    /// By place in the test's selection: the number of its group.
    private let groups: [Int32]

    init(_ plan: ScorePlan, _ result: ScorePass.Result) {
        (self.plan, self.result) = (plan, result)
        var groups = [Int32](repeating: 0, count: plan.test.rows.count)
        for (number, group) in plan.groups.groups.enumerated() {
            for place in group.test { groups[place] = Int32(number) }
        }
        self.groups = groups
    }

    /// Without recordings that have no score: those before a baseline, and of sensors whose baseline is too small.
    var all: some Sequence<ScoreRow> {
        plan.test.rows.indices.lazy.filter { !result.values.scores[$0].isNaN }.map { row($0) }
    }

    private func row(_ place: Int) -> ScoreRow {
        let (catalog, number) = (plan.test.catalog, plan.test.rows[place])
        let fields = catalog.fields(of: number)
        let group = Int(groups[place])
        let bank = plan.bank.catalog
        return ScoreRow(
            id: catalog.id(of: number), channel: catalog.channel(of: number),
            group: plan.groups.groups[group].key.name, label: plan.labels.flatMap { fields[$0] },
            domain: plan.rules.bank.domain.flatMap { fields[$0] }, time: catalog.time(of: number),
            score: result.values.scores[place],
            threshold: result.thresholds.isEmpty ? nil : result.thresholds[group],
            nearest: result.values.nearest(of: place).map {
                .init(
                    id: bank.id(of: $0.row), channel: bank.channel(of: $0.row),
                    distance: $0.distance)
            })
    }
}
