import EchoExtract
import EchoFormats
import EchoStore

/// A plan as text: a table of the shards, then what they take, a sentence each.
struct PlanReport {
    private let plan: ExtractionPlan

    init(_ plan: ExtractionPlan) { self.plan = plan }

    var lines: [String] {
        table + sound + time + processes + sizes + list + plan.skipped.sentences
    }

    private var table: [String] {
        var columns: [TextTable.Column] = [
            .left("shard"), .right("recordings"), .right("MB"), .right("parts"),
        ]
        if plan.total.embeddedCount != nil {
            columns += [.right("embedded"), .right("failed"), .right("missing")]
        }
        columns.append(.right("sound/h"))
        if plan.total.runSeconds != nil { columns.append(.right("run/h")) }
        if plan.total.outputByteCount != nil { columns.append(.right("output/MB")) }
        var table = TextTable(columns)
        for shard in plan.shards + [plan.total] { table.append(row(shard)) }
        return table.lines
    }

    private func row(_ share: ExtractionPlan.Share) -> [String] {
        let counts = [share.embeddedCount, share.failedCount, share.missingCount]
        let measures = [
            Self.hours(share.soundSeconds), share.runSeconds.map(Self.hours),
            share.outputByteCount.map(ByteText.megabytes),
        ]
        return [
            share.shard ?? "all", "\(share.recordingCount)", ByteText.megabytes(share.byteCount),
            "\(share.partCount)",
        ] + counts.compactMap { $0.map(String.init) } + measures.compactMap(\.self)
    }

    /// What the sound goes by.
    private var sound: [String] {
        let headers = plan.headers
        var lines: [String] = []
        if headers.headerCount == 0 {
            lines.append(
                "No header was read, so nobody knows how much sound there is (--headers).")
        } else if headers.headerCount == headers.recordingCount {
            let whose =
                headers.recordingCount == 1
                ? "header of the recording" : "headers of all \(headers.recordingCount) recordings"
            lines.append("Sound and all that follows from it: by the \(whose).")
        } else {
            lines.append(
                "Sound and all that follows from it: estimated from \(headers.headerCount) of "
                    + "\(headers.recordingCount) headers (--headers reads more).")
        }
        if headers.unknownCount > 0 {
            lines.append(
                headers.unknownCount == 1
                    ? "1 of these could not be read, or does not say how long it is: it counts as no sound "
                        + "(--verbose names it)."
                    : "\(headers.unknownCount) of these could not be read, or do not say how long they are: "
                        + "they count as no sound (--verbose names them).")
        }
        if headers.headerCount > 0, headers.unestimatedCount > 0 {
            lines.append(
                "\(headers.unestimatedCount.counted("recording")) without a header like theirs "
                    + "that was read count as no sound.")
        }
        return lines
    }

    private var time: [String] {
        guard let speed = plan.speed, let seconds = plan.total.runSeconds else {
            return [plan.speedRemedy].compactMap(\.self)
        }
        let rate = speed.clipsPerSecond.formatted(significantDigits: 4)
        let clips = "\(rate) clip\(rate == "1" ? "" : "s") a second"
        var lines = [
            "One process: \(Self.time(seconds)), at \(clips) (of \(speed.clipSeconds) s at "
                + "\(speed.sampleRate) Hz, \(origin(speed)))."
        ]
        if plan.shards.count > 1, let longest = plan.longestSeconds {
            lines.append(
                "\(plan.shards.count) processes at once, a shard each: \(Self.time(longest)), which "
                    + "the longest shard takes.")
        }
        return lines
    }

    private func origin(_ speed: PlannedSpeed) -> String {
        guard let device = speed.device, let measured = speed.measured else {
            return "as you say"
        }
        let driver = speed.driver.map { ", driver \($0)" } ?? ""
        return "measured by bench on \(device)\(driver), on \(speed.host ?? "?"), \(measured), "
            + "batch \(speed.batch ?? 1), \(speed.level ?? "?") embeddings"
    }

    private var processes: [String] {
        guard let within = plan.withinSeconds else { return [] }
        if let longest = plan.tooLong {
            return [
                "In \(Self.time(within)): no number of processes is enough. \(quoted(longest.id)) alone "
                    + "takes \(Self.time(longest.runSeconds)), and a recording is never divided."
            ]
        }
        guard plan.total.runSeconds != nil else {
            return ["Processes that are done in \(Self.time(within)): not known without a speed."]
        }
        guard let count = plan.processCount else {
            return [
                "In \(Self.time(within)): more than \(Shard.counts.upperBound) processes, which is "
                    + "the most that a run may have."
            ]
        }
        let shards = count == plan.shards.count ? "" : " Look at their shards: --shards \(count)."
        let processes =
            count == 1
            ? "one process is enough." : "\(count) processes, each with a device of its own."
        return ["In \(Self.time(within)): \(processes)\(shards)"]
    }

    private var sizes: [String] {
        guard plan.total.outputByteCount != nil else {
            return ["Bytes that are written, and memory: not known without --model."]
        }
        guard let memory = plan.memory else {
            return ["Memory: not known, as the device is not here and was not measured."]
        }
        let host = "A process needs about \(ByteText.megabytes(memory.hostByteCount)) MB of memory"
        let limit = memory.wantedSegmentCount.map {
            ", not \($0): no more of the longest go together, and fewer on few cores"
        }
        let batches = "(batches of at most \(memory.segmentCount.counted("segment"))\(limit ?? ""))"
        guard memory.deviceByteCount > 0 else { return ["\(host) \(batches)."] }
        return [
            "\(host) and \(ByteText.megabytes(memory.deviceByteCount)) MB of the device's \(batches), "
                + "on paper; what the GPU's driver takes comes on top."
        ]
    }

    private var list: [String] {
        plan.manifest.map {
            [
                "Written: \($0.path), a list of \($0.recordingCount.counted("recording")) for "
                    + "extract --manifest."
            ]
        } ?? []
    }

    /// Three digits: what takes a minute is more than 0.
    private static func hours(_ seconds: Double) -> String {
        (seconds / 3600).formatted(significantDigits: 3)
    }

    /// `2.4 hours`, `36 minutes`, `12 s`.
    private static func time(_ seconds: Double) -> String {
        if seconds >= 5400 { return (seconds / 3600).formatted(decimals: 1) + " hours" }
        if seconds >= 90 { return (seconds / 60).formatted(decimals: 0) + " minutes" }
        // A little time is not none.
        if seconds > 0, seconds < 0.1 { return seconds.formatted(significantDigits: 1) + " s" }
        return seconds.formatted(decimals: 1) + " s"
    }
}
