import EchoFormats
import FoundationEssentials

/// The folder in which `huggingface_hub` keeps what it fetched, and so does this room:
///
///     models--ORG--NAME/blobs/HASH                        content, named by its hash
///     models--ORG--NAME/snapshots/COMMIT/FILE             a relative link to ../../blobs/HASH
///     models--ORG--NAME/refs/REVISION                     the commit, without a newline
///     models--ORG--NAME/.no_exist/COMMIT/FILE             empty: the commit has no such file
///     models--ORG--NAME/blobs/HASH.incomplete             what of a blob has come so far
///     .locks/models--ORG--NAME/HASH.lock                  who fetches it
struct HubCache: Sendable {
    /// The cache's folder.
    let root: String

    func folder(of name: RepositoryName) -> String { "\(root)/\(name.folderName)" }

    func snapshot(_ commit: String, of name: RepositoryName) -> String {
        "\(folder(of: name))/snapshots/\(commit)"
    }

    func blob(_ hash: ContentHash, of name: RepositoryName) -> String {
        "\(folder(of: name))/blobs/\(hash.digits)"
    }

    func lock(_ hash: ContentHash, of name: RepositoryName) -> String {
        "\(root)/.locks/\(name.folderName)/\(hash.digits).lock"
    }

    /// The commit that a revision meant when it was last asked for; a commit means itself.
    func commit(of revision: String, in name: RepositoryName) -> String? {
        if RepositoryName.isCommit(revision) { return revision }
        let text = try? String(contentsOfFile: reference(revision, name), encoding: .utf8)
        let commit = text?.trimmed
        return commit.flatMap { RepositoryName.isCommit($0) ? $0 : nil }
    }

    /// Keeps what commit a revision means.
    func remember(
        _ commit: String, as revision: String, of name: RepositoryName
    ) throws(HubError) {
        if self.commit(of: revision, in: name) == commit { return }
        try HubFiles.write(commit, to: reference(revision, name))
    }

    /// True if a snapshot has a file, whole.
    func has(_ file: String, _ commit: String, of name: RepositoryName) -> Bool {
        HubFiles.size("\(snapshot(commit, of: name))/\(file)") != nil
    }

    /// True if it is known that a commit has no such file: noted so, or absent from a list of its
    /// files that `huggingface_hub` keeps.
    func lacks(_ file: String, _ commit: String, of name: RepositoryName) -> Bool {
        if HubFiles.size(absence(of: file, commit, name)) != nil { return true }
        let list = "\(folder(of: name))/trees/\(commit).json"
        guard let data = FileManager.default.contents(atPath: list),
            let tree = try? JSONDecoder().decode(Tree.self, from: data), tree.format_version == 1
        else { return false }
        return tree.files[file] == nil
    }

    /// Notes that a commit has no such file.
    func rememberAbsence(
        of file: String, _ commit: String, of name: RepositoryName
    ) throws(HubError) {
        if !lacks(file, commit, of: name) {
            try HubFiles.write("", to: absence(of: file, commit, name))
        }
    }

    /// Makes a snapshot's file a link to its blob.
    func link(
        _ file: String, _ commit: String, to hash: ContentHash, of name: RepositoryName
    ) throws(HubError) {
        try HubFiles.link(
            "\(snapshot(commit, of: name))/\(file)", to: "../../blobs/\(hash.digits)")
    }

    private func reference(_ revision: String, _ name: RepositoryName) -> String {
        "\(folder(of: name))/refs/\(revision)"
    }

    private func absence(of file: String, _ commit: String, _ name: RepositoryName) -> String {
        "\(folder(of: name))/.no_exist/\(commit)/\(file)"
    }

    /// `trees/COMMIT.json` of newer versions of `huggingface_hub`.
    private struct Tree: Decodable {
        struct Entry: Decodable {}

        let format_version: Int
        let files: [String: Entry]
    }
}
