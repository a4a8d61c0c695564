import EchoFormats
import EchoStore
import FoundationEssentials

/// Every table and array of an output folder, read to its last byte and held against its manifest: hash,
/// shape, rows, finite values.
package struct FolderCheck: Sendable, Encodable {
    package let path: String
    package let layout: FolderLayout
    package let manifestCount: Int
    /// Tables and arrays that lines of manifests name, their rows and their bytes.
    package private(set) var fileCount = 0
    package private(set) var rowCount = 0
    package private(set) var byteCount = 0
    /// Files whose bytes have the hash that the manifest says, and those without a hash: of releases that
    /// recorded none.
    package private(set) var verifiedCount = 0
    package private(set) var withoutHashCount = 0
    /// Tables that are gone or damaged, and of which no row counts any more.
    package private(set) var replacedDamageCount = 0
    /// Temporary files, and tables without a manifest: what runs have open, or dead ones left.
    package private(set) var unfinished: [String] = []
    /// Who writes to the folder now.
    package private(set) var writers: [String] = []
    /// What should not be, and the first of it, a sentence each.
    package private(set) var problemCount = 0
    package private(set) var problems: [String] = []

    /// Problems that are named.
    private static let problemLimit = 100

    package var isSound: Bool { problemCount == 0 }

    /// Reads a folder of either layout. A run may write to it meanwhile: what is committed is read.
    ///
    /// - Parameter progress: Called after each file: manifests that are through, of how many, and bytes.
    /// - Throws: ``EchoError`` if it is no output folder, or a manifest is damaged.
    package init(
        path: String,
        progress: (_ done: Int, _ total: Int, _ byteCount: Int) -> Void = { _, _, _ in }
    ) throws(EchoError) {
        try ForeignFolder.requireOutput(path)
        self.path = path
        do throws(StoreError) {
            let folder = try PartFolder(path: path)
            if !folder.hasRecord { try folder.requireManifest() }
            (layout, manifestCount) = (folder.layout, folder.parts.count)
            unfinished = folder.unfinished
            writers = try OutputLock.owners(in: path).writing
            for problem in FolderFaults.sentences(folder) { add(problem) }
            var seen = SeenLines()
            let versions = ManifestVersions(folder)
            let attempts = try LatestAttempts(folder)
            for (number, part) in folder.parts.enumerated() {
                let files = try ManifestFiles(part, in: folder, attempts, &seen)
                for problem in files.problems { add(problem) }
                for file in files.all {
                    let problems = check(file, of: part)
                    // Of a table of which no row counts nobody misses anything.
                    if !file.counts, !problems.isEmpty { replacedDamageCount += 1 }
                    if file.counts { problems.forEach { add($0) } }
                    progress(number, folder.parts.count, byteCount)
                }
            }
            // What compact took away meanwhile is no damage.
            try versions.requireSame()
        } catch {
            throw EchoError(error)
        }
    }

    /// - Returns: What is wrong with a file, a sentence each.
    private mutating func check(_ file: ManifestFiles.File, of part: PartName) -> [String] {
        fileCount += 1
        let content: TableContent
        do throws(StoreError) {
            content = try TableContent(path: path + "/" + file.name, level: file.level)
        } catch {
            return [error.description]
        }
        rowCount += content.rowCount
        byteCount += content.byteCount
        let manifest = "its manifest, \(part.manifest),"
        var problems: [String] = []
        if content.width != file.width || !file.rows.nameOnce(content.rowCount) {
            problems.append(
                "\(file.name) is [\(content.rowCount), \(content.width)], and \(manifest) names "
                    + "other rows than these")
        }
        if let row = content.notFiniteRow {
            problems.append("\(file.name): row \(row) holds a value that is not a finite number")
        }
        switch file.sha256 {
        case nil: withoutHashCount += 1
        case content.sha256?: verifiedCount += 1
        case let recorded?:
            problems.append(
                "\(file.name): its bytes have changed since they were written: its SHA-256 is "
                    + "\(content.sha256), and \(manifest) says \(recorded)")
        }
        return problems.map { "\($0). \(StoreError.arrayRemedy)" }
    }

    private mutating func add(_ problem: String) {
        problemCount += 1
        if problems.count < Self.problemLimit { problems.append(problem) }
    }
}
