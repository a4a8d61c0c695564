import EchoStore
import FoundationEssentials
import Glibc
import Synchronization

/// Where the time of an extraction goes, written as it passes: a JSON array of the trace event
/// format, which ui.perfetto.dev and chrome://tracing open, even where its end is missing.
///
/// Threads are rows of the process `echo-gpu`, the queues of each device rows of a process of its
/// name. Times are the host's; those of devices are set by it.
package final class Trace: Sendable {
    typealias Arguments = TraceEvent.Arguments

    /// Kinds of spans.
    enum Category: String {
        case recording, decode, batch, kernel, transfer, write
    }

    /// The row of what a thread records.
    @TaskLocal static var row = "main"

    private static let host = "echo-gpu"
    private let path: String
    private let start = ContinuousClock.now
    private let devices = Mutex<[DeviceTrace]>([])
    private let state: Mutex<State>

    private struct State {
        var descriptor: Int32
        var isEmpty = true
        var text = Data()
        /// The numbers of processes, and of the rows of each, by name.
        var processes: [String: Int] = [:]
        var rows: [[String]: Int] = [:]
        /// Why nothing more is written; nil if all is well.
        var failure: EchoError?
    }

    /// Begins a trace; a file that is there is replaced.
    ///
    /// - Throws: ``EchoError`` of kind `create` if the file cannot be created.
    package init(path: String) throws(EchoError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw EchoError(StoreError(path: path, .system(.create, errno)))
        }
        self.path = path
        state = Mutex(State(descriptor: descriptor))
    }

    /// Puts a span from `start` to `end` on the row of this thread.
    func record(
        _ name: String, _ category: Category, since start: ContinuousClock.Instant,
        until end: ContinuousClock.Instant = .now, row: String? = nil,
        _ arguments: Arguments? = nil
    ) {
        record(
            name, category, start, end, process: Self.host,
            row: row ?? Self.row, arguments)
    }

    /// Puts a span on a row of a process.
    func record(
        _ name: String, _ category: Category, _ start: ContinuousClock.Instant,
        _ end: ContinuousClock.Instant, process: String, row: String, _ arguments: Arguments?
    ) {
        state.withLock { state in
            let pid = number(process, in: &state)
            let tid = number(row, of: process, pid, in: &state)
            append(
                TraceEvent(
                    ph: "X", name: name, cat: category.rawValue,
                    ts: (start - self.start) / .microseconds(1),
                    dur: (end - start) / .microseconds(1), pid: pid, tid: tid, args: arguments),
                to: &state)
        }
    }

    /// Keeps the commands of a device for ``collect()``.
    func add(_ device: DeviceTrace) { devices.withLock { $0.append(device) } }

    /// Writes down the commands that devices have done since the last time.
    func collect() {
        for device in devices.withLock({ $0 }) { device.collect(into: self) }
    }

    /// Writes what is left and ends the trace; nothing is recorded any more.
    ///
    /// - Throws: ``EchoError`` of kind `write` if any of it could not be written.
    package func finish() throws(EchoError) {
        collect()
        let failure = state.withLock { state -> EchoError? in
            guard state.descriptor >= 0 else { return state.failure }
            state.text.append(contentsOf: Data((state.isEmpty ? "[]\n" : "\n]\n").utf8))
            write(&state)
            close(state.descriptor)
            state.descriptor = -1
            return state.failure
        }
        if let failure { throw failure }
    }

    /// The number of a process, named in the trace if it is new.
    private func number(_ process: String, in state: inout State) -> Int {
        if let number = state.processes[process] { return number }
        let number = state.processes.count + 1
        state.processes[process] = number
        append(
            TraceEvent(
                ph: "M", name: "process_name", pid: number, tid: 0, args: .init(name: process)),
            to: &state)
        return number
    }

    /// The number of a row, likewise.
    private func number(
        _ row: String, of process: String, _ pid: Int, in state: inout State
    ) -> Int {
        if let number = state.rows[[process, row]] { return number }
        let number = state.rows.count + 1
        state.rows[[process, row]] = number
        append(
            TraceEvent(ph: "M", name: "thread_name", pid: pid, tid: number, args: .init(name: row)),
            to: &state)
        return number
    }

    private func append(_ event: TraceEvent, to state: inout State) {
        guard state.descriptor >= 0, state.failure == nil,
            // Its numbers are finite: it cannot fail.
            let line = try? JSONEncoder().encode(event)
        else { return }
        state.text.append(contentsOf: Data((state.isEmpty ? "[\n" : ",\n").utf8))
        state.isEmpty = false
        state.text.append(line)
        if state.text.count > 1 << 16 { write(&state) }
    }

    private func write(_ state: inout State) {
        guard state.failure == nil else { return }
        do {
            try state.text.withUnsafeBytes {
                try AtomicFile.write($0, to: state.descriptor, path: path)
            }
        } catch {
            state.failure = EchoError(error)
        }
        state.text.removeAll()
    }
}
