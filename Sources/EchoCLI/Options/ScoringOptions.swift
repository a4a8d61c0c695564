import ArgumentParser
import EchoExtract
import EchoFormats
import EchoScore

/// How recordings are scored.
struct ScoringOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Compare a recording with the bank of its own group: fields, separated by commas.",
            valueName: "field,..."))
    var groupBy: FieldList?

    @Option(
        help: ArgumentHelp(
            "A field whose values divide each group's bank; the smallest of their scores counts.",
            discussion: "Figures are given for each of its values too.", valueName: "field"))
    var domain: String?

    @Option(help: "The distance: cosine, which is 1 - the cosine, or euclidean. (default: cosine)")
    var metric: Metric?

    @Option(
        name: .customLong("k"),
        help: ArgumentHelp(
            "Neighbours for a score, 1 to 1000. (default: 1; with --classify 5)",
            valueName: "count"))
    var k: Int?

    @Option(
        help: ArgumentHelp(
            "min: the nearest one's distance; mean of the k nearest; kth: the k-th nearest one's.",
            discussion: "The default is min, or mean if --k is more than 1."))
    var aggregate: Aggregate?

    @Option(
        help: ArgumentHelp(
            "How many of the nearest recordings of the bank are named, 1 to 100. (default: 3)",
            valueName: "count"))
    var nearest: Int?

    @Option(
        help: ArgumentHelp(
            "The field that says what is normal, for AUC and pAUC; anomalous rows leave the bank.",
            valueName: "field"))
    var labels: String?

    @Option(
        help: ArgumentHelp(
            "The values of --labels that are normal; all others are anomalous.",
            discussion:
                "Without it: normal and 0; anomaly, anomalous, abnormal and 1 are anomalous.",
            valueName: "value,..."))
    var normal: FieldList?

    @Option(
        help: ArgumentHelp(
            "A score is odd above this quantile of the bank's own scores, 0 to 1. (default: 0.95)",
            discussion: """
                Each recording of the bank is scored against the others of its group; in a large \
                group 10,000 of them, evenly spread. About 1 - quantile of the normal recordings \
                are then called odd.
                """,
            valueName: "quantile"))
    var quantile: Double?

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp(
            "Score by the rules of a benchmark: siren, or dcase (its official evaluators).",
            discussion: """
                Sets groups, domains, labels, distance and the mean of the year. The train split \
                is the bank, and the test split is scored.
                """))
    var rules: ScoringRules.Rules?

    @Option(help: ArgumentHelp("The year of --protocol, 2020 to 2025.", valueName: "year"))
    var year: Int?

    func validate() throws {
        if let k { try OptionRange.require("--k", k, in: 1...1000) }
        if let nearest { try OptionRange.require("--nearest", nearest, in: 1...100) }
        if let year { try OptionRange.require("--year", year, in: ScoringRules.years) }
        if let quantile, !(0...1).contains(quantile) {
            throw ValidationError("--quantile takes 0 to 1, not \(quantile).")
        }
        if aggregate == .min, let k, k > 1 {
            throw ValidationError(
                "--aggregate min takes the nearest alone, and --k \(k) asks for more: leave one of "
                    + "them out, or take --aggregate mean or kth.")
        }
        if aggregate == .mean || aggregate == .kth, k == nil {
            throw ValidationError(
                "--aggregate needs --k, the number of neighbours that make a score.")
        }
        guard normal == nil || labels != nil || rules != nil else {
            throw ValidationError("--normal needs --labels, the field whose values they are.")
        }
        try validateChallenge()
    }

    private func validateChallenge() throws {
        guard (rules == nil) == (year == nil) else {
            throw ValidationError(
                rules == nil
                    ? "--year needs --protocol siren or --protocol dcase."
                    : "--protocol needs --year: each year has its own groups and means.")
        }
        guard rules != nil else { return }
        let own = [
            ("--group-by", groupBy != nil), ("--domain", domain != nil),
            ("--metric", metric != nil), ("--k", k != nil), ("--aggregate", aggregate != nil),
            ("--labels", labels != nil),
        ]
        if let (name, _) = own.first(where: \.1) {
            throw ValidationError(
                "--protocol says what \(name) says: leave one of them out.")
        }
    }

    var options: ScoreOptions {
        var options = ScoreOptions()
        options.metric = metric ?? .cosine
        options.k = k ?? 1
        options.aggregate = aggregate ?? (options.k > 1 ? .mean : .min)
        options.nearestCount = nearest ?? options.nearestCount
        options.groupBy = groupBy?.names ?? []
        (options.domain, options.labels) = (domain, labels)
        options.normal = normal?.names ?? options.normal
        options.quantile = quantile ?? options.quantile
        return options
    }

    var challenge: ScoringRules? {
        guard let rules, let year else { return nil }
        return ScoringRules(rules, year: year)
    }
}

/// Names or values with commas between them.
struct FieldList: ExpressibleByArgument {
    let names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if names.contains("") || Set(names).count != names.count { return nil }
    }
}

extension Metric: ExpressibleByArgument {}
extension Aggregate: ExpressibleByArgument {}
extension ScoringRules.Rules: ExpressibleByArgument {}
