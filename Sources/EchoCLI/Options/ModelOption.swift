import ArgumentParser
import EchoExtract

/// Which encoder to run.
struct ModelOption: ParsableArguments {
    @Option(
        name: [.customShort("m"), .customLong("model")],
        help: ArgumentHelp(
            "echo-tiny, echo-small, a folder, a .safetensors file, ORG/NAME of the hub, or 'demo'.",
            discussion: """
                A folder has model.safetensors, and perhaps config.json. What exists as a path is \
                that path; else echo-tiny and echo-small are the published models, and ORG/NAME or \
                ORG/NAME@REVISION is a model of the Hugging Face hub (hf://ORG/NAME in any case), \
                taken from the cache of huggingface_hub without asking the hub, and fetched if it \
                is not there. 'echo-gpu help model' has the rest. \
                'demo' is a checkpoint made in memory from a seed, to try things without a download: \
                its weights are untrained, and its embeddings mean nothing. There is no default.
                """,
            valueName: "model"))
    var name: String

    var model: Echo.Model { .named(name) }
}
