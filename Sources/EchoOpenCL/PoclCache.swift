import FoundationEssentials
import Glibc

/// pocl keeps what it compiles in a folder, and shows no device if it cannot write to one. What is
/// only to save time must not decide on what a run computes on: pocl is then given another folder.
package enum PoclCache {
    /// What became of it: a sentence for users; nil if pocl has its own folder.
    package static let note: String? = prepare(ProcessInfo.processInfo.environment)

    /// Sets `POCL_CACHE_DIR` where pocl's own folder cannot be written; to be called before OpenCL is.
    private static func prepare(_ environment: [String: String]) -> String? {
        let told = environment["POCL_CACHE_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        let own = told ?? CacheFolder.path(environment) + "/pocl/kcache"
        if CacheFolder.canBeWritten(own) {
            // pocl would take an empty HOME for the root folder.
            if told == nil { setenv("POCL_CACHE_DIR", own, 1) }
            return nil
        }
        let remedy = "Set XDG_CACHE_HOME or POCL_CACHE_DIR to a folder that can be written"
        guard let other = CacheFolder.temporary() else {
            // In a folder of its own it shows no device; in one that it was told it ends the process.
            unsetenv("POCL_CACHE_DIR")
            return "\(own) cannot be written, nor any temporary folder: pocl has no device then. "
                + "\(remedy)."
        }
        setenv("POCL_CACHE_DIR", other, 1)
        return "\(own) cannot be written: what pocl compiles is kept in \(other). \(remedy)."
    }
}
