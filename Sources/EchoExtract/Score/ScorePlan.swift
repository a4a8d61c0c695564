import EchoFormats
import EchoScore
import Glibc

/// What is scored against what, settled before anything is compared: rows, groups and labels.
struct ScorePlan {
    let request: ScoreRequest
    let rules: ScoringRules
    let bank: RowSelection
    let test: RowSelection
    let groups: RowGroups
    /// The field that tells what is normal; nil if none does.
    let labels: String?
    private(set) var warnings: [String] = []

    var isOneCatalog: Bool { Self.isOneCatalog(request) }

    /// Whether bank and test are the same folders or recordings.
    static func isOneCatalog(_ request: ScoreRequest) -> Bool {
        request.findsItsBank
            || request.bank.inputs.map(place) == request.test.inputs.map(place)
    }

    /// What a path leads to, however it is written; a pattern as it is.
    private static func place(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Fields of recordings that a request has a use for.
    static func fields(_ request: ScoreRequest) -> Set<String> {
        let own = [FieldName.sampleRate, FieldName.channel]
        let conditions = (request.bank.conditions + request.test.conditions).map(\.field)
        var fields = Set(own + conditions + asked(request).map(\.field))
        if let challenge = request.challenge {
            fields.formUnion(challenge.bank.fields + challenge.figures.aucFields)
            fields.formUnion([FieldName.split, FieldName.label, FieldName.domain])
        }
        return fields
    }

    /// Fields that options name.
    private static func asked(_ request: ScoreRequest) -> [(option: String, field: String)] {
        let options = request.options
        return options.groupBy.map { ("--group-by", $0) }
            + [
                ("--domain", options.domain), ("--labels", options.labels),
                ("--classify", request.classes?.field),
            ].compactMap { option, field in field.map { (option, $0) } }
    }

    init(_ request: ScoreRequest, bank: RowCatalog, test: RowCatalog) throws {
        self.request = request
        try Self.requireFields(request, bank: bank, test: test)
        rules = try Self.rules(request, bank: bank, test: test, &warnings)
        labels = request.challenge == nil ? request.options.labels : FieldName.label
        (self.bank, self.test) = try Self.select(request, rules, labels, bank, test)
        groups = try RowGroups(bank: self.bank, test: self.test, by: rules.bank)
        warnings += [self.bank.warning("bank"), self.test.warning("test")].compactMap { $0 }
        warnings += groups.warnings + bank.warnings
        if !isOneCatalog { warnings += test.warnings }
        try requireNoOverlap()
    }

    /// - Throws: ``EchoError`` for a field that no recording has, with those that there are.
    static func requireFields(
        _ request: ScoreRequest, bank: RowCatalog, test: RowCatalog
    ) throws(EchoError) {
        func require(_ option: String, _ field: String, _ catalog: RowCatalog) throws(EchoError) {
            if catalog.fieldNames.contains(field) { return }
            let known = catalog.fieldNames.sorted().map { shown($0) }.joined(separator: ", ")
            throw EchoError(
                .usage,
                "\(option) \(field): no recording of \(catalog.places.joined(separator: " ")) has such a field. "
                    + "There are \(known). --pattern or --fields-from gives others.")
        }
        for (option, field) in asked(request) {
            try require(option, field, test)
            if option == "--group-by" { try require(option, field, bank) }
        }
        for condition in request.bank.conditions {
            try require("--bank-where", condition.field, bank)
        }
        for condition in request.test.conditions {
            try require("--test-where", condition.field, test)
        }
    }

    /// The rules, in which channels that were embedded one by one have banks of their own.
    private static func rules(
        _ request: ScoreRequest, bank: RowCatalog, test: RowCatalog, _ warnings: inout [String]
    ) throws(EchoError) -> ScoringRules {
        let groupBy = request.options.groupBy
        let hasChannels = [bank, test].contains { $0.fieldNames.contains(FieldName.channel) }
        if let challenge = request.challenge {
            if hasChannels {
                throw EchoError(
                    .usage,
                    "--protocol compares one embedding of each recording, and these have one for each channel: "
                        + "embed them with --channels mean.")
            }
            return challenge
        }
        let own = hasChannels && !groupBy.contains(FieldName.channel) ? [FieldName.channel] : []
        return ScoringRules(groupBy: groupBy + own, domain: request.options.domain)
    }

    // MARK: Rows

    private static func select(
        _ request: ScoreRequest, _ rules: ScoringRules, _ labels: String?, _ bank: RowCatalog,
        _ test: RowCatalog
    ) throws -> (bank: RowSelection, test: RowSelection) {
        let meaning = LabelMeaning(normal: request.options.normal)
        let bankConditions =
            request.findsItsBank ? request.test.conditions : request.bank.conditions
        let bankRows = try RowSelection(bank) { fields, row in
            guard bankConditions.hold(fields) else { return RowSelection.unwanted }
            switch try rules.use(of: fields, id: bank.id(of: row)) {
            case .bank: return nil
            case .test: return RowSelection.unwanted
            case .some(.none(let reason)): return reason
            case nil:
                guard let label = labels.flatMap({ fields[$0] }),
                    try meaning.isAnomalous(label, of: bank.id(of: row))
                else { return nil }
                return "that are anomalous by their label"
            }
        }
        let testRows = try RowSelection(test) { fields, row in
            guard request.test.conditions.hold(fields) else { return RowSelection.unwanted }
            switch try rules.use(of: fields, id: test.id(of: row)) {
            case .test, nil: return nil
            case .bank: return RowSelection.unwanted
            case .some(.none(let reason)): return reason
            }
        }
        try requireRows(bankRows, "bank", bankConditions)
        try requireRows(testRows, "test", request.test.conditions)
        return (bankRows, testRows)
    }

    private static func requireRows(
        _ selection: RowSelection, _ side: String, _ conditions: [FieldCondition]
    ) throws(EchoError) {
        guard selection.rows.isEmpty else { return }
        let catalog = selection.catalog
        var text = "none of \(catalog.rowCount.counted("recording")) of "
        text += "\(catalog.places.joined(separator: " ")) is left for the \(side)"
        for field in Set(conditions.map(\.field)).sorted() {
            let values = Set(catalog.fieldSets.compactMap { $0[field] }).sorted()
            text += "; \(field) is " + values.prefix(10).map { shown($0) }.joined(separator: ", ")
            if values.count > 10 { text += ", ... (\(values.count) values)" }
        }
        throw EchoError(.usage, text + ". Check --\(side)-where, the labels and the names.")
    }

    /// In one folder each recording is on one side: else it would be its own nearest.
    private func requireNoOverlap() throws(EchoError) {
        guard isOneCatalog, !request.findsItsBank else { return }
        let both = Set(bank.rows).intersection(test.rows)
        guard let first = both.min() else { return }
        throw EchoError(
            .usage,
            "\(both.count.counted("recording")) \(both.count == 1 ? "is" : "are") in the bank and in the test, "
                + "such as \(bank.catalog.id(of: first)): each would "
                + "be its own nearest. Part them, as with --bank-where split=train --test-where split=test; or leave "
                + "--bank out and hold each against the others with --loocv.")
    }

    // MARK: Labels

    /// A row of the test as figures ask for it.
    ///
    /// - Throws: `FieldError` for a label that means nothing.
    func clip(_ place: Int, score: Double) throws(FieldError) -> ScoredClip {
        let row = test.rows[place]
        let (fields, id) = (test.catalog.fields(of: row), test.catalog.id(of: row))
        return ScoredClip(
            id: id, fields: fields, isAnomalous: try isAnomalous(fields, id), score: score)
    }

    /// Nil if nobody tells.
    func isAnomalous(_ fields: [String: String], _ id: String) throws(FieldError) -> Bool? {
        guard let label = labels.flatMap({ fields[$0] }) else { return nil }
        return try LabelMeaning(normal: request.options.normal).isAnomalous(label, of: id)
    }
}
