import EchoOpenCL
import Synchronization

/// The commands of one device, until they have run and can be written to a trace.
final class DeviceTrace: Sendable {
    private let name: String
    private let state = Mutex(State())

    private struct State {
        var clock: DeviceClock?
        var commands: [Command] = []
    }

    init(name: String) { self.name = name }

    /// Takes a command that was queued.
    func add(_ command: Command) { state.withLock { $0.commands.append(command) } }

    /// Sets the clock by which the commands are timed; those before are left out.
    func start(_ clock: DeviceClock) {
        state.withLock { state in
            state.clock = clock
            state.commands = []
        }
    }

    /// Writes the commands that have run to `trace`; the others stay.
    func collect(into trace: Trace) {
        let (clock, commands) = state.withLock { state in
            defer { state.commands = [] }
            return (state.clock, state.commands)
        }
        guard let clock else { return }
        var waiting: [Command] = []
        for command in commands {
            guard let profile = command.event.profile else {
                if command.event.isPending { waiting.append(command) }
                continue
            }
            trace.record(
                command.name, command.kind == .kernel ? .kernel : .transfer,
                clock.instant(profile.started), clock.instant(profile.ended), process: name,
                row: command.queue, command.byteCount.map { .init(bytes: $0) })
        }
        state.withLock { $0.commands = waiting + $0.commands }
    }
}
