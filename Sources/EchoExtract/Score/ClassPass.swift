import EchoFormats
import EchoScore
import EchoStore

/// Tells the classes of recordings by their nearest neighbours.
struct ClassPass {
    private let request: ScoreRequest
    private let classes: ScoreRequest.ClassRequest
    private let test: ClassRows
    private let bank: ClassRows
    private let names: Classes

    var bankCount: Int { bank.ids.count }

    /// What came of it.
    struct Result {
        let metrics: ScoreMetrics.Classification
        let rows: [ClassTable.Row]
        let warnings: [String]
    }

    /// - Throws: ``EchoError`` if there is nothing to tell classes from.
    init(
        _ request: ScoreRequest, _ classes: ScoreRequest.ClassRequest, bank: RowCatalog,
        test: RowCatalog
    ) throws {
        (self.request, self.classes) = (request, classes)
        let isOne = request.findsItsBank
        self.test = try ClassRows(test, classes.field, request.test.conditions, "test")
        self.bank =
            isOne
            ? self.test : try ClassRows(bank, classes.field, request.bank.conditions, "bank")
        names = Classes(self.test.labels + self.bank.labels)
        guard self.test.rows.isLike(self.bank.rows) else {
            throw EchoError(
                .data,
                "bank and test have other channels or rates: \(self.bank.shape), and \(self.test.shape). "
                    + "Embed both alike, or with --resample.")
        }
        if !isOne, request.bank.inputs == request.test.inputs {
            let both = Set(self.bank.numbers).intersection(self.test.numbers)
            if let first = both.min() {
                throw EchoError(
                    .usage,
                    "\(both.count.counted("recording")) \(both.count == 1 ? "is" : "are") in the bank and in the "
                        + "test, such as \(test.id(of: first)): part them "
                        + "with --bank-where and --test-where, or use --loocv.")
            }
        }
        if case .folds(let count) = classes.split, count > self.test.ids.count {
            throw EchoError(
                .usage,
                "--folds \(count): no more than \(self.test.ids.count.counted("recording")) with a class. Give a "
                    + "smaller number, or take --loocv.")
        }
        if isOne, self.test.ids.count < 2 {
            throw EchoError(
                .data,
                "there is one recording: none is left to tell its class from. Add others to --test."
            )
        }
    }

    func run(_ finder: any NearestFinder, progress: (ScoreProgress) -> Void) throws -> Result {
        progress(ScoreProgress(.classifying, 0, test.ids.count))
        let classifier = Classifier(k: classes.k, channels: classes.channels, finder: finder)
        let truth = numbers(of: test)
        let known = names.counts(of: numbers(of: bank))
        var folds: [Int] = []
        let answers: [Classifier.Answer]
        var toLearnFrom = known
        switch classes.split {
        case .bank:
            answers = try classifier.classify(
                test.rows, by: bank.rows, classes: numbers(of: bank))
        case .leaveOneOut:
            answers = try classifier.leaveOneOut(test.rows, classes: truth)
            toLearnFrom = known.map { max(0, $0 - 1) }
        case .folds(let count):
            folds = StratifiedFolds.folds(labels: test.labels, ids: test.ids, count: count)
            answers = try classifier.crossValidate(test.rows, classes: truth, folds: folds)
            toLearnFrom = known.map { max(0, $0 - 1) }
        }
        let result = Classification(
            classes: names, truth: truth, answers: answers, known: toLearnFrom, k: classes.k,
            folds: folds)
        return Result(
            metrics: metrics(result), rows: rows(answers, folds),
            warnings: test.warnings + (request.findsItsBank ? [] : bank.warnings) + result.notes)
    }

    private func numbers(of rows: ClassRows) -> [Int] {
        rows.labels.map { names.number(of: $0) ?? 0 }
    }

    private func metrics(_ result: Classification) -> ScoreMetrics.Classification {
        let split =
            switch classes.split {
            case .leaveOneOut: "loocv"
            case .folds: "folds"
            case .bank: "bank"
            }
        var metrics = ScoreMetrics.Classification(
            field: classes.field, k: classes.k, split: split, result)
        if case .folds(let count) = classes.split { metrics.folds = count }
        metrics.unlabelled = test.unlabelledCount
        if test.rows.channels.count > 1 {
            metrics.channels = test.rows.channels.count
            metrics.fusion = classes.channels.rawValue
        }
        return metrics
    }

    private func rows(_ answers: [Classifier.Answer], _ folds: [Int]) -> [ClassTable.Row] {
        answers.enumerated().map { index, answer in
            var row = ClassTable.Row(
                id: test.ids[index], truth: test.labels[index],
                told: answer.found.map { names.names[$0] } ?? "",
                fold: folds.isEmpty ? nil : folds[index])
            row.neighbours = answer.neighbours.map {
                .init(id: bank.ids[$0.row], class: bank.labels[$0.row], distance: $0.distance)
            }
            return row
        }
    }
}

/// Recordings with their classes, and the embeddings of their channels, all in memory.
struct ClassRows {
    private(set) var ids: [String] = []
    private(set) var labels: [String] = []
    /// Rows of the catalog: the first channel of each recording.
    private(set) var numbers: [Int] = []
    let rows: ChannelRows
    private(set) var unlabelledCount = 0
    private(set) var warnings: [String] = []

    /// The shape of a recording's embeddings, in words.
    var shape: String {
        let channels = rows.channels
        return channels.count == 1
            ? "\(channels[0].width) values"
            : "\(channels.count) channels of \(channels.map { "\($0.width)" }.joined(separator: ", ")) values"
    }

    /// - Throws: ``EchoError`` if no recording has a class, or they differ in channels or width.
    init(
        _ catalog: RowCatalog, _ field: String, _ conditions: [FieldCondition], _ side: String
    ) throws {
        var byID: [String: [Int: Int]] = [:]
        var order: [String] = []
        for row in 0..<catalog.rowCount {
            let fields = catalog.fields(of: row)
            guard conditions.hold(fields) else { continue }
            guard fields[field] != nil else {
                unlabelledCount += 1
                continue
            }
            let id = catalog.id(of: row)
            if byID[id] == nil { order.append(id) }
            byID[id, default: [:]][catalog.channel(of: row) ?? 0] = row
        }
        guard let first = order.first, let channels = byID[first]?.keys.sorted() else {
            throw EchoError(
                .usage,
                "no recording of the \(side), \(catalog.places.joined(separator: " ")), has a class: a field "
                    + "\(field), as far as --\(side)-where leaves them.")
        }
        for id in order {
            let own = byID[id] ?? [:]
            guard own.keys.sorted() == channels else {
                throw EchoError(
                    .data,
                    "\(first) has \(channels.count) channels and \(id) has \(own.count): their distances cannot "
                        + "be fused. Embed with --channels mean.")
            }
            ids.append(id)
            numbers.append(own[channels[0]] ?? 0)
            labels.append(catalog.fields(of: own[channels[0]] ?? 0)[field] ?? "")
        }
        rows = ChannelRows(
            try channels.map { channel in
                let numbers = order.compactMap { byID[$0]?[channel] }
                try Self.requireOneWidth(numbers, of: catalog)
                return try catalog.embeddings(of: numbers)
            })
        if unlabelledCount > 0 {
            warnings.append(
                "left out of the \(side): \(unlabelledCount.counted("recording")) without \(field)")
        }
    }

    private static func requireOneWidth(
        _ rows: [Int], of catalog: RowCatalog
    ) throws(EchoError) {
        guard let first = rows.first,
            let other = rows.first(where: { catalog.width(of: $0) != catalog.width(of: first) })
        else { return }
        func rate(_ row: Int) -> String { catalog.fields(of: row)[FieldName.sampleRate] ?? "?" }
        let width = catalog.width(of: first)
        throw EchoError(
            .data,
            "\(catalog.id(of: first)) has \(rate(first)) Hz and \(catalog.id(of: other)) \(rate(other)) Hz, and "
                + "their embeddings have \(width) and \(catalog.width(of: other)) values, and no distance. Take "
                + "one width with --test-where \(FieldName.width)=\(width), or embed all with --resample and "
                + "--channels mean."
        )
    }
}
