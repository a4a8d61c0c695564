import EchoGPU
import FoundationEssentials

extension Echo {
    /// A setting that is taken from the environment, and what it does.
    package static var settings: [(name: String, purpose: String)] {
        Setting.all.map { ($0.name, $0.purpose) }
    }

    /// Makes sure that the environment has no setting that does nothing: every variable that begins
    /// with `ECHO_` must be one of ``settings``, with a value that it can have.
    ///
    /// - Throws: ``EchoError`` of kind `usage` that names it, and the setting that it is near to.
    package static func checkSettings(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(EchoError) {
        try EchoError.translating { try Setting.check(environment) }
    }
}
