/// What people give for a model by mistake, known by its first bytes.
enum ForeignFile: CaseIterable {
    case recording, checkpoint, array

    private var beginnings: [String] {
        switch self {
        case .recording: ["RIFF", "RF64", "fLaC", "OggS", "FORM"]
        // PyTorch writes zip files.
        case .checkpoint: ["PK\u{3}\u{4}"]
        case .array: ["NUMPY"]
        }
    }

    /// Nil if it is none of these.
    static func kind(_ bytes: some Sequence<UInt8>) -> Self? {
        // NumPy's first byte is no text.
        let text = Array(bytes).drop { $0 == 0x93 }
        return allCases.first { kind in
            kind.beginnings.contains { text.starts(with: $0.utf8) }
        }
    }

    func error(_ file: String) -> ModelError {
        let (what, remedy) =
            switch self {
            case .recording: ("is a recording, and no model", "Give recordings without an option.")
            case .checkpoint:
                (
                    "is a zip file, as PyTorch's checkpoints are, and no safetensors file",
                    "Convert it: python -m echo_gpu convert CHECKPOINT."
                )
            case .array:
                ("is a NumPy array, and no model", "Give model.safetensors, or its folder.")
            }
        return ModelError(file: file, what: what, remedy: remedy)
    }
}
