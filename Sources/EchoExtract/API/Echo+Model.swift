import EchoFormats
import EchoHub
import EchoModel
import FoundationEssentials
import Logging

extension Echo.Model {
    /// What a user's text means: `demo`; a file or folder that exists; a model of the hub, as
    /// `ORG/NAME`, `ORG/NAME@REVISION` or with `hf://` in front; else a path that does not exist.
    ///
    /// So a local path wins over the hub's model of that name; `hf://ORG/NAME` is the hub's in any
    /// case, and `./demo` a folder of that name. `echo-tiny` and `echo-small` are short for the published
    /// models, `yucongzh/echo-tiny-0828` and `yucongzh/echo-small-0824`.
    public static func named(_ text: String) -> Echo.Model {
        if text == "demo" { return .demo }
        if text.hasPrefix(RepositoryName.scheme) { return hub(text) ?? .path(text) }
        if FileManager.default.fileExists(atPath: text) { return .path(text) }
        return text.hasSuffix(".safetensors") ? .path(text) : hub(text) ?? .path(text)
    }

    private static func hub(_ text: String) -> Echo.Model? {
        RepositoryName(userText: text).map {
            .hub($0.id, revision: $0.revision ?? RepositoryName.defaultRevision)
        }
    }

    /// Models are paths, or of the hub; a word by itself that is no path was meant to be a model's name.
    private static func requirePathOrPublished(_ path: String) throws(EchoError) {
        if let refusal = RemoteAddress.refusal(of: path),
            !FileManager.default.fileExists(atPath: path)
        {
            throw EchoError(.usage, refusal)
        }
        // A shell that completes names writes a slash behind a folder's.
        let word = path.hasSuffix("/") ? String(path.dropLast()) : path
        let isWord = !word.contains("/") && !word.hasSuffix(".safetensors")
        guard isWord, !FileManager.default.fileExists(atPath: path) else { return }
        throw EchoError(.model, PublishedModel.refusal(of: word))
    }

    /// The weights, fetched from the hub if they are of it and not in the cache.
    func weights(
        logger: Logger?, progress: @escaping (ModelHub.Progress) -> Void
    ) throws(EchoError) -> Weights {
        switch self {
        case .demo: return Weights.synthetic(seed: 1, name: "demo (untrained weights)")
        case .path(let path):
            try Self.requirePathOrPublished(path)
            if let model = PublishedModel.called(path) {
                logger?.notice(
                    "model \(path): what lies here, not the published one; that is hf://\(model.id)"
                )
            }
            return try EchoError.translating { try Weights.load(path: path) }
        case .hub(let name, let revision):
            let hub = try ModelHub()
            let model = try hub.model(name, revision: revision, progress: progress)
            for warning in model.warnings { logger?.warning("\(warning)") }
            logger?.notice("model \(model.name), commit \(model.commit.prefix(12))")
            return try EchoError.translating {
                try Weights.load(path: model.folder, name: model.name)
            }
        }
    }
}
