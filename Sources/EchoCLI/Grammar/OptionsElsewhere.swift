/// Options of other programs that people try here, and what to write instead.
enum OptionsElsewhere {
    /// - Parameters:
    ///   - name: With its dashes.
    ///   - command: The command behind which it stands.
    static func remedy(_ name: String, of command: String) -> String? {
        command == "search" ? ofSearch[name] ?? remedies[name] : remedies[name]
    }

    private static let ofSearch = Dictionary(
        uniqueKeysWithValues: ["--k", "-k", "-n", "--top-k", "--topk", "--limit", "--hits"].map {
            ($0, "Write --top.")
        })

    private static let remedies: [String: String] = {
        var remedies: [String: String] = [:]
        for (names, remedy) in table {
            for name in names { remedies[name] = remedy }
        }
        return remedies
    }()

    private static let table: [(names: [String], remedy: String)] = [
        (
            ["-i", "--input", "--inputs", "--in-dir", "--input-dir"],
            "Give inputs without an option: echo-gpu extract --model M --output out recordings/"
        ),
        (
            ["-r", "-R", "--recursive"],
            "Folders are always searched with all that is below them: leave it out."
        ),
        (
            ["-j", "--jobs", "--threads", "--workers", "--num-workers", "--nproc"],
            "Every core is used already: leave it out. taskset or a job's limit gives fewer cores."
        ),
        (["--gpu", "--gpus", "--cuda", "--use-gpu"], "Write --device gpu."),
        (["--cpu", "--no-cuda", "--no-gpu"], "Write --device cpu."),
        (["--fp16", "--half", "--amp"], "Write --precision fp16."),
        (["--fp32"], "Write --precision fp32."),
        (["--checkpoint", "--ckpt", "--weights", "--pretrained"], "Write --model."),
        (["--sr", "--rate", "--fs", "--samplerate", "--sampling-rate"], "Write --sample-rate."),
        (["--bs", "-b"], "Write --batch."),
        (["--out", "--out-dir", "--output-dir", "--outdir", "--dest"], "Write --output."),
        (["-f", "--yes", "-y", "--clobber"], "Write --overwrite or --force: --help says which."),
        (
            ["--resume", "--continue", "--skip-existing"],
            "A run goes on where the last one ended: leave it out."
        ),
    ]
}
