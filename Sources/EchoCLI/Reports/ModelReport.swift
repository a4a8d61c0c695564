import EchoExtract
import EchoFormats

/// Cached models as text.
enum ModelReport {
    static func lines(
        _ models: [ModelHub.CachedModel], omitted: Int, of hub: ModelHub
    ) -> [String] {
        var table = TextTable([
            .left("model"), .left("revisions"), .left("commit"), .right("MB"), .left("encoder"),
        ])
        for model in models {
            table.append([
                model.name, model.revisions.joined(separator: ", "),
                String(model.commit.prefix(12)),
                ByteText.megabytes(model.byteCount),
                model.encoder?.description ?? "not ECHO",
            ])
        }
        let others = omitted > 0 ? " (\(omitted) of other architectures: --all)" : ""
        let count = "\(models.count.counted("model")) in \(hub.cacheFolder)\(others)"
        return (models.isEmpty ? [] : table.lines) + [count]
    }

    static func lines(_ verified: [ModelHub.Verification]) -> [String] {
        var table = TextTable([
            .left("model"), .left("commit"), .left("file"), .left("ok"), .left("what"),
        ])
        for model in verified {
            for check in model.checks {
                let mark = check.isRight.map { $0 ? "yes" : "NO" } ?? "-"
                table.append([
                    model.name, String(model.commit.prefix(12)), check.file, mark, check.text,
                ])
            }
        }
        let wrong = verified.filter { !$0.passes }.count
        let conclusion =
            wrong == 0
            ? "As the hub gave them: \(verified.count.counted("model"))."
            : "Wrong: \(wrong) of \(verified.count.counted("model"))."
        return verified.isEmpty ? ["The cache has no ECHO model."] : table.lines + [conclusion]
    }
}
