import EchoScore
import EchoStore
import Testing

/// All six years of the challenge, as SIREN scores and judges them and as the official evaluators judge them.
@Suite(.timeLimit(.minutes(20)))
struct SirenChallengeTests {
    /// SIREN computes scores in float32: norms, products and sums of eight values, and 1 minus a cosine near 1. Each step
    /// rounds by up to 6e-8; 2.3e-7 was the most seen (2020).
    private let tolerance = 3e-7

    @Test(arguments: SirenFixture.years)
    func scoresAreThoseOfSiren(_ fixture: SirenFixture) throws {
        let clips = try scored(fixture)
        let expected = zip(fixture.paths, try #require(fixture.scores)).filter { $0.1 != nil }
        #expect(clips.map(\.id).sorted() == expected.map(\.0).sorted())
        let scores = Dictionary(uniqueKeysWithValues: expected)
        for clip in clips {
            let score = try #require(scores[clip.id] ?? nil)
            #expect(abs(clip.score - score) <= tolerance, "\(clip.id)")
        }
    }

    @Test(arguments: SirenFixture.years)
    func figuresAreThoseOfSiren(_ fixture: SirenFixture) throws {
        let rules = try #require(ScoringRules(.siren, year: fixture.year))
        for clips in [try scored(fixture), try withScoresOfSiren(fixture)] {
            let evaluation = try Evaluation(of: clips, by: rules.figures)
            let expected = try #require(fixture.metrics)
            var found = named(evaluation)
            found["overall/Overall Year"] = evaluation.year.all
            for part in evaluation.sets {
                let title = part.group.name == "development" ? "Dev" : "Eval"
                found["overall/\(title) Overall"] = part.means.all
            }
            #expect(found.keys.sorted() == expected.keys.sorted())
            for (name, value) in expected {
                #expect(abs((found[name] ?? -1) - value) < 1e-12, "\(name)")
            }
        }
    }

    @Test(arguments: SirenFixture.years)
    func figuresAreThoseOfTheOfficialEvaluators(_ fixture: SirenFixture) throws {
        let official = SirenFixture.decoded("official.json", as: [String: [String: Double]].self)
        let rules = try #require(ScoringRules(.dcase, year: fixture.year))
        let evaluation = try Evaluation(of: try withScoresOfSiren(fixture), by: rules.figures)
        var found: [String: Double] = [:]
        for (name, value) in named(evaluation) where name.hasPrefix("eval/") {
            found[String(name.dropFirst("eval/".count))] = value
        }
        if fixture.year == 2020 {
            // The evaluator has no figure of the year, but means by machine.
            for part in evaluation.machines where part.group.name.hasPrefix("evaluation/") {
                let machine = try #require(part.group[FieldName.machine])
                (found["AUC/\(machine)"], found["pAUC/\(machine)"]) = (
                    part.means.auc, part.means.partialAUC
                )
            }
        } else {
            found["official"] = evaluation.year.all
        }
        let expected = try #require(official[fixture.name])
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (name, value) in expected {
            #expect(abs((found[name] ?? -1) - value) < 1e-12, "\(name)")
        }
    }

    @Test func thePooledAnomaliesMakeADifference() throws {
        // Else the test above would pass with SIREN's groups.
        let fixture = try #require(SirenFixture.years.first { $0.year == 2023 })
        let clips = try withScoresOfSiren(fixture)
        let figures = try [ScoringRules.Rules.siren, .dcase].map { rules in
            let rules = try #require(ScoringRules(rules, year: 2023))
            return named(try Evaluation(of: clips, by: rules.figures))
        }
        #expect(figures[0].keys == figures[1].keys)
        #expect(figures[0] != figures[1])
    }

    /// Figures by SIREN's names: `dev/AUC/fan_section_00_source`.
    private func named(_ evaluation: Evaluation) -> [String: Double] {
        var found: [String: Double] = [:]
        for figure in evaluation.figures {
            let part = figure.group[FieldName.set] == "development" ? "dev" : "eval"
            let group = figure.group.without(FieldName.set).fields.map(\.value).joined(
                separator: "_")
            found["\(part)/\(figure.kind == .auc ? "AUC" : "pAUC")/\(group)"] = figure.value
        }
        return found
    }

    /// The test clips with the scores that SIREN gave them.
    private func withScoresOfSiren(_ fixture: SirenFixture) throws -> [ScoredClip] {
        let scores = Dictionary(
            uniqueKeysWithValues: zip(fixture.paths, try #require(fixture.scores)))
        return try scored(fixture).map { clip in
            ScoredClip(
                id: clip.id, fields: clip.fields, isAnomalous: clip.isAnomalous,
                score: try #require(scores[clip.id] ?? nil))
        }
    }

    /// The test clips, scored here from names, labels and embeddings.
    private func scored(_ fixture: SirenFixture) throws -> [ScoredClip] {
        let rules = try #require(ScoringRules(.siren, year: fixture.year))
        let list = try FieldTable(
            Array(try #require(fixture.list).utf8),
            path: "eval_data_list_\(fixture.year)_converted.csv")
        var reader = FieldReader(tables: [list])
        let fields = try fixture.paths.map { try reader.fields(id: $0, path: "/data/\($0)") }
        let rows = try fixture.rows
        var banks: [GroupKey: [String?: [Int]]] = [:]
        var tests: [Int] = []
        for (row, path) in fixture.paths.enumerated() {
            switch try rules.use(of: fields[row], id: path) {
            case .bank?:
                let bank = try rules.bank.bank(of: fields[row], id: path)
                let part = try rules.bank.part(of: fields[row], id: path)
                banks[bank, default: [:]][part, default: []].append(row)
            case .test?: tests.append(row)
            default: Issue.record("\(path) is neither")
            }
        }
        return try tests.map { row in
            let (id, fields) = (fixture.paths[row], fields[row])
            let parts = try #require(banks[try rules.bank.bank(of: fields, id: id)])
            #expect(parts.count == (fixture.year == 2020 ? 1 : 2))
            let distances = try parts.values.map { bank in
                try ExactNearest().nearest(
                    1, to: rows.rows([row]), in: rows.rows(bank), by: .cosine, excluding: [])[0][0]
                    .distance
            }
            return ScoredClip(
                id: id, fields: fields,
                isAnomalous: try LabelMeaning().isAnomalous(
                    try #require(fields[FieldName.label]), of: id),
                score: try #require(rules.bank.score(distances)))
        }
    }
}

extension RowsInMemory {
    /// The rows with these numbers.
    func rows(_ numbers: [Int]) -> RowsInMemory {
        RowsInMemory(numbers.flatMap { values[$0 * width..<($0 + 1) * width] }, width: width)
    }
}
