import EchoScore
import Testing

@Suite(.timeLimit(.minutes(20)))
struct EvaluationTests {
    private func clip(
        _ id: String, _ fields: [String: String], _ isAnomalous: Bool?, _ score: Double = 0
    ) -> ScoredClip {
        ScoredClip(id: id, fields: fields, isAnomalous: isAnomalous, score: score)
    }

    private func challenge(_ rules: ScoringRules.Rules, _ year: Int) throws -> ScoringRules {
        try #require(ScoringRules(rules, year: year))
    }

    /// Fields of a test clip.
    private func fan(_ domain: String, set: String? = nil) -> [String: String] {
        var fields = ["machine": "fan", "section": "section_00", "domain": domain]
        fields["set"] = set
        return fields
    }

    @Test func aGroupOfOneClassIsNamedOrCountsNothing() throws {
        let clips = [
            clip("a", fan("source"), false), clip("b", fan("source"), true, 1),
            clip("c", fan("target"), true, 2),
        ]
        let error = EvaluationError.group(
            "fan/section_00/target", .oneClass(isAnomalous: true, count: 1))
        #expect(throws: error) {
            try Evaluation(of: clips, by: try challenge(.dcase, 2021).figures)
        }
        // From 2022 on both domains' anomalies count, and no normal clip is left.
        #expect(
            throws: EvaluationError.group(
                "fan/section_00/target", .oneClass(isAnomalous: true, count: 2))
        ) {
            try Evaluation(of: clips, by: try challenge(.dcase, 2022).figures)
        }
        let siren = try Evaluation(of: clips, by: try challenge(.siren, 2021).figures)
        #expect(siren.figures.map(\.value) == [1, 0, 1, 0])
        #expect(siren.figures.map(\.normalCount) == [1, 0, 1, 0])
        #expect(try #require(siren.year.all) < 1e-15)
    }

    @Test func aDomainWithoutAnomaliesIsJudgedByTheOthers() throws {
        let clips = [
            clip("a", fan("source"), false, 0), clip("b", fan("source"), true, 1),
            clip("c", fan("target"), false, 2),
        ]
        let evaluation = try Evaluation(of: clips, by: try challenge(.dcase, 2023).figures)
        #expect(
            evaluation.figures.map(\.group.name).sorted() == [
                "fan/section_00", "fan/section_00/source", "fan/section_00/target",
            ])
        #expect(evaluation.figures.map(\.value).prefix(2) == [1, 0])
    }

    @Test func noRecordingsGiveNoFigures() throws {
        let evaluation = try Evaluation(of: [], by: try challenge(.siren, 2020).figures)
        #expect(evaluation.figures.isEmpty)
        #expect(evaluation.year.all == nil)
    }

    @Test func scoresThatAreNoNumbersAreNamed() throws {
        let clips = [clip("a", fan("source"), false), clip("b", fan("source"), true, .nan)]
        for rules in ScoringRules.Rules.allCases {
            #expect(throws: EvaluationError.notFinite(id: "b")) {
                try Evaluation(of: clips, by: try challenge(rules, 2021).figures)
            }
        }
    }

    @Test func aSetWithoutLabelsIsLeftOutAndCounted() throws {
        let clips = [
            clip("a", fan("source", set: "development"), false),
            clip("b", fan("source", set: "development"), true, 1),
            clip("c", fan("source", set: "evaluation"), nil),
        ]
        let rules = try challenge(.dcase, 2021)
        let evaluation = try Evaluation(of: clips, by: rules.figures)
        #expect(evaluation.unlabelled == ["evaluation": 1])
        #expect(evaluation.sets.map(\.group.name) == ["development"])
        #expect(evaluation.sets.map(\.means.all) == [1])
        // The challenge's year is that of its evaluation set.
        #expect(evaluation.year.all == nil)
        #expect(throws: EvaluationError.partlyLabelled(with: "a", without: "d", count: 1)) {
            let more = [clip("d", fan("target", set: "development"), nil)]
            return try Evaluation(of: clips + more, by: rules.figures)
        }
    }

    @Test func recordingsThatSayNoSetMakeTheYear() throws {
        let clips = [clip("a", fan("source"), false), clip("b", fan("source"), true, 1)]
        for rules in ScoringRules.Rules.allCases {
            let evaluation = try Evaluation(of: clips, by: try challenge(rules, 2021).figures)
            #expect(evaluation.year.all == 1)
            #expect(evaluation.sets.isEmpty)
            #expect(evaluation.machines.map(\.group.name) == ["fan"])
        }
    }

    @Test func aFieldThatIsMissingIsNamedWithThoseThatAreThere() throws {
        let clips = [clip("a", ["machine": "fan", "section": "section_00"], false)]
        let error = FieldError.missing(
            field: "domain", id: "a", present: ["machine", "section"])
        #expect(throws: EvaluationError.field(error)) {
            try Evaluation(of: clips, by: try challenge(.siren, 2022).figures)
        }
    }

    @Test func theUsersOwnGroups() throws {
        let rules = ScoringRules(groupBy: ["pump"], domain: nil)
        #expect(rules.challenge == nil)
        #expect(try rules.use(of: [:], id: "a") == nil)
        let clips = [
            clip("a", ["pump": "1"], false), clip("b", ["pump": "1"], true, 1),
            clip("c", ["pump": "2"], false, 3), clip("d", ["pump": "2"], true, 2),
        ]
        let evaluation = try Evaluation(of: clips, by: rules.figures)
        #expect(evaluation.figures.map(\.value).prefix(2) == [1, 0])
        #expect(evaluation.machines.isEmpty)
        #expect(evaluation.year.auc == 0.5)
        let all = try Evaluation(of: clips, by: ScoringRules(groupBy: [], domain: nil).figures)
        #expect(all.figures.map(\.value)[0] == 0.5)
    }

    @Test func whatARecordingIsGoodFor() throws {
        let rules = try challenge(.dcase, 2025)
        func use(_ path: String) throws -> ScoringRules.Use? {
            var reader = FieldReader()
            return try rules.use(of: try reader.fields(id: path, path: path), id: path)
        }
        #expect(try use("fan/train/section_00_source_train_normal_0000.wav") == .bank)
        #expect(try use("fan/test/section_00_0000.wav") == .test)
        #expect(
            try use("fan/supplemental/section_00_noise_supplemental_0001.wav")
                == ScoringRules.Use.none("recordings of the split supplemental"))
        #expect(throws: FieldError.self) { try use("fan/section_00_0000.wav") }
        #expect(
            throws: FieldError.otherYear(
                id: "fan/test/id_00_00000000.wav", section: "id_00", year: 2025)
        ) { try use("fan/test/id_00_00000000.wav") }
    }

    @Test(arguments: [2019, 2026, 0])
    func otherYearsHaveNoRules(_ year: Int) {
        #expect(ScoringRules(.dcase, year: year) == nil)
    }

    @Test func banksAreOfOneSetMachineAndSection() throws {
        let rules = try challenge(.siren, 2024)
        let key = try rules.bank.bank(of: fan("source", set: "development"), id: "a")
        #expect(key.name == "development/fan/section_00")
        #expect(try rules.bank.bank(of: fan("target", set: "development"), id: "b") == key)
        #expect(try rules.bank.bank(of: fan("target"), id: "b") != key)
        #expect(try rules.bank.part(of: fan("target"), id: "b") == "target")
        #expect(rules.bank.score([0.5, 0.25]) == 0.25)
        #expect(rules.bank.score([]) == nil)
    }
}
