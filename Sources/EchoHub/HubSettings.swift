import EchoFormats
import FoundationEssentials
import Glibc

/// Where the hub is, who asks, and where its files are kept: read from the environment, as
/// `huggingface_hub` reads it.
///
/// | variable | what |
/// | --- | --- |
/// | `HF_ENDPOINT` | the hub, by default `https://huggingface.co` |
/// | `HF_TOKEN` | who asks; else the file `HF_TOKEN_PATH`, by default `HF_HOME/token` |
/// | `HF_HUB_DISABLE_IMPLICIT_TOKEN` | no token |
/// | `HF_HUB_CACHE` | the cache, by default `HF_HOME/hub` |
/// | `HF_HOME` | by default `XDG_CACHE_HOME/huggingface`, that by default `~/.cache/huggingface` |
/// | `HF_HUB_OFFLINE` | 1: no request at all |
/// | `SSL_CERT_FILE` | certificates to trust in place of the system's |
/// | `HF_HUB_DOWNLOAD_TIMEOUT` | seconds of less than 1 kB/s before a request is given up, 30 |
package struct HubSettings: Hashable, Sendable {
    /// The hub's address, without a slash at its end.
    package var endpoint: String
    /// Sent to the hub, and to no other host.
    package var token: String?
    /// The folder with `models--ORG--NAME`.
    package var cacheFolder: String
    /// True if no request may be made.
    package var isOffline: Bool
    /// Seconds of very little (``Patience/minimumRate``) before a request is given up.
    package var timeout = 30.0
    /// Before the first repetition of a request that broke off; doubled before each further one.
    package var retryPause = Duration.seconds(1)
    /// Certificates to trust in place of the system's; nil for those.
    package var certificateFile: String?
    /// How the program names itself.
    package var userAgent = "echo-gpu"

    /// - Throws: ``HubError`` if the endpoint is no HTTP address, or the token has characters that
    ///   no header may have.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(HubError) {
        let variables = Variables(environment)
        endpoint = try Self.endpoint(variables["HF_ENDPOINT"] ?? "https://huggingface.co")
        let caches = variables.path("XDG_CACHE_HOME") ?? variables.home + "/.cache"
        let home = variables.path("HF_HOME") ?? caches + "/huggingface"
        cacheFolder =
            variables.path("HF_HUB_CACHE") ?? variables.path("HUGGINGFACE_HUB_CACHE")
            ?? home + "/hub"
        isOffline = variables.isOn("HF_HUB_OFFLINE") || variables.isOn("TRANSFORMERS_OFFLINE")
        certificateFile = variables["SSL_CERT_FILE"]
        if let text = variables["HF_HUB_DOWNLOAD_TIMEOUT"] { timeout = try Self.seconds(text) }
        if !variables.isOn("HF_HUB_DISABLE_IMPLICIT_TOKEN") {
            token = try Self.token(
                variables, file: variables.path("HF_TOKEN_PATH") ?? home + "/token")
        }
    }

    /// Where a user finds a repository.
    func page(_ name: RepositoryName) -> String { "\(endpoint)/\(name.id)" }

    private static func seconds(_ text: String) throws(HubError) -> Double {
        guard let seconds = Double(text), seconds > 0, seconds <= 86_400 else {
            throw HubError(
                .usage, "HF_HUB_DOWNLOAD_TIMEOUT",
                "\"\(shown(text, limit: 80))\" is not a number of seconds up to 86400",
                remedy: "Set it to something like 30, or unset it.")
        }
        return seconds
    }

    private static func endpoint(_ text: String) throws(HubError) -> String {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), url.host?.isEmpty == false, url.user == nil,
            url.query == nil, url.fragment == nil
        else {
            throw HubError(
                .usage, "HF_ENDPOINT", "\"\(shownAddress(text))\" is not the address of a hub",
                remedy: "Set it to something like https://huggingface.co, or unset it.")
        }
        return text
    }

    private static func token(_ variables: Variables, file: String) throws(HubError) -> String? {
        let set = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"].lazy
            .compactMap { name in variables[name].map { (name, $0) } }.first
        let stored = (try? String(contentsOfFile: file, encoding: .utf8)).map { (file, $0) }
        guard let (source, text) = set ?? stored else { return nil }
        let token = text.trimmed
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HubError(
                .usage, source, "the token has characters that no token has",
                remedy: "Copy it anew from the hub's settings.")
        }
        return token.isEmpty ? nil : token
    }
}

/// Environment variables as Python's client understands them.
private struct Variables {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// The value; nil if it is empty too.
    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// `HOME`; if that is empty or relative, the folder of the user's account.
    var home: String {
        if let home = self["HOME"], home.hasPrefix("/") { return home }
        let account = getpwuid(geteuid()).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
        return account ?? FileManager.default.homeDirectoryForCurrentUser.path
    }

    func isOn(_ name: String) -> Bool {
        self[name].map { ["1", "ON", "YES", "TRUE"].contains($0.uppercased()) } ?? false
    }

    /// A path with `~`, `$NAME` and `${NAME}` in it, made absolute.
    func path(_ name: String) -> String? {
        guard var path = self[name] else { return nil }
        if path == "~" || path.hasPrefix("~/") { path = home + path.dropFirst() }
        path = path.replacing(#/\$(\w+)|\$\{(\w+)\}/#) { match in
            values[String(match.1 ?? match.2 ?? "")] ?? String(match.0)
        }
        return URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
