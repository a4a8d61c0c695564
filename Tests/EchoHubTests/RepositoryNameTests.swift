import EchoHub
import Testing

@Suite(.timeLimit(.minutes(20))) struct RepositoryNameTests {
    @Test(arguments: [
        ("yucongzh/echo-tiny-0828", nil), ("a/b@v1.0", "v1.0"),
        ("A_b.c/D-e_f@refs/pr/1", "refs/pr/1"),
    ])
    func names(text: String, revision: String?) throws {
        let name = try #require(RepositoryName(text))
        #expect(name.revision == revision)
        #expect(name.description == text)
        #expect(RepositoryName(folderName: name.folderName)?.id == name.id)
    }

    @Test(arguments: [
        "", "echo-tiny", "/a/b", "a/b/c", "../b", "a/..", "a/b.git", "a--b/c", "-a/b", "a/b.",
        "a/b c",
        "a/\u{0}", "a/b@", "a/b@../x", "a/b@/x", "a/b@x//y", "a/b@x y", "a/b@.hidden", "./model",
        "a/" + String(repeating: "x", count: 97),
    ])
    func whatIsNoName(text: String) {
        #expect(RepositoryName(text) == nil)
    }

    @Test func foldersOfOtherThings() {
        for name in ["datasets--a--b", "models--a", "models--a--b--c", ".locks", "version.txt"] {
            #expect(RepositoryName(folderName: name) == nil)
        }
    }
}
