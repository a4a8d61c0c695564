/// Which options the short help of a command shows, in this order; of a command with few options, all.
enum MainOptions {
    /// A command with no more options than this shows all.
    static let enough = 10

    static let names: [String: [String]] = [
        "extract": [
            "model", "output", "device", "level", "layout", "channels", "sample-rate", "manifest",
            "batch", "shard", "quiet", "verbose",
        ],
        "plan": [
            "shards", "output", "model", "device", "clips-per-second", "within", "manifest",
            "write-manifest", "sample-rate",
        ],
        "score": [
            "bank", "test", "output", "group-by", "labels", "protocol", "classify", "baseline",
            "model", "device",
        ],
        "search": ["in", "top", "level", "model", "device", "clips", "json"],
        "spectrogram": [
            "output", "start", "end", "channel", "format", "levels", "sample-rate",
        ],
    ]
}
