/// Commands of other programs that people try here, and what to write instead.
enum CommandsElsewhere {
    /// - Parameters:
    ///   - word: What was typed.
    ///   - command: The command behind which it stands: `echo-gpu`, or one that has subcommands.
    static func remedy(_ word: String, of command: String) -> String? {
        (command == "model" ? ofModel : ofProgram)[word]
    }

    private static let embedding = "To embed recordings: echo-gpu extract."
    private static let fetching = "To fetch a model: echo-gpu model pull."

    private static let ofProgram = [
        "embed": embedding, "encode": embedding, "run": embedding, "predict": embedding,
        "pull": fetching, "download": fetching, "fetch": fetching,
        "convert": "To convert a checkpoint of PyTorch: python -m echo_gpu convert.",
        "info": "To look into a folder or file: echo-gpu inspect.",
        "show": "To look into a folder or file: echo-gpu inspect.",
        "ls": "For models: echo-gpu model list. For a folder: echo-gpu inspect.",
        "list": "For models: echo-gpu model list. For a folder: echo-gpu inspect.",
    ]

    private static let ofModel = [
        "ls": "Write echo-gpu model list.", "download": fetching, "fetch": fetching,
        "get": fetching,
    ]
}
