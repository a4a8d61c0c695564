import EchoExtract
import EchoFormats
import FoundationEssentials
import Synchronization

/// Shows how far `extract` is, from its beginning to its end: as a bar, as lines, as JSON, and in a file of metrics.
///
/// A thread of its own looks once a second, so that it moves too while one long file is embedded, a model is
/// fetched or kernels are compiled; the work itself is not held up.
final class ExtractionReport: Sendable {
    private struct State {
        var step = ExtractionState.Step.finding
        var exitStatus: Int32?
        var lastLine: ContinuousClock.Instant
        var lastMetrics: ContinuousClock.Instant
        var hasShownLine = false
        var isShown = true
        var ticker: Ticker?
    }

    private static let metricsPause = Duration.seconds(5)

    /// Counts what the extraction does.
    let meter = ProgressMeter()
    private let style: ProgressOptions.Style
    private let run: MetricsText.Run
    private let metrics: MetricsFile?
    private let console = Console.standard
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    /// Begins: with the metrics file, which must be writable before any work is done.
    ///
    /// - Throws: ``EchoError`` of kind `create` if that cannot be written, of kind `system` if there is no
    ///   thread.
    init(_ options: ProgressOptions, isQuiet: Bool, _ run: MetricsText.Run) throws(EchoError) {
        style = Self.style(options.progress, isQuiet: isQuiet, console)
        self.run = run
        metrics = options.metricsFile.map { MetricsFile(path: $0) }
        state = Mutex(State(lastLine: start, lastMetrics: start))
        try metrics?.write(metricsText(look()))
        let ticker = try Ticker(
            { [weak self] in self?.tick() }, leave: { [weak self] in self?.leave() })
        state.withLock { $0.ticker = ticker }
        tick()
    }

    private static func style(
        _ asked: ProgressOptions.Style, isQuiet: Bool, _ console: Console
    ) -> ProgressOptions.Style {
        guard asked == .auto else { return asked }
        return isQuiet ? .none : console.isTerminal ? .bar : .plain
    }

    /// What goes on now, before there is an extraction or when it begins.
    func begin(_ step: ExtractionState.Step) { state.withLock { $0.step = step } }

    /// The model is being fetched.
    func show(_ download: ModelHub.Progress) {
        let log = ConsoleLogHandler.logger()
        if download.isWaiting {
            log.notice("waiting for another process that fetches \(download.file)")
        } else if download.receivedByteCount == download.totalByteCount {
            log.notice("fetched \(download.file)")
            begin(.opening)
        } else {
            begin(.fetching(download))
        }
    }

    /// The bar is gone, and does not come back: what follows is printed in its place. Lines have their last one.
    func endBar() {
        let isLineDue = state.withLock { state in
            console.draw(bar: "")
            defer { (state.isShown, state.hasShownLine) = (false, false) }
            return state.hasShownLine
        }
        if style == .plain, isLineDue { writeLine(look()) }
    }

    /// The command ends with this status: the last object, the last line and the last metrics say so.
    func end(_ status: Int32) {
        endBar()
        // Until now: what comes meanwhile, such as a signal, is still taken care of.
        state.withLock { $0.ticker.take() }?.end()
        finish(status)
    }

    /// A signal ends the process, on the ticker's thread.
    private func leave() { finish(ExitStatus.stopped.rawValue) }

    private func finish(_ status: Int32) {
        let (isFirst, hasShownLine) = state.withLock { state in
            defer { state.exitStatus = status }
            return (state.exitStatus == nil, state.hasShownLine)
        }
        guard isFirst else { return }
        let now = look()
        if style == .json { console.line(ExtractionJSON.object(now).text) }
        if style == .plain, hasShownLine { writeLine(now) }
        metrics?.rewrite(metricsText(now))
    }

    private func tick() {
        let now = ContinuousClock.now
        let (isLineDue, areMetricsDue) = state.withLock { state in
            let isLineDue = state.isShown && now - state.lastLine >= ProgressLine.pause
            let areMetricsDue = now - state.lastMetrics >= Self.metricsPause
            if isLineDue { (state.lastLine, state.hasShownLine) = (now, true) }
            if areMetricsDue { state.lastMetrics = now }
            return (isLineDue, areMetricsDue)
        }
        let look = look()
        switch style {
        case .none, .auto: break
        case .bar: draw(ExtractionLine.line(look))
        case .plain: if isLineDue { writeLine(look) }
        case .json: console.line(ExtractionJSON.object(look).text)
        }
        if areMetricsDue { metrics?.rewrite(metricsText(look)) }
    }

    private func draw(_ line: FittedLine) {
        state.withLock { state in
            if state.isShown { console.draw(bar: line.text(columns: console.columns - 1)) }
        }
    }

    private func writeLine(_ state: ExtractionState) {
        CommandLog.standard.write(
            LogMessage(
                level: .notice, ExtractionLine.line(state).whole, ["phase": "\(state.phase)"]))
    }

    private func metricsText(_ state: ExtractionState) -> String {
        MetricsText.text(state, run, now: Date.now.timeIntervalSince1970)
    }

    private func look() -> ExtractionState {
        let (step, status) = state.withLock { ($0.step, $0.exitStatus) }
        var look = ExtractionState()
        (look.step, look.exitStatus) = (step, status)
        look.progress = meter.now
        look.isCompiling = Echo.isCompiling
        look.seconds = (ContinuousClock.now - start) / .seconds(1)
        return look
    }
}
