import Glibc

/// Which files the manifests of a folder are at one moment.
///
/// Whoever reads manifests twice, first to learn which tries hold and then the lines, takes these before and
/// requires them behind: in between ``Compaction`` may write a manifest's lines with other attempts, and
/// lines that hold would be taken for replaced ones.
package struct ManifestVersions: Sendable {
    /// A file by its number on its device: a manifest that is replaced is another file, one that lines are
    /// added to is the same.
    private struct File: Hashable {
        let device: UInt
        let number: UInt
    }

    private let folder: PartFolder
    /// By the place of the part; nil if there is no such file.
    private let files: [File?]

    package init(_ folder: PartFolder) {
        self.folder = folder
        files = folder.parts.map { Self.file(folder.path + "/" + $0.manifest) }
    }

    /// - Throws: ``StoreError`` that names the first manifest that went or became another file since.
    package func requireSame() throws(StoreError) {
        for (part, file) in zip(folder.parts, files) {
            let path = folder.path + "/" + part.manifest
            guard let file, Self.file(path) == file else {
                throw StoreError(path: path, .changedMeanwhile)
            }
        }
    }

    private static func file(_ path: String) -> File? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return File(device: status.st_dev, number: status.st_ino)
    }
}
