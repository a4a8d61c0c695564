import ArgumentParser
import EchoExtract
import EchoSignal

/// Which recordings are the bank, and which are scored.
struct ScoreInputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What is normal: an output folder, or recordings; may be repeated.",
            discussion: """
                A folder that 'extract' wrote, in either layout, or a pattern of several in quotes. \
                Recordings, folders of them and patterns are embedded first, with --model; for more \
                than a few hundred embed them once with 'extract'. Not needed with --loocv or --folds.
                """,
            valueName: "folder"))
    var bank: [String] = []

    @Option(
        help: ArgumentHelp(
            "What is scored, given as for --bank; may be the same folder.", valueName: "folder"))
    var test: [String]

    @Option(
        help: ArgumentHelp(
            "From --bank, take only recordings whose field has this value; may be repeated.",
            discussion: """
                Several values of one field are alternatives; field!=value leaves a value out. A \
                benchmark's tree is one folder:

                  --bank out --bank-where split=train --test out --test-where split=test
                """,
            valueName: "field=value"))
    var bankWhere: [FieldCondition] = []

    @Option(
        help: ArgumentHelp(
            "The same for --test.", valueName: "field=value"))
    var testWhere: [FieldCondition] = []

    @Option(
        help: ArgumentHelp(
            "Read fields from the names of recordings: a regular expression with named groups.",
            discussion: """
                Without it, fields are the columns of the list that was embedded, and what DCASE's names \
                say: machine, section, domain, split, label, set. 'sample_rate' and 'channel' are fields of every \
                recording.

                  --pattern '(?<machine>[a-z]+)_(?<label>normal|broken)'
                """,
            valueName: "regex"))
    var pattern: String?

    @Option(
        name: .customLong("fields-from"),
        help: ArgumentHelp(
            "Take fields from a table too, such as the labels of an evaluation set; may be repeated.",
            valueName: "file.csv"))
    var fieldsFrom: [String] = []

    @Option(
        name: [.customShort("m"), .customLong("model")],
        help: ArgumentHelp(
            "The model that recordings are embedded with; output folders need none.",
            discussion: "As in 'extract': a folder, a .safetensors file, ORG/NAME, or 'demo'.",
            valueName: "model"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Channels of recordings, as in 'extract'. (default: as the other folder, or mean)",
            valueName: "mode"))
    var channels: ChannelMode?

    func embedding(device: String) -> ScoreRequest.EmbeddingRequest {
        var embedding = ScoreRequest.EmbeddingRequest()
        embedding.model = model.map { .named($0) }
        embedding.isModelAsked = !CompletedArguments.standard.isDefault("--model")
        (embedding.device, embedding.channels) = (device, channels)
        return embedding
    }
}

extension FieldCondition: ExpressibleByArgument {
    /// Reads `FIELD=VALUE` or `FIELD!=VALUE`.
    public init?(argument: String) { self.init(argument) }
}
