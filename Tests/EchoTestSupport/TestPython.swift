import Foundation

/// The Python of `make setup-python`, with what `.ci/requirements.txt` lists: a witness that has nothing to do
/// with this project.
package enum TestPython {
    /// Its path; nil where it was not set up.
    package static let interpreter: String? = {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
        let path = root.appendingPathComponent(".build-python/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// Why a test that needs it is skipped.
    package static let remedy = "Python's packages are missing: run 'make setup-python'"
}
