import EchoFormats
import EchoScore
import EchoStore
import Logging

/// `echo-gpu score`: reads or embeds recordings, compares them, and writes what came of it.
package struct ScoreRun {
    let request: ScoreRequest
    private let output: String?
    private let logger: Logger?
    let progress: (ScoreProgress) -> Void

    /// What came of it.
    package struct Outcome: Sendable {
        package let metrics: ScoreMetrics
        /// Recordings that could not be embedded now; those of folders failed in their own runs.
        package internal(set) var failedCount = 0

        init(metrics: ScoreMetrics) { self.metrics = metrics }
    }

    /// - Parameters:
    ///   - output: The folder for `scores.csv` and `metrics.json`; nil to write none.
    ///   - logger: Where to say which device was taken, and what failed.
    ///   - progress: Told often how far it is.
    package init(
        _ request: ScoreRequest, output: String?, logger: Logger? = nil,
        progress: @escaping (ScoreProgress) -> Void = { _ in }
    ) {
        (self.request, self.output) = (request, output)
        (self.logger, self.progress) = (logger, progress)
    }

    /// - Throws: ``EchoError``.
    package func run() throws(EchoError) -> Outcome {
        try EchoError.translating { try compare() }
    }

    private func compare() throws -> Outcome {
        let folder = try output.map { try ScoreFolder(path: $0) }
        var loader = try CatalogLoader(
            request, fields: ScorePlan.fields(request), logger: logger, progress: progress)
        let (bank, test) = try loader.load()
        var outcome = try outcome(bank: bank, test: test, folder)
        outcome.failedCount = loader.failedCount
        return outcome
    }

    private func outcome(
        bank: RowCatalog, test: RowCatalog, _ folder: ScoreFolder?
    ) throws -> Outcome {
        if let classes = request.classes {
            return try tell(classes, bank: bank, test: test, folder)
        }
        let plan = try ScorePlan(request, bank: bank, test: test)
        if let trend = request.trend { return try follow(trend, plan, folder) }
        try ScoreFigures.check(plan)
        let result = try ScorePass(plan: plan, finder: finder(), progress: progress).run()
        var metrics = metrics(plan)
        metrics.times = test.times.members
        metrics.warnings += plan.warnings + result.warnings + test.times.warnings
        try ScoreFigures(plan, result).add(to: &metrics)
        try folder?.write(
            metrics, nearestCount: request.options.nearestCount, rows: ScoreRows(plan, result).all)
        return Outcome(metrics: metrics)
    }

    func finder() -> any NearestFinder {
        ScoreFinder(device: request.embedding.device, logger: logger)
    }

    /// Classes in place of scores.
    private func tell(
        _ classes: ScoreRequest.ClassRequest, bank: RowCatalog, test: RowCatalog,
        _ folder: ScoreFolder?
    ) throws -> Outcome {
        try ScorePlan.requireFields(request, bank: bank, test: test)
        let pass = try ClassPass(request, classes, bank: bank, test: test)
        let result = try pass.run(finder(), progress: progress)
        var settings = settings(bank)
        (settings.metric, settings.k) = (Metric.euclidean.rawValue, classes.k)
        var counts = ScoreMetrics.Counts(
            bank: request.findsItsBank ? 0 : pass.bankCount, test: result.rows.count)
        (counts.bankFailed, counts.testFailed) = (bank.failedCount, test.failedCount)
        var metrics = ScoreMetrics(settings: settings, counts: counts)
        metrics.classification = result.metrics
        metrics.warnings = result.warnings + test.warnings
        if !ScorePlan.isOneCatalog(request) { metrics.warnings += bank.warnings }
        try folder?.write(
            metrics, table: ClassTable.fileName,
            header: ClassTable.header(neighbourCount: classes.k),
            lines: result.rows.lazy.map { ClassTable.line($0, neighbourCount: classes.k) })
        return Outcome(metrics: metrics)
    }

    /// What was asked for, and how much there is.
    func metrics(_ plan: ScorePlan) -> ScoreMetrics {
        var settings = settings(plan.bank.catalog)
        settings.groupBy = plan.rules.bank.fields
        (settings.domain, settings.labels) = (plan.rules.bank.domain, plan.labels)
        (settings.normal, settings.quantile) = (request.options.normal, request.options.quantile)
        settings.protocol = request.challenge?.challenge?.rules.rawValue
        settings.year = request.challenge?.challenge?.year
        var counts = ScoreMetrics.Counts(bank: plan.bank.rows.count, test: plan.test.rows.count)
        counts.bankFailed = plan.bank.catalog.failedCount
        counts.testFailed = plan.test.catalog.failedCount
        (counts.bankLeftOut, counts.testLeftOut) = (plan.bank.leftOutCount, plan.test.leftOutCount)
        return ScoreMetrics(settings: settings, counts: counts)
    }

    private func settings(_ bank: RowCatalog) -> ScoreMetrics.Settings {
        let options = request.options
        var settings = ScoreMetrics.Settings(
            version: Echo.version, bank: request.findsItsBank ? [] : request.bank.inputs,
            test: request.test.inputs, metric: options.metric.rawValue,
            aggregate: options.aggregate.rawValue, k: options.k)
        settings.bankWhere = request.bank.conditions.map(\.description)
        settings.testWhere = request.test.conditions.map(\.description)
        (settings.pattern, settings.time) = (request.pattern, request.time.text)
        settings.fieldsFrom = request.tables.isEmpty ? nil : request.tables
        settings.loocv = request.leavesOneOut ? true : nil
        settings.nearest = request.classes == nil ? options.nearestCount : nil
        settings.model = bank.runs.first?.model
        settings.weightsSHA256 = bank.runs.first?.weightsSHA256
        return settings
    }
}
