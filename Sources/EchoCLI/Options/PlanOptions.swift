import ArgumentParser
import EchoExtract
import EchoFormats

/// What `plan` goes by: which encoder on what, and how the embeddings are written.
struct PlanOptions: ParsableArguments {
    @Option(
        name: [.customShort("m"), .customLong("model")],
        help: ArgumentHelp(
            "The model, as extract takes it: for hours, bytes that are written, and memory.",
            discussion: "A model of the hub has to be in the cache: plan fetches nothing.",
            valueName: "model"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "The device, as extract takes it, or part of the name of one of another machine. (default: auto)",
            discussion: """
                Of another machine it is known by what 'echo-gpu bench' kept in a cache folder that both \
                machines have, as clusters do.
                """,
            valueName: "device"))
    var device: String?

    @OptionGroup var precision: PrecisionOptions

    @Option(
        name: [.customLong("batch"), .customLong("batch-size")],
        help: ArgumentHelp(
            "Segments that go to the device together, 1 to 65536.", valueName: "segments"))
    var batch = Echo.defaultBatchSize

    @Option(
        help: ArgumentHelp(
            """
            How fast a process is, 0.000001 to 1000000000 clips of 10 s at 16 kHz a second. Else what \
            bench kept.
            """,
            discussion: """
                Recordings of other rates and lengths count by their tokens: at 48 kHz a clip is worth \
                2.7 clips.
                """,
            valueName: "number"))
    var clipsPerSecond: Double?

    @Option(
        help: ArgumentHelp(
            "Say how many processes, one for each GPU, are done in this time: 8h, 90min, 2d.",
            discussion: """
                Each has a shard of its own, and the slowest shard counts. A recording is never divided: \
                one that alone takes longer is named.
                """,
            valueName: "time"), transform: { try PlannedTime($0) })
    var within: PlannedTime?

    @Option(help: "Which embeddings: utterance, segment or both. (default: utterance)")
    var level: Extraction.Level?

    @OptionGroup var folder: LayoutOptions

    @Option(
        help: ArgumentHelp(
            "Headers that are read of the recordings of each ending, at most; 0 for none.",
            discussion: """
                Where there are more recordings, these are spread evenly over the list, and the others \
                are estimated by their bytes. Text, MATLAB and .npz are read to their end: 20 of each.
                """,
            valueName: "count"))
    var headers = ExtractionPlan.Request.defaultHeaderLimit

    @Option(
        help: ArgumentHelp(
            "Write the recordings to this file, as a list for extract --manifest.",
            discussion: """
                Processes that begin at other times then have the same list, whatever is added to the \
                folders meanwhile; of a folder that grows, shards are refused without one. Paths are \
                absolute, members of tar files each a line; how signals are read (--sample-rate, ...) is \
                to be given to extract as here. A list that is there is replaced; any other file is refused.
                """,
            valueName: "file"))
    var writeManifest: String?

    func validate() throws {
        try OptionRange.require("--batch", batch, in: Echo.batchSizes)
        try OptionRange.require("--headers", headers, in: 0...Int(Int32.max))
        if let speed = clipsPerSecond, !PlannedSpeed.clipsPerSecondRange.contains(speed) {
            throw ValidationError(
                "--clips-per-second takes a number from 0.000001 to 1000000000, not \(speed).")
        }
        if writeManifest == "-" {
            throw ValidationError("--write-manifest needs the name of a file.")
        }
        guard model == nil else { return }
        let others = [("--device", device != nil), ("--precision", precision.precision != nil)]
        if let (name, _) = others.first(where: \.1) {
            throw ValidationError("\(name) needs --model: what it costs depends on both.")
        }
    }

    /// What was given, and for the rest what the folder was begun with.
    func set(_ request: inout ExtractionPlan.Request, _ begun: FolderSettings?) {
        request.level = level ?? begun?.level ?? .utterance
        (request.layout, request.element) = (folder.layout(begun), folder.element(begun))
        request.partSize = folder.partSize(begun)
        (request.headerLimit, request.clipsPerSecond) = (headers, clipsPerSecond)
        (request.within, request.manifest) = (within?.seconds, writeManifest)
        request.encoder = model.map {
            ExtractionPlan.Encoder(
                .named($0), device: device ?? "auto",
                precision: precision.precision ?? begun?.precision ?? .fp32, batchSize: batch)
        }
    }
}

/// A time that a run may take.
struct PlannedTime {
    let seconds: Double

    /// Reads `8h`, `90min`, `30s`, `2d`.
    ///
    /// - Throws: `ValidationError` if it is none of these.
    init(_ text: String) throws {
        let units = [("min", 60.0), ("h", 3600), ("d", 86_400), ("s", 1)]
        guard let (unit, length) = units.first(where: { text.endsInBytes(of: $0.0) }),
            let number = Double(text.droppingLastBytes(unit.utf8.count)), number > 0,
            number * length < 1e10
        else {
            throw ValidationError(
                "--within takes one number and its unit (s, min, h, d), such as 90min or 1.5h, not \(quoted(text))."
            )
        }
        seconds = number * length
    }
}
