import EchoFormats
import FoundationEssentials

/// Where files of defaults lie.
enum ConfigurationPlaces {
    /// For everybody on this machine: what an administrator decides.
    static let ofMachine = "/etc/echo-gpu/config.json"

    /// What is read, the file that counts for more first; and whether it has to be there.
    ///
    /// - Parameter named: By `--config`; nothing for no file at all.
    static func files(
        named: String?, _ environment: [String: String]
    ) -> (paths: [String], mustExist: Bool) {
        if let path = named ?? environment[ConfigurableOptions.fileVariable] {
            return (path.isEmpty ? [] : [path], true)
        }
        return ([ofUser(environment), ofMachine].compactMap(\.self), false)
    }

    /// The user's own: `$XDG_CONFIG_HOME/echo-gpu/config.json`, by default below `~/.config`.
    private static func ofUser(_ environment: [String: String]) -> String? {
        // A relative path counts for nothing there, says the XDG base directory specification.
        let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.isAbsolutePath ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.isAbsolutePath ? $0 + "/.config" : nil }
        return (folder ?? home).map { $0 + "/echo-gpu/config.json" }
    }

    /// Whether something lies there. A folder that nobody may look into has nothing for this user.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
