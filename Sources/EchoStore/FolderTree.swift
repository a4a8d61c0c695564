import FoundationEssentials
import Glibc

/// What lies in a folder and in the folders below it.
package enum FolderTree {
    /// The paths below `folder`, those of one folder in the order of their names. Links are not followed; a folder
    /// that cannot be listed counts as empty.
    package static func paths(below folder: String) -> [String] {
        var paths: [String] = []
        var waiting = [""]
        while let start = waiting.popLast() {
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + start)
            for name in (names ?? []).sorted() {
                paths.append(start + name)
                var status = stat()
                if lstat(folder + "/" + start + name, &status) == 0,
                    status.st_mode & S_IFMT == S_IFDIR
                {
                    waiting.append(start + name + "/")
                }
            }
        }
        return paths
    }
}
