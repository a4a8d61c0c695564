import EchoExtract
import EchoFormats
import FoundationEssentials

/// How far `extract` is, in Prometheus' text format (version 0.0.4), as node_exporter's textfile collector reads it:
/// without times of their own, each metric in one piece after its HELP and TYPE.
///
/// Every sample has the labels `output` and `shard`, since two files with the same labels are an error there.
struct MetricsText {
    /// What stays the same over a run.
    struct Run: Sendable {
        let output, shard, precision: String
        /// As it was asked for.
        let model: String
        /// Seconds since 1970.
        let start: Double
    }

    private enum Kind: String {
        case gauge, counter
    }

    private let run: Run
    private var text = ""

    static func text(_ state: ExtractionState, _ run: Run, now: Double) -> String {
        var metrics = MetricsText(run: run)
        metrics.addRun(state, now: now)
        metrics.addWork(state.progress)
        metrics.addDevices(state.progress.devices)
        return metrics.text
    }

    private init(run: Run) { self.run = run }

    private var versions: [(name: String, value: String)] {
        [("version", Echo.version), ("model", run.model), ("precision", run.precision)]
    }

    private mutating func addRun(_ state: ExtractionState, now: Double) {
        add(
            "echo_gpu_info", .gauge, "What runs: always 1.",
            [(versions, 1)])
        add(
            "echo_gpu_running", .gauge, "1 while it runs, 0 when it has ended.",
            state.exitStatus == nil ? 1 : 0)
        add("echo_gpu_phase", .gauge, "What goes on: 1.", [([("phase", state.phase)], 1)])
        add("echo_gpu_start_time_seconds", .gauge, "When it began, since 1970.", run.start)
        add(
            "echo_gpu_last_update_time_seconds", .gauge, "When this was written, since 1970.", now)
        if let status = state.exitStatus {
            add("echo_gpu_exit_status", .gauge, "How it ended.", Double(status))
        }
        if let left = state.progress.secondsLeft {
            add("echo_gpu_eta_seconds", .gauge, "Time to the end, at the recent speed.", left)
        }
    }

    private mutating func addWork(_ progress: Extraction.Progress) {
        add(
            "echo_gpu_recordings", .gauge, "Recordings that this run is to embed.",
            Double(progress.totalCount))
        add(
            "echo_gpu_recordings_embedded_total", .counter, "Recordings that were embedded.",
            Double(progress.embeddedCount))
        add(
            "echo_gpu_recordings_failed_total", .counter,
            "Recordings that could not be embedded, by the code of the reason.",
            progress.failedCounts.sorted { $0.key < $1.key }.map {
                ([("code", $0.key)], Double($0.value))
            })
        add(
            "echo_gpu_input_bytes", .gauge, "Bytes of the recordings that this run is to embed.",
            Double(progress.totalByteCount))
        add(
            "echo_gpu_input_bytes_done_total", .counter,
            "Bytes of the recordings that are embedded or failed, of long ones in part.",
            Double(progress.byteCount))
        add(
            "echo_gpu_sound_seconds_total", .counter, "Seconds of sound that were embedded.",
            progress.soundSeconds)
        if let times = progress.timesRealTime {
            add(
                "echo_gpu_times_real_time", .gauge,
                "Seconds of sound embedded in a second, recently; at the end, over the whole run.",
                times)
        }
    }

    private mutating func addDevices(_ devices: [DeviceShare]) {
        add(
            "echo_gpu_segments_total", .counter, "Segments that were embedded, by device.",
            devices.map { ([("device", $0.name)], Double($0.segmentCount)) })
        add(
            "echo_gpu_device_seconds_total", .counter, "Time that each device took for them.",
            devices.map { ([("device", $0.name)], $0.seconds) })
    }

    private mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        add(name, kind, help, [([], value)])
    }

    /// A metric with all its samples; none if there are no samples.
    private mutating func add(
        _ name: String, _ kind: Kind, _ help: String,
        _ samples: [(labels: [(name: String, value: String)], value: Double)]
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
        for sample in samples {
            let labels = [("output", run.output), ("shard", run.shard)] + sample.labels
            let pairs = labels.map { "\($0)=\"\(Self.escaped($1))\"" }
            text += "\(name){\(pairs.joined(separator: ","))} \(Self.number(sample.value))\n"
        }
    }

    /// The digits of a double; whole numbers without a point.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15
            ? "\(Int(value))" : value.formatted(significantDigits: 15)
    }

    private static func escaped(_ label: String) -> String {
        label.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
