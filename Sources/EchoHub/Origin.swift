import FoundationEssentials

/// Scheme, host and port of an address: whom a token may be told to.
struct Origin: Hashable {
    let scheme: String
    let host: String
    let port: Int

    /// Nil if the address is not one of HTTP.
    init?(_ url: URL) {
        guard let scheme = url.scheme?.lowercased(), let host = url.host?.lowercased(),
            ["http", "https"].contains(scheme), !host.isEmpty
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = url.port ?? (scheme == "https" ? 443 : 80)
    }
}
