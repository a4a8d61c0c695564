import CCurl

/// The libcurl of this system, loaded at the first use.
enum CurlLibrary {
    private static let loaded: Result<CurlFunctions, HTTPFailure> = {
        var problem = [CChar](repeating: 0, count: 1024)
        guard let functions = curl_functions_load(&problem, problem.count)?.pointee else {
            let text = problem.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            return .failure(HTTPFailure(description: String(decoding: text, as: UTF8.self)))
        }
        guard functions.global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else {
            return .failure(HTTPFailure(description: "libcurl does not start"))
        }
        return .success(functions)
    }()

    /// Why there is none that serves; nil if there is one.
    static var problem: String? {
        if case .failure(let failure) = loaded { failure.description } else { nil }
    }

    /// Its functions.
    ///
    /// - Throws: ``HTTPFailure`` if there is none that serves.
    static func functions() throws(HTTPFailure) -> CurlFunctions { try loaded.get() }
}
